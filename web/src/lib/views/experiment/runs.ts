// What the table of runs says of a run: plain functions of records, in the reader's language.

import { t, type Lang } from '../../words';
import { runs as en } from '../../words/en/runs';
import { runs as zh } from '../../words/zh/runs';
import type { Read } from '../../runs/exchange';
import { finite, testFigures, type RunNote, type RunRecord, type RunRow } from '../../runs/record';
import { loss, percent } from './format';
import { settingName } from './words';

export type RunsWords = typeof en;

export function runsWords(lang: Lang): RunsWords {
	return lang === 'zh' ? zh : en;
}

export function nameOf(record: RunRecord, lang: Lang): string {
	return record.name || t(runsWords(lang).run, { n: record.number });
}

type Changed = { path: string; name: string; from: string | null; to: string };

/** What was changed against the book's experiment: settings, and other places of the text (`from` is not known). */
function changed(record: RunRecord, lang: Lang): Changed[] {
	const edits = record.edits.map((edit) => ({ ...edit, name: settingName(lang, edit.name) }));
	const others = (record.sets ?? []).flatMap(([path, to]): Changed[] => {
		if (path === 'seed' || edits.some((edit) => edit.path === path)) return [];
		const name = path.split('.').at(-1) ?? path;
		return [{ path, name: settingName(lang, name), from: null, to }];
	});
	return [...edits, ...others];
}

const short = (value: string) => (value.length > 24 ? `${value.slice(0, 24)}…` : value);

export function changes(record: RunRecord, lang: Lang): string {
	const words = runsWords(lang);
	const all = changed(record, lang).map(({ name, from, to }) =>
		from === null
			? t(words.set, { name, to: short(to) })
			: t(words.edit, { name, from: short(from), to: short(to) })
	);
	if (all.length > 0 && record.edited) return all.join(words.comma);
	return record.edited ? words.text : words.asPrinted;
}

export function dateOf(ms: number, lang: Lang): string {
	const form = new Intl.DateTimeFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', {
		dateStyle: 'medium',
		timeStyle: 'short'
	});
	return form.format(new Date(ms));
}

export function timeOf(ms: number, lang: Lang): string {
	return new Intl.DateTimeFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', { timeStyle: 'medium' }).format(
		new Date(ms)
	);
}

/** A measured figure; a rate or an error of whatever size, with four digits. */
export function figure(value: number): string {
	return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '–';
}

/** `test_rmse` as it stands over a column. */
export function metricName(name: string): string {
	return name.replaceAll('_', ' ');
}

export type Column = { key: string; label: string; of: (record: RunRecord) => string };

/** The figures that any of the runs has: test loss, accuracy, the experiment's own metrics (at most two). */
export function figureColumns(records: readonly RunRecord[], lang: Lang): Column[] {
	const { columns } = runsWords(lang);
	const write = (value: number | null, how: (value: number) => string) => (value === null ? '–' : how(value));
	const own = [...new Set(records.flatMap((record) => testFigures(record).map(({ name }) => name)))];
	const accuracy: Column = {
		key: 'accuracy',
		label: columns.accuracy,
		of: (record) => write(record.accuracy, percent)
	};
	return [
		{ key: 'loss', label: columns.loss, of: (record) => write(record.loss, loss) },
		...(records.some(({ classes }) => classes) ? [accuracy] : []),
		...own.slice(0, 2).map((name) => ({
			key: name,
			label: metricName(name),
			of: (record: RunRecord) =>
				write(finite(testFigures(record).find((one) => one.name === name)?.value), figure)
		}))
	];
}

/** Where the figures of a run can be laid beside each other: after the last epoch. */
export function lastFigures(row: RunRow, classes: boolean, lang: Lang): string[] {
	const words = runsWords(lang).detail;
	const both = (score: RunRow['test']) =>
		classes
			? `${figure(score.loss)} · ${Number.isFinite(score.accuracy) ? percent(score.accuracy) : '–'}`
			: figure(score.loss);
	return [
		t(words.train, { value: both(row.train) }),
		...(row.validation ? [t(words.validation, { value: both(row.validation) })] : []),
		t(words.test, { value: both(row.test) }),
		...(row.figures ?? []).map(({ name, value }) => `${metricName(name)} ${figure(value)}`)
	];
}

