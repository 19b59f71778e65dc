// What is seen of a run's inside, as the views get it, and how its numbers are written.

import type { Lang } from '../../words';
import { inside as en } from '../../words/en/inside';
import { inside as zh } from '../../words/zh/inside';
import type { SummaryLayer } from './types';

export type InsideWords = typeof en;

export function insideWords(lang: Lang): InsideWords {
	return lang === 'zh' ? zh : en;
}

export type LayerNumbers = {
	gradient: number | null;
	largest: number | null;
	weights: number;
	count: number;
};
export type OneUpdate = {
	update: number;
	learning_rate: number;
	rows: number;
	before: number;
	after: number;
	layers: (LayerNumbers & { moved: number })[];
};
export type Live = {
	update: number;
	pace: { steps_per_second: number; computing: number; waiting: number } | null;
	threads: number;
	helped: number;
	memory: number | null;
	dispatches: number;
	pipelines: number;
	loss: number;
	layers: LayerNumbers[];
};
export type HistogramOf = 'weights' | 'activations';
export type Histogram = {
	of: HistogramOf;
	layer: number;
	update: number;
	low: number;
	high: number;
	counts: number[];
	count: number;
	mean: number;
	sd: number;
	zeros: number;
	broken: number;
};
export type Note = { update: number } & (
	| { what: 'learning_rate' | 'more_epochs'; from: number; to: number }
	| { what: 'paused' | 'went_on' | 'step' }
);

/** `InsideState` as the views see it. */
export interface InsideView {
	readonly live: Live | null;
	readonly histogram: Histogram | null;
	readonly failure: { code: string; args: { [key: string]: string } } | null;
	readonly busy: boolean;
	/** Call while it is shown; gives what ends it. */
	watch(): () => void;
	open(): Promise<void>;
	look(of: HistogramOf, layer: number): Promise<void>;
}

/** Three figures, whatever the size: 0.00123, 12.3, 4.56e-7. */
export function figure(value: number): string {
	if (value === 0 || !Number.isFinite(value)) return String(value);
	const size = Math.abs(value);
	return size >= 1e-4 && size < 1e5 ? String(Number(value.toPrecision(3))) : value.toExponential(2);
}

/** The index of the largest number; -1 where there is none. */
export function largestAt(values: readonly (number | null)[]): number {
	let at = -1;
	values.forEach((value, index) => {
		if (value !== null && !(value <= (values[at] ?? -Infinity))) at = index;
	});
	return at;
}

/** Layers that have weights, each with its place. */
export function weighed<T extends LayerNumbers>(
	layers: readonly T[],
	names: readonly SummaryLayer[]
): { index: number; name: string; numbers: T }[] {
	return layers.flatMap((numbers, index) =>
		numbers.count > 0 ? [{ index, name: names[index]?.name ?? String(index + 1), numbers }] : []
	);
}

/** A bar of the histogram in a box of 100 x 100, with its range. */
export type Bar = {
	x: number;
	width: number;
	y: number;
	height: number;
	from: number;
	to: number;
	n: number;
};

export function bars({ counts, low, high }: Histogram): Bar[] {
	const most = Math.max(1, ...counts);
	const width = 100 / Math.max(1, counts.length);
	const step = (high - low) / Math.max(1, counts.length);
	return counts.map((n, index) => {
		// What is there at all must be seen.
		const height = n === 0 ? 0 : Math.max(1, (100 * n) / most);
		return {
			x: index * width,
			width: width * 0.9,
			y: 100 - height,
			height,
			from: low + index * step,
			to: low + (index + 1) * step,
			n
		};
	});
}
