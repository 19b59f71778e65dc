// Where the sliders stop: round numbers, close together where a step matters.

/** `num_words`; 0 = all words. */
export const vocabularies: readonly number[] = [
	10, 20, 30, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 25_000, 50_000, 0
];
export const lengths: readonly number[] = [
	10, 20, 30, 50, 80, 100, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1500, 2000, 2500
];

/** Those below `most`, and the first one that is not; 0, which stands for all, stays. */
export function upTo(stops: readonly number[], most: number): number[] {
	const numbers = stops.filter((stop) => stop !== 0);
	const end = numbers.findIndex((stop) => stop >= most);
	return [...numbers.slice(0, end < 0 ? undefined : end + 1), ...stops.filter((stop) => stop === 0)];
}

/** The place of a value, or of the last one below it. */
export function placeOf(stops: readonly number[], value: number): number {
	const exact = stops.indexOf(value);
	if (exact >= 0) return exact;
	return Math.max(
		0,
		stops.findLastIndex((stop) => stop !== 0 && stop <= value)
	);
}
