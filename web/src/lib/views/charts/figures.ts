// From a run to the two charts: which lines, in which colour, with which range.

import type { Crash, EpochRow, Steps } from '../experiment/types';
import type { Curve } from '../../engine/wire';
import type { Figure, Level, Line, Mark } from './plot';
import { accuracyRange, lossRange, smooth, thin } from './series';

export type Names = { train: string; test: string; validation: string; book: string; astray: string };
export type ChartData = {
	steps: Steps;
	epochs: EpochRow[];
	/** Where the run left the way. */
	crashes: readonly Crash[];
	/** Epochs of the whole run. */
	planned: number;
	/** What the source printed per epoch. */
	curve: Curve | null;
	/** The source's final accuracy. */
	printed: number | null;
};

const LOSS_SPAN = 20;
const ACCURACY_SPAN = 40;

function line(key: string, label: string | null, x: number[], y: number[], look: Partial<Line>): Line {
	return { key, label, x, y, colour: '--ember', width: 2, alpha: 1, style: 'line', ...look };
}

/** A printed figure per epoch stands at the epoch's end. */
function dots(key: string, label: string | null, values: readonly number[], style: Line['style']): Line[] {
	if (values.length === 0) return [];
	const x = values.map((_, index) => index + 1);
	return [line(key, label, x, [...values], { colour: '--book', width: 0, style })];
}

function epochLines(data: ChartData, names: Names, metric: 'loss' | 'accuracy'): Line[] {
	const x = data.epochs.map((row) => row.epoch);
	const test = data.epochs.map((row) => row.test[metric]);
	const validation = data.epochs.filter((row) => row.validation !== null);
	const lines = [line('test', names.test, x, test, { colour: '--test', style: 'points' })];
	if (validation.length > 0) {
		const places = validation.map((row) => row.epoch);
		const values = validation.map((row) => row.validation?.[metric] ?? NaN);
		lines.unshift(line('validation', names.validation, places, values, { colour: '--ink2', width: 1.5 }));
	}
	return lines;
}

/** Figures at the axes: as many digits as the distance of two ticks needs. */
function digits(step: number, least: number): number {
	let count = least;
	while (count < 9 && Math.abs(step * 10 ** count - Math.round(step * 10 ** count)) > 1e-6) count += 1;
	return count;
}
export function lossTick(value: number, step: number): string {
	return value.toFixed(digits(step, 1));
}
export function accuracyTick(value: number, step: number): string {
	return (value * 100).toFixed(digits(step * 100, 0));
}

/** What a run had shown before it went back, and where it went back. */
function crashLines(data: ChartData, metric: 'loss' | 'accuracy'): Line[] {
	return data.crashes.map(({ points }, index) =>
		line(`crash${index}`, null, points.x, points[metric], { colour: '--ink3', width: 1.5 })
	);
}
function crashMarks(data: ChartData, names: Names): Mark[] {
	const { crashes } = data;
	// One word for all of them: several would cover each other.
	return crashes.map(({ at }, index) => ({
		key: `crash${index}`,
		label: index === crashes.length - 1 ? names.astray : '',
		x: at,
		colour: '--ember'
	}));
}

/** The source's curve may be longer than a shortened run. */
function xMax(data: ChartData): number {
	const last = data.epochs[data.epochs.length - 1]?.epoch ?? 0;
	return Math.max(1, data.planned, last);
}

export function lossFigure(data: ChartData, names: Names): Figure {
	const { x, loss } = thin({ x: data.steps.x, loss: data.steps.loss });
	const smoothed = smooth(loss, LOSS_SPAN);
	const ends = epochLines(data, names, 'loss');
	const printed = data.curve?.loss ?? [];
	return {
		lines: [
			line('noise', null, x, loss, { width: 1, alpha: 0.28 }),
			...dots('book', names.book, printed, 'dots'),
			...dots('book-kept', null, data.curve?.val_loss ?? [], 'rings'),
			...crashLines(data, 'loss'),
			line('train', names.train, x, smoothed, {}),
			...ends
		],
		levels: [],
		marks: crashMarks(data, names),
		xMax: xMax(data),
		// What went astray may leave the chart at the top, unless there is nothing else.
		range: lossRange(loss.length > 0 ? loss : data.crashes.flatMap(({ points }) => points.loss), [
			...ends.flatMap((one) => one.y),
			...printed
		]),
		tick: lossTick
	};
}

export function accuracyFigure(data: ChartData, names: Names): Figure {
	const { x, accuracy } = thin({ x: data.steps.x, accuracy: data.steps.accuracy });
	const smoothed = smooth(accuracy, ACCURACY_SPAN);
	const ends = epochLines(data, names, 'accuracy');
	// The source's first epoch would press all others together: it may leave the chart at the bottom.
	const printed = [...(data.curve?.accuracy.slice(1) ?? []), ...(data.curve?.val_accuracy.slice(1) ?? [])];
	const levels: Level[] =
		data.printed === null ? [] : [{ key: 'book', label: names.book, value: data.printed, colour: '--book' }];
	const measured = ends.flatMap((one) => one.y);
	return {
		lines: [
			...dots('book-train', null, data.curve?.accuracy ?? [], 'dots'),
			...dots('book-kept', null, data.curve?.val_accuracy ?? [], 'rings'),
			...crashLines(data, 'accuracy'),
			line('train', names.train, x, smoothed, { alpha: 0.6 }),
			...ends
		],
		levels,
		marks: crashMarks(data, names),
		xMax: xMax(data),
		range: accuracyRange(smoothed, measured, [...printed, ...levels.map((level) => level.value)]),
		tick: accuracyTick
	};
}

/** The value of a line at a place: of the last point not after it. */
export function valueAt(one: Line, x: number): number | null {
	let found: number | null = null;
	for (let index = 0; index < one.x.length; index += 1) {
		const at = one.x[index];
		if (at === undefined || at > x + 1e-9) break;
		const value = one.y[index];
		if (value !== undefined && Number.isFinite(value)) found = value;
	}
	return found;
}
