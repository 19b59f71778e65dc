// Two runs in one chart: training thin, test with its points, each run in its colour.

import type { RunRecord } from '../../runs/record';
import { accuracyTick, lossTick } from './figures';
import type { Figure, Line } from './plot';
import { accuracyRange, lossRange, smooth } from './series';

export type Laid = { name: string; record: RunRecord };

const COLOURS = ['--ember', '--test'] as const;
const LOSS_SPAN = 12;

function lines(runs: readonly Laid[], metric: 'loss' | 'accuracy'): { lines: Line[]; ends: number[] } {
	const all: Line[] = [];
	const ends: number[] = [];
	runs.forEach(({ name, record }, index) => {
		const colour = COLOURS[index % COLOURS.length] ?? '--ember';
		const { x } = record.points;
		const train = smooth(record.points[metric], LOSS_SPAN);
		const epochs = record.rows.map((row) => row.epoch);
		const test = record.rows.map((row) => row.test[metric]);
		ends.push(...test);
		all.push(
			{ key: `train-${index}`, label: null, x, y: train, colour, width: 1, alpha: 0.5, style: 'line' },
			{ key: `test-${index}`, label: name, x: epochs, y: test, colour, width: 2, alpha: 1, style: 'points' }
		);
	});
	return { lines: all, ends };
}

function xMax(runs: readonly Laid[]): number {
	return Math.max(
		1,
		...runs.flatMap(({ record }) => [record.rows.at(-1)?.epoch ?? 0, record.points.x.at(-1) ?? 0])
	);
}

export function lossOverlay(runs: readonly Laid[]): Figure {
	const drawn = lines(runs, 'loss');
	const noisy = runs.flatMap(({ record }) => record.points.loss);
	return {
		lines: drawn.lines,
		levels: [],
		marks: [],
		xMax: xMax(runs),
		range: lossRange(noisy, drawn.ends),
		tick: lossTick
	};
}

export function accuracyOverlay(runs: readonly Laid[]): Figure {
	const drawn = lines(runs, 'accuracy');
	const smoothed = runs.flatMap(({ record }) => smooth(record.points.accuracy, LOSS_SPAN));
	return {
		lines: drawn.lines,
		levels: [],
		marks: [],
		xMax: xMax(runs),
		range: accuracyRange(smoothed, drawn.ends, []),
		tick: accuracyTick
	};
}
