// Numbers about a list of numbers, as NumPy and Matplotlib give them.

/** Of a list that is sorted, smallest first. `sd` is the population's, as `numpy.std`. */
export type Spread = {
	count: number;
	mean: number;
	sd: number;
	least: number;
	most: number;
	/** 25, 50 and 75 of a hundred, between two values in proportion (`numpy.percentile`). */
	quartiles: [number, number, number];
	/** The last values within 1.5 times the box's length of it (`matplotlib.boxplot`), and how many lie outside. */
	whiskers: [number, number];
	outside: number;
};

export function quantile(sorted: ArrayLike<number>, share: number): number {
	if (sorted.length === 0) return 0;
	const place = share * (sorted.length - 1);
	const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
	return below + (above - below) * (place - Math.floor(place));
}

/** How many of a sorted list are at most `value`. */
export function atMost(sorted: ArrayLike<number>, value: number): number {
	let [low, high] = [0, sorted.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (sorted[middle]! <= value) low = middle + 1;
		else high = middle;
	}
	return low;
}

export function spread(sorted: ArrayLike<number>): Spread {
	const count = sorted.length;
	let [sum, squares] = [0, 0];
	for (let at = 0; at < count; at++) sum += sorted[at]!;
	const mean = count === 0 ? 0 : sum / count;
	for (let at = 0; at < count; at++) squares += (sorted[at]! - mean) ** 2;
	const quartiles: Spread['quartiles'] = [
		quantile(sorted, 0.25),
		quantile(sorted, 0.5),
		quantile(sorted, 0.75)
	];
	const reach = 1.5 * (quartiles[2] - quartiles[0]);
	// The first value that is not below the lower fence; lengths are whole numbers.
	const first = atMost(sorted, Math.ceil(quartiles[0] - reach) - 1);
	const last = atMost(sorted, quartiles[2] + reach);
	return {
		count,
		mean,
		sd: count === 0 ? 0 : Math.sqrt(squares / count),
		least: sorted[0] ?? 0,
		most: sorted[count - 1] ?? 0,
		quartiles,
		whiskers: [sorted[first] ?? 0, sorted[last - 1] ?? 0],
		outside: first + (count - last)
	};
}

/** How many of a sorted list lie in `from ..= to`, bins of one width from 1 on up to the largest. */
export function bins(
	sorted: ArrayLike<number>,
	width: number
): { from: number; to: number; count: number }[] {
	const most = sorted[sorted.length - 1] ?? 0;
	return Array.from({ length: Math.ceil(most / width) }, (_, at) => {
		const [from, to] = [at * width + 1, (at + 1) * width];
		return { from, to, count: atMost(sorted, to) - atMost(sorted, from - 1) };
	});
}
