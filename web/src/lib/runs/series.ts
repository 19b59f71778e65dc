// The curves of a run for other programs, under Keras's names and in the order in which `fireside train --history`
// writes them (crates/cli/src/history.rs, crates/formats/src/history).

import type { RunRecord } from './record';

/** `points`: epoch from 0, value. */
export type Series = { name: string; points: [epoch: number, value: number][] };

/** Accuracies only where classes are predicted. */
export function seriesOf(record: Pick<RunRecord, 'rows' | 'classes'>): Series[] {
	const all = new Map<string, Series>();
	const put = (name: string, epoch: number, value: number) => {
		const series = all.get(name) ?? { name, points: [] };
		all.set(name, series);
		series.points.push([epoch, value]);
	};
	for (const row of record.rows) {
		const epoch = row.epoch - 1;
		for (const [part, score] of [
			['', row.train],
			['val_', row.validation],
			['test_', row.test]
		] as const) {
			if (!score) continue;
			put(`${part}loss`, epoch, score.loss);
			if (record.classes) put(`${part}accuracy`, epoch, score.accuracy);
		}
		for (const { name, value } of row.figures ?? []) put(name.replace(/^validation_/, 'val_'), epoch, value);
		if (row.rate !== undefined) put('lr', epoch, row.rate);
	}
	return [...all.values()];
}

/** The epochs of all series, rising, each once. */
export function stepsOf(series: readonly Series[]): number[] {
	const all = series.flatMap(({ points }) => points.map(([epoch]) => epoch));
	return [...new Set(all)].sort((a, b) => a - b);
}

/** The values of a series by epoch. */
export function byEpoch({ points }: Series): Map<number, number> {
	return new Map(points);
}
