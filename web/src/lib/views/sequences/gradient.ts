// The logarithmic axis of the figure about gradients, and how its numbers are written.

/** What lies outside is drawn at the edge. */
const [LOWEST, HIGHEST] = [-40, 40];

/** The powers of ten that all values fit between, and which of them are marked: 0 always is. */
export function powersOf(lines: readonly (readonly number[])[]): {
	low: number;
	high: number;
	marks: number[];
} {
	let [low, high] = [-1, 1];
	for (const value of lines.flat()) {
		if (value === 0) continue;
		const power = Math.log10(Math.abs(value));
		low = Math.min(low, Math.floor(power));
		high = Math.max(high, Math.ceil(power));
	}
	[low, high] = [Math.max(LOWEST, low), Math.min(HIGHEST, high)];
	const step = [1, 2, 5, 10, 20].find((one) => (high - low) / one <= 6) ?? 20;
	const first = Math.ceil(low / step);
	const marks = Array.from({ length: Math.floor(high / step) - first + 1 }, (_, at) => (first + at) * step);
	return { low, high, marks: marks.map((mark) => (mark === 0 ? 0 : mark)) };
}

/** `0.0052`, `1.2 · 10⁻⁸`: three digits that count. */
export function written(value: number): string {
	const sign = value < 0 ? '−' : '';
	const size = Math.abs(value);
	if (size === 0) return '0';
	if (!Number.isFinite(size)) return `${sign}∞`;
	if (size >= 0.001 && size < 10_000) return sign + String(Number(size.toPrecision(3)));
	const [digits, power] = size.toExponential(1).split('e') as [string, string];
	return `${sign}${digits} · 10${superscript(Number(power))}`;
}

function superscript(power: number): string {
	const digits = Array.from(String(Math.abs(power)), (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]);
	return (power < 0 ? '⁻' : '') + digits.join('');
}
