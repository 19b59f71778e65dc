// A plot of the reference as lines and labels of an SVG: pure geometry, no words.

import type { Plot } from '../engine/wire';

export type Drawn = {
	kind: Plot['kind'];
	/** What is held fixed; empty: nothing. */
	given: string;
	/** Lines through zero, `M..`. */
	axes: string;
	/** Curves; an area for weights. */
	curves: { dialect: string; path: string; x: number; y: number }[];
	/** Numbers at the axes. */
	labels: { text: string; x: number; y: number; anchor: 'start' | 'middle' | 'end' }[];
};

/** Size of the drawing. */
export const WIDTH = 220;
export const HEIGHT = 130;
/** Room for the numbers. */
const LEFT = 36;
const RIGHT = 6;
const TOP = 8;
const BOTTOM = 18;

const round = (value: number): number => Math.round(value * 10) / 10;

/** `0.004`, `-1`, `2.5e-5`. */
export function label(value: number): string {
	const short = Number(value.toPrecision(2));
	return short !== 0 && Math.abs(short) < 1e-3 ? short.toExponential() : String(short).replace('-', '−');
}

export function draw({ kind, given, x, series }: Plot): Drawn {
	const all = series.flatMap(({ y }) => y);
	const [x0, x1] = [x[0] ?? 0, x[x.length - 1] ?? 1];
	const low = Math.min(0, ...all);
	const high = Math.max(...all);
	const across = (value: number) => round(LEFT + ((value - x0) / (x1 - x0 || 1)) * (WIDTH - LEFT - RIGHT));
	const up = (value: number) =>
		round(HEIGHT - BOTTOM - ((value - low) / (high - low || 1)) * (HEIGHT - TOP - BOTTOM));

	const line = (y: number[]) =>
		y.map((value, at) => `${at === 0 ? 'M' : 'L'}${across(x[at] ?? 0)} ${up(value)}`).join('');
	const curves = series.map(({ dialect, y }) => {
		const at = y.indexOf(Math.max(...y));
		return {
			dialect,
			path: kind === 'weights' ? `${line(y)}L${across(x1)} ${up(0)}L${across(x0)} ${up(0)}Z` : line(y),
			x: across(x[at] ?? 0),
			y: up(y[at] ?? 0)
		};
	});
	const upright = x0 < 0 && x1 > 0 ? 0 : x0;
	const axes = `M${LEFT} ${up(0)}H${WIDTH - RIGHT}M${across(upright)} ${TOP}V${HEIGHT - BOTTOM}`;
	const below = HEIGHT - 4;
	const labels: Drawn['labels'] = [
		{ text: label(x0), x: across(x0), y: below, anchor: 'start' },
		{ text: label(x1), x: across(x1), y: below, anchor: 'end' }
	];
	if (upright === 0 && x0 !== 0) labels.push({ text: '0', x: across(0), y: below, anchor: 'middle' });
	// The density of weights says nothing to a reader: its shape does.
	if (kind !== 'weights') {
		for (const value of new Set([low, 0, high])) {
			// The zero gives way to a value beside it: two numbers on top of each other are none.
			if (value === 0 && [low, high].some((end) => end !== 0 && Math.abs(up(end) - up(0)) < 11)) continue;
			labels.push({ text: label(value), x: LEFT - 5, y: round(up(value) + 3.5), anchor: 'end' });
		}
	}
	return { kind, given, axes, curves, labels };
}
