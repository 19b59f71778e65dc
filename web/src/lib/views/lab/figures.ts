// Figures of any metric as they are written: shares in per cent, the rest with as many digits as say something.

import { percent, percentDecimals } from '../experiment/format';
import type { Reported } from '../experiment/types';

export function isShare(metric: string): boolean {
	return metric.endsWith('accuracy');
}

export function figureText(metric: string, value: number): string {
	if (isShare(metric)) return percent(value);
	const size = Math.abs(value);
	if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2).replace('-', '−');
	return value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 4).replace('-', '−');
}

/** With the digits that were printed. */
export function printedText({ metric, value, decimals }: Reported): string {
	return isShare(metric) ? percent(value, percentDecimals(decimals)) : value.toFixed(decimals);
}

/** A spread, in the unit of the figure. */
export function spreadText(metric: string, sd: number): string {
	return isShare(metric) ? (sd * 100).toFixed(2) : figureText(metric, sd);
}

/** A small curve as the points of an SVG polyline in a box; empty where there are fewer than two. */
export function sparkline(values: readonly number[], width: number, height: number): string {
	if (values.length < 2) return '';
	const least = Math.min(...values);
	const span = Math.max(...values) - least || 1;
	// As many points as there are half pixels.
	const stride = Math.max(1, Math.ceil(values.length / (2 * width)));
	const shown = values.flatMap((value, at) => {
		if (at % stride !== 0 && at !== values.length - 1) return [];
		const x = (at / (values.length - 1)) * (width - 2) + 1;
		const y = height - 1.5 - ((value - least) / span) * (height - 3);
		return [`${x.toFixed(1)},${y.toFixed(1)}`];
	});
	return shown.join(' ');
}
