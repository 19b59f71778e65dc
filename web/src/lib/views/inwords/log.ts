// A logarithmic scale, in powers of ten.

export type Scale = { low: number; high: number; ticks: number[] };

/** Whole powers of ten around the numbers above zero; at most `most` of them are named. */
export function powers(values: readonly number[], most: number): Scale {
	const real = values
		.filter((value) => value > 0 && Number.isFinite(value))
		.map((value) => Math.log10(value));
	const low = Math.floor(real.reduce((a, b) => Math.min(a, b), Infinity));
	const high = Math.ceil(real.reduce((a, b) => Math.max(a, b), -Infinity));
	if (!Number.isFinite(low)) return { low: -1, high: 0, ticks: [-1, 0] };
	const top = high > low ? high : low + 1;
	const stride = Math.max(1, Math.ceil((top - low) / Math.max(1, most - 1)));
	const ticks = [];
	for (let tick = top; tick >= low; tick -= stride) ticks.push(tick);
	return { low, high: top, ticks };
}

/** 0 at the bottom, 1 at the top; what is zero stands at the bottom. */
export function height(value: number, { low, high }: Scale): number {
	if (!(value > 0)) return 0;
	return Math.min(1, Math.max(0, (Math.log10(value) - low) / (high - low)));
}

/** `10⁻⁵` */
export function power(exponent: number): string {
	const digits = [...String(Math.abs(exponent))].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '');
	return `10${exponent < 0 ? '⁻' : ''}${digits.join('')}`;
}

/** `0.25`, `3.1·10⁻⁷` */
export function short(value: number): string {
	if (value === 0 || !Number.isFinite(value)) return String(value);
	if (value >= 0.001 && value < 1000) return String(Number(value.toPrecision(2)));
	const [digits = '', exponent = '0'] = value.toExponential(1).split('e');
	return `${digits}·${power(Number(exponent))}`;
}

/** Steps that a table names: the first, the last, and evenly between. */
export function named(steps: number, count: number): number[] {
	const rows = Math.max(2, Math.min(steps, count));
	const found = Array.from({ length: rows }, (_, at) => Math.round((at * (steps - 1)) / (rows - 1)));
	return [...new Set(found)].filter((step) => step >= 0);
}
