// Curves as a table for spreadsheets and pandas, as Keras's `CSVLogger` writes it: `epoch,loss,val_loss`, an empty
// field where there is no value. Byte for byte what crates/formats/src/history/text.rs writes.

import { byEpoch, stepsOf, type Series } from './series';

/** As Python and Rust write floating point numbers: `2.0`, `1e-5`, `nan`. */
export function number(value: number): string {
	if (Number.isNaN(value)) return 'nan';
	if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
	const size = Math.abs(value);
	if (size !== 0 && (size < 1e-4 || size >= 1e16)) return value.toExponential().replace('e+', 'e');
	const plain = Object.is(value, -0) ? '-0' : String(value);
	return plain.includes('.') ? plain : `${plain}.0`;
}

/** Quoted where it has to be (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe. */
export function field(text: string): string {
	const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /[,"\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

export function csv(series: readonly Series[]): string {
	const columns = series.map(byEpoch);
	const lines = [['epoch', ...series.map(({ name }) => field(name))]];
	for (const epoch of stepsOf(series)) {
		const values = columns.map((column) => column.get(epoch));
		lines.push([String(epoch), ...values.map((value) => (value === undefined ? '' : number(value)))]);
	}
	return lines.map((line) => `${line.join(',')}\n`).join('');
}

/** Several runs in one table: the run's name in the first column, all curves that any of them has in the others. */
export function csvOfAll(runs: readonly { name: string; series: Series[] }[]): string {
	const names = [...new Set(runs.flatMap(({ series }) => series.map(({ name }) => name)))];
	const lines = [['run', 'epoch', ...names.map(field)]];
	for (const run of runs) {
		const columns = new Map(run.series.map((series) => [series.name, byEpoch(series)]));
		for (const epoch of stepsOf(run.series)) {
			const values = names.map((name) => columns.get(name)?.get(epoch));
			const cells = values.map((value) => (value === undefined ? '' : number(value)));
			lines.push([field(run.name), String(epoch), ...cells]);
		}
	}
	return lines.map((line) => `${line.join(',')}\n`).join('');
}
