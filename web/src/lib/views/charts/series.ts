// Numbers of the charts: smoothing, thinning, ranges. Pure, so that they can be tested without a canvas.

/** A chart draws no more points than this: more would be slower and show the same. */
export const MOST_POINTS = 1500;

/** Every k-th point and the last one. */
export function thin<T extends Record<string, number[]>>(columns: T, most = MOST_POINTS): T {
	const n = Math.max(0, ...Object.values(columns).map((values) => values.length));
	if (n <= most) return columns;
	const stride = Math.ceil(n / (most - 1));
	const keep = (_: number, index: number) => index % stride === 0 || index === n - 1;
	return Object.fromEntries(
		Object.entries(columns).map(([name, values]) => [name, values.filter(keep)])
	) as T;
}

/** Means of the points in so many stretches of equal length, each with the place where it ends: a line as a table. */
export function sampled<T extends Record<'x' | 'loss' | 'accuracy', number[]>>(
	points: T,
	rows: number
): { x: number; loss: number; accuracy: number }[] {
	const n = points.x.length;
	const length = Math.max(1, Math.ceil(n / rows));
	const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
	return Array.from({ length: Math.ceil(n / length) }, (_, row) => {
		const part = (values: number[]) => values.slice(row * length, (row + 1) * length);
		return {
			x: part(points.x).at(-1) ?? 0,
			loss: mean(part(points.loss)),
			accuracy: mean(part(points.accuracy))
		};
	});
}

/**
 * Exponential mean over about `span` points, corrected at the start (as Adam does with its means), so that
 * the line begins at the first value and not at zero.
 */
export function smooth(values: readonly number[], span: number): number[] {
	const keep = 1 - 1 / Math.max(1, span);
	let mean = 0;
	let weight = 0;
	return values.map((value) => {
		mean = keep * mean + (1 - keep) * value;
		weight = keep * weight + (1 - keep);
		return weight === 0 ? value : mean / weight;
	});
}

/** The value below which the share `q` of the values lies. */
export function quantile(values: readonly number[], q: number): number {
	if (values.length === 0) return NaN;
	const sorted = [...values].sort((a, b) => a - b);
	const at = Math.min(sorted.length - 1, Math.max(0, Math.round(q * (sorted.length - 1))));
	return sorted[at] ?? NaN;
}

/** The next of 1, 2, 2.5, 5 times a power of ten that is at least `value`. */
export function niceStep(value: number): number {
	if (!(value > 0)) return 1;
	const power = 10 ** Math.floor(Math.log10(value));
	for (const factor of [1, 2, 2.5, 5, 10]) if (value <= factor * power * (1 + 1e-9)) return factor * power;
	return 10 * power;
}

export type Range = { min: number; max: number };

const finite = (values: readonly number[]) => values.filter((value) => Number.isFinite(value));

/**
 * Losses stand on zero. The first steps are far above everything that follows; they may leave the chart at the
 * top, the smoothed line and the epochs may not.
 */
export function lossRange(noisy: readonly number[], epochs: readonly number[]): Range {
	const some = finite(noisy);
	const top = Math.max(some.length > 0 ? quantile(some, 0.97) : 0, ...finite(epochs), 0);
	if (top === 0) return { min: 0, max: 0.5 };
	const step = niceStep(top / 5);
	return { min: 0, max: step * Math.ceil((top * 1.02) / step) };
}

/**
 * Accuracies: from a little under the worst epoch to a little over the best; the first steps, near guessing, leave
 * the chart at the bottom. Before the first epoch the smoothed steps are all there is.
 */
export function accuracyRange(
	smoothed: readonly number[],
	epochs: readonly number[],
	levels: readonly number[]
): Range {
	const marks = [...finite(epochs), ...finite(levels)];
	if (finite(epochs).length === 0) {
		const some = finite(smoothed);
		if (some.length > 0) marks.push(quantile(some, 0.1), Math.max(...some));
	}
	if (marks.length === 0) return { min: 0, max: 1 };
	const least = Math.min(...marks);
	const most = Math.max(...marks);
	// Epochs that are all alike say nothing of how near the rest is.
	const span = Math.max(most - least, most - least < 0.001 ? 0.05 : 0.01);
	const step = niceStep(span / 4);
	const min = Math.max(0, step * Math.floor((least - span * 0.08) / step + 1e-9));
	const max = Math.min(1, step * Math.ceil((most + span * 0.08) / step - 1e-9));
	return { min, max: max > min ? max : min + step };
}

/** The last value that is a number, with its place. */
export function lastPoint(
	x: readonly number[],
	y: readonly (number | null)[]
): { x: number; y: number } | null {
	for (let index = Math.min(x.length, y.length) - 1; index >= 0; index -= 1) {
		const value = y[index];
		const at = x[index];
		if (typeof value === 'number' && Number.isFinite(value) && at !== undefined) return { x: at, y: value };
	}
	return null;
}

export type Label = { key: string; y: number };

/** Labels at line ends, moved apart until none covers another, and kept between `top` and `bottom`. */
export function spread<T extends Label>(labels: readonly T[], gap: number, top: number, bottom: number): T[] {
	const sorted = labels.map((label) => ({ ...label })).sort((a, b) => a.y - b.y);
	sorted.forEach((label, index) => {
		const before = sorted[index - 1];
		label.y = Math.max(label.y, before ? before.y + gap : top);
	});
	let limit = bottom;
	for (const label of [...sorted].reverse()) {
		label.y = Math.min(label.y, limit);
		limit = label.y - gap;
	}
	return sorted;
}
