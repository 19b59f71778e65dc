// The claim beside the measurement: where everything stands on the scale, and what it means.

import { epochsRun } from '../../book/shelf';
import type { EpochRow, ExperimentView, Reported, Result } from './types';

export type Yours = {
	accuracy: number;
	epochs: number;
	planned: number;
	edited: boolean;
	/** Measured on the built-in sample instead of the real data. */
	sample: boolean;
};

/** The reader's figure: the test accuracy after the last finished epoch of the run that is shown. */
export function yours(view: ExperimentView): Yours | null {
	const last: EpochRow | undefined = view.epochs[view.epochs.length - 1];
	if (!last) return null;
	const text = view.run?.text ?? view.text;
	return {
		accuracy: last.test.accuracy,
		epochs: view.epochs.length,
		planned: view.run?.epochs ?? view.summary.epochs,
		edited: text !== view.card.text,
		sample: view.data?.origin === 'sample'
	};
}

/** The source's figure of what the strip is about. */
export function printedFigure(reported: readonly Reported[]): Reported | null {
	return reported.find((figure) => figure.metric.includes('accuracy')) ?? null;
}

export type Band = { low: number; high: number };

/** Mean +- 2 sd of three seeds or more; at least half of the last printed digit, as the verdict's rule has it. */
export function band(result: Result | null): Band | null {
	if (!result || result.measured.length < 3) return null;
	const rounding = 0.5 * 10 ** -result.decimals;
	const half = Math.max(2 * result.sd, rounding);
	return { low: result.mean - half, high: result.mean + half };
}

export type Mark = {
	kind: 'book' | 'yours' | 'seed';
	value: number;
	/** Percent of the scale's length; a value outside stands at the end. */
	at: number;
	outside: 'below' | 'above' | null;
};
export type Scale = {
	low: number;
	high: number;
	decimals: number;
	marks: Mark[];
	band: { from: number; to: number } | null;
};

const STEPS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

/** Ends of the scale on round numbers, with air around the values. */
function ends(values: readonly number[]): { low: number; high: number; decimals: number } {
	const least = Math.min(...values);
	const most = Math.max(...values);
	// A figure alone gets a percent of room.
	const span = Math.max(most - least, most === least ? 0.008 : 0.002);
	const step = STEPS.find((candidate) => span / candidate <= 8) ?? 0.5;
	let low = Math.floor((least - span * 0.12) / step + 1e-9) * step;
	let high = Math.ceil((most + span * 0.12) / step - 1e-9) * step;
	low = Math.max(0, low);
	high = Math.min(1, high);
	return { low, high, decimals: step < 0.001 ? 2 : step < 0.01 ? 1 : 0 };
}

/**
 * The scale, or null where there is nothing to put on it. The source and the seeds decide its ends; the
 * reader's figure widens it up to four times and then stands at the end, marked as outside: in the first
 * epochs it is far off and would squeeze everything else into one dot.
 */
export function scaleOf(printed: number | null, result: Result | null, mine: number | null): Scale | null {
	const seeds = result?.measured.map((seed) => seed.value) ?? [];
	const spread = band(result);
	const fixed = [
		...seeds,
		...(printed === null ? [] : [printed]),
		...(spread ? [spread.low, Math.min(1, spread.high)] : [])
	];
	if (fixed.length === 0 && mine === null) return null;
	const least = Math.min(...fixed);
	const most = Math.max(...fixed);
	const reach = 4 * Math.max(most - least, 0.004);
	const fits = mine !== null && (fixed.length === 0 || (mine >= most - reach && mine <= least + reach));
	const { low, high, decimals } = ends(fits && mine !== null ? [...fixed, mine] : fixed);
	const position = (value: number) => Math.min(100, Math.max(0, ((value - low) / (high - low)) * 100));
	const mark = (kind: Mark['kind'], value: number): Mark => ({
		kind,
		value,
		at: position(value),
		outside: value < low ? 'below' : value > high ? 'above' : null
	});
	return {
		low,
		high,
		decimals,
		marks: [
			...seeds.map((value) => mark('seed', value)),
			...(printed === null ? [] : [mark('book', printed)]),
			...(mine === null ? [] : [mark('yours', mine)])
		],
		band: spread ? { from: position(spread.low), to: position(spread.high) } : null
	};
}

/** Sentences under the scale, by key of the words, with their numbers. */
export type Sentence = { key: string; args: Record<string, number> };

function projectSentences(result: Result | null): Sentence[] {
	const n = result?.measured.length ?? 0;
	if (!result || n === 0) return [{ key: 'unmeasured', args: {} }];
	const points = result.printed === null ? 0 : result.mean - result.printed;
	return [
		{ key: n === 1 ? 'seed' : 'seeds', args: { n, epochs: epochsRun(result), mean: result.mean } },
		{ key: result.verdict, args: { n, points } }
	];
}

function yourSentences(mine: Yours | null, printed: number | null, result: Result | null): Sentence[] {
	if (!mine) return [{ key: 'train', args: {} }];
	if (mine.sample) return [{ key: 'sample', args: {} }];
	const togo = mine.planned - mine.epochs;
	const sentences: Sentence[] = [];
	const spread = band(result);
	if (togo > 0) {
		sentences.push({ key: 'togo', args: { n: togo } });
	} else if (result && spread) {
		const inside = mine.accuracy >= spread.low && mine.accuracy <= spread.high;
		const key = inside ? 'inside' : mine.accuracy > result.mean ? 'above' : 'below';
		sentences.push({ key, args: { points: mine.accuracy - result.mean } });
	} else if (printed !== null) {
		const difference = mine.accuracy - printed;
		const key = Math.abs(difference) < 5e-5 ? 'equalBook' : difference > 0 ? 'aboveBook' : 'belowBook';
		sentences.push({ key, args: { points: difference } });
	}
	if (mine.edited) sentences.push({ key: 'edited', args: {} });
	return sentences;
}

export function sentences(mine: Yours | null, printed: number | null, result: Result | null): Sentence[] {
	return [...projectSentences(result), ...yourSentences(mine, printed, result)];
}
