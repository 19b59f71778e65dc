// Where things stand in the drawings of a look at reviews. Pure arithmetic.

/** 1, 2 or 5 times a power of ten, at least `value`. */
export function round125(value: number): number {
	if (value <= 1) return 1;
	const power = 10 ** Math.floor(Math.log10(value));
	return ([1, 2, 5].find((one) => one * power >= value) ?? 10) * power;
}

/** Round numbers from 0 to `most`, about `count` of them. */
export function ticks(most: number, count: number): number[] {
	const step = round125(most / count);
	return Array.from({ length: Math.floor(most / step) + 1 }, (_, at) => at * step);
}

/** Powers of ten from 1 to `most`. */
export function decades(most: number): number[] {
	return Array.from({ length: Math.floor(Math.log10(Math.max(1, most))) + 1 }, (_, at) => 10 ** at);
}

/** How many of the most frequent words stay below `num_words` (0 = all). */
export const wordsBelow = (num_words: number, all: number): number =>
	num_words === 0 ? all : Math.min(all, Math.max(0, num_words - 4));

/** The curve of coverage: ranks spaced evenly on a logarithmic axis, and the share up to each. */
export function coverage(upTo: ArrayLike<number>, points: number): { rank: number; share: number }[] {
	const last = upTo.length - 1;
	const all = upTo[last] ?? 0;
	if (last < 1 || all === 0) return [];
	const ranks = Array.from({ length: points }, (_, at) => Math.round(last ** (at / (points - 1))));
	return [...new Set(ranks)].map((rank) => ({ rank, share: upTo[rank]! / all }));
}