export function noteWords(note: RunNote, lang: Lang): string {
	const words = runsWords(lang);
	const table = words.note;
	switch (note.type) {
		case 'paused':
		case 'resumed':
			return table[note.type];
		case 'rate':
			return t(table.rate, { from: figure(note.from), to: figure(note.to) });
		case 'single_steps':
			return note.count === 1 ? table.single_step : t(table.single_steps, { count: note.count });
		case 'epochs':
			return t(table.epochs, { from: note.from, to: note.to });
		case 'diverged': {
			const reasons: Record<string, string> = table.reasons;
			const known = Object.hasOwn(reasons, note.reason) ? reasons[note.reason] : undefined;
			return t(table.diverged, { reason: known ?? note.reason });
		}
		case 'went_back':
			return t(table.went_back, { to: note.to });
		case 'clipping':
			return t(table.clipping, { to: figure(note.to) });
		case 'device':
			return t(table.device, { from: words.engines[note.from], to: words.engines[note.to] });
	}
}

/** What is wrong with a file, or with a run of it, with its place. */
export function wrongWords(problem: Read['problems'][number], lang: Lang): string {
	const words = runsWords(lang).wrong;
	const kinds: Record<string, string> = words.kinds;
	const args = Object.fromEntries(
		Object.entries(problem.args).map(([name, value]) => [
			name,
			problem.code === 'wrong_type' ? (kinds[value] ?? value) : value
		])
	);
	const what = t(words[problem.code], args);
	return problem.place ? t(words.place, { place: problem.place, what }) : what;
}

/** The small curve: test loss by epoch; of a run of fewer epochs its training. Null: nothing to draw. */
export function course(record: RunRecord): { part: 'test' | 'train'; values: number[] } | null {
	const test = record.rows.map((row) => row.test.loss).filter(Number.isFinite);
	if (test.length >= 2) return { part: 'test', values: test };
	const train = record.points.loss.filter(Number.isFinite);
	return train.length >= 2 ? { part: 'train', values: train } : null;
}

/** Places for a polyline in a box, the smallest value at its foot. */
export function polyline(values: readonly number[], width: number, height: number): string {
	const low = Math.min(...values);
	const span = Math.max(...values) - low || 1;
	const across = width / Math.max(1, values.length - 1);
	return values
		.map(
			(value, index) =>
				`${(index * across).toFixed(1)},${(height - ((value - low) / span) * height).toFixed(1)}`
		)
		.join(' ');
}

export type Difference = { name: string; a: string; b: string };

/** Settings in which two runs differ. */
export function differences(a: RunRecord, b: RunRecord, lang: Lang): Difference[] {
	const words = runsWords(lang).compared;
	const [mine, theirs] = [changed(a, lang), changed(b, lang)];
	const paths = [...new Set([...mine, ...theirs].map(({ path }) => path))].filter((path) => path !== 'seed');
	const all = paths.flatMap((path): Difference[] => {
		const first = mine.find((one) => one.path === path);
		const second = theirs.find((one) => one.path === path);
		const known = first ?? second;
		if (!known || first?.to === second?.to) return [];
		const otherwise = known.from ?? words.printed;
		return [{ name: known.name, a: short(first?.to ?? otherwise), b: short(second?.to ?? otherwise) }];
	});
	if (a.seed !== b.seed) all.push({ name: settingName(lang, 'seed'), a: String(a.seed), b: String(b.seed) });
	if (all.length === 0 && a.text !== b.text) all.push({ name: words.textDiffers, a: '', b: '' });
	return all;
}

/** How far two runs measured the same: the first epoch with other figures, null where there is none. */
export function agreement(a: RunRecord, b: RunRecord): { epochs: number; apart: number | null } {
	const others = new Map(b.rows.map((row) => [row.epoch, row]));
	const both = a.rows.filter(({ epoch }) => others.has(epoch));
	const figures = ({ train, test }: RunRow) => [train.loss, train.accuracy, test.loss, test.accuracy];
	const other = both.find((row) => {
		const second = others.get(row.epoch);
		return second && figures(row).some((value, index) => !Object.is(value, figures(second)[index]));
	});
	return { epochs: both.length, apart: other?.epoch ?? null };
}
