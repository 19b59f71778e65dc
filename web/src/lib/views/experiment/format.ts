// Numbers as the card writes them.

import { duration, type Lang } from '../../words';

const THIN_SPACE = '\u202f';

/** A share of one as percent; `decimals` after the point of the percent figure. */
export function percent(share: number, decimals = 2): string {
	return `${(share * 100).toFixed(decimals)}${THIN_SPACE}%`;
}

/** `0.9905` was printed with 4 decimals: 2 of the percent figure. */
export function percentDecimals(decimals: number): number {
	return Math.max(0, decimals - 2);
}

/** A bin's edge, `0.95` or `0.975`, without idle zeros. */
export function percentShort(share: number): string {
	return `${Number((share * 100).toFixed(2))}${THIN_SPACE}%`;
}

/** Difference of two shares in points of a percent, without sign. */
export function points(difference: number): string {
	return Math.abs(difference * 100).toFixed(2);
}

export function shape(axes: readonly number[]): string {
	return axes.join('×');
}

export function bytes(n: number): string {
	if (n < 1000) return `${n} B`;
	if (n < 1e6) return `${Math.round(n / 1000)} kB`;
	return `${(n / 1e6).toFixed(n < 1e7 ? 1 : 0)} MB`;
}

/** What a run takes, with no more digits than are known. */
export function memory(n: number): string {
	if (n >= 1e9) return `${(n / 1e9).toFixed(1)} GB`;
	return `${Math.max(1, Number((n / 1e6).toPrecision(2)))} MB`;
}

/** A loss: three decimals, more where it is tiny. */
export function loss(value: number): string {
	return value >= 0.01 || value === 0 ? value.toFixed(3) : value.toPrecision(2);
}

/** An estimate says no more than it knows: 37 s are about 40 s. */
export function roughly(seconds: number, lang: Lang): string {
	const grain = seconds < 15 ? 1 : seconds < 60 ? 5 : seconds < 120 ? 10 : seconds < 600 ? 30 : 60;
	return duration(Math.max(1, Math.round(seconds / grain) * grain), lang);
}

/** Seconds of all updates of a run; 0 when no step was measured on this device. */
export function estimate(msPerStep: number, stepsPerEpoch: number, epochs: number): number {
	return (msPerStep * stepsPerEpoch * epochs) / 1000;
}
