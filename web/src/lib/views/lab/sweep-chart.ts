// The points of a sweep as lines: the first axis to the right where it is one of numbers, a line for every value of the
// others, and how far the runs of a point spread.

import type { Reported } from '../experiment/types';
import type { Table } from '../../engine/wire';
import { sweep as en } from '../../words/en/sweep';
import { sweep as zh } from '../../words/zh/sweep';
import type { Lang } from '../../words';

export function sweepWords(lang: Lang): typeof en {
	return lang === 'zh' ? zh : en;
}

export type SweepPoint = { x: number; mean: number; low: number; high: number; runs: number };
export type SweepLine = { name: string; points: SweepPoint[]; printed: { x: number; value: number }[] };
export type SweepFigure = { lines: SweepLine[]; xs: number[]; log: boolean; low: number; high: number };

/** More lines nobody tells apart. */
const MOST = 6;

/** Null where there is nothing to draw yet, or no axis of at least three numbers. */
export function sweepFigure(table: Table, reported: readonly Reported[]): SweepFigure | null {
	const at = (label: string | undefined) => (label?.trim() ? Number(label) : NaN);
	const xs = [...new Set(table.points.map(({ labels }) => at(labels[0])))].sort((a, b) => a - b);
	if (table.axes.length > 2 || xs.length < 3 || !xs.every(Number.isFinite)) return null;
	const lines: SweepLine[] = [];
	const lineOf = (name: string) => {
		const known = lines.find((line) => line.name === name);
		if (known) return known;
		const made: SweepLine = { name, points: [], printed: [] };
		lines.push(made);
		return made;
	};
	for (const { labels, mean, sd, folds } of table.points) {
		const line = lineOf(labels[1] ?? '');
		if (mean === null) continue;
		line.points.push({ x: at(labels[0]), mean, low: mean - sd, high: mean + sd, runs: folds.length });
	}
	for (const { metric, point, value } of reported) {
		const line = lines.find(({ name }) => name === (point?.[1] ?? ''));
		if (metric === table.metric && point && line) line.printed.push({ x: at(point[0]), value });
	}
	const values = lines.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high]));
	if (lines.length > MOST || values.length === 0) return null;
	for (const { points } of lines) points.sort((a, b) => a.x - b.x);
	const all = [...values, ...lines.flatMap(({ printed }) => printed.map(({ value }) => value))];
	const [least, most] = [Math.min(...all), Math.max(...all)];
	const room = (most - least || Math.abs(most) || 1) * 0.08;
	const [first, last] = [xs[0] ?? 0, xs.at(-1) ?? 1];
	return { lines, xs, log: first > 0 && last / first >= 8, low: least - room, high: most + room };
}

/** Where a number lies between the ends of an axis, 0 to 1. */
export function placeOf(x: number, { xs, log }: Pick<SweepFigure, 'xs' | 'log'>): number {
	const turn = (value: number) => (log ? Math.log(value) : value);
	const [first, last] = [turn(xs[0] ?? 0), turn(xs.at(-1) ?? 1)];
	return last > first ? (turn(x) - first) / (last - first) : 0.5;
}

/** About five round values between two. */
export function ticks(low: number, high: number): number[] {
	const rough = (high - low) / 5;
	if (!(rough > 0)) return [];
	const ten = 10 ** Math.floor(Math.log10(rough));
	const step = ten * ([1, 2, 5].find((times) => times * ten >= rough) ?? 10);
	const count = Math.floor(high / step) - Math.ceil(low / step) + 1;
	return Array.from({ length: Math.max(0, count) }, (_, at) => (Math.ceil(low / step) + at) * step);
}
