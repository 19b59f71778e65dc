// Units over steps: in which order units stand, where a cell is, what changes most.

export type Sort = 'number' | 'last' | 'change';

const column = (values: Float32Array, units: number, unit: number): number[] =>
	Array.from({ length: values.length / units }, (_, step) => values[step * units + unit] ?? 0);

/** Places of the units from the top down. */
export function sorted(values: Float32Array, units: number, by: Sort): number[] {
	const all = [...Array(units).keys()];
	if (by === 'number') return all;
	const key = all.map((unit) => {
		const own = column(values, units, unit);
		if (by === 'last') return own.at(-1) ?? 0;
		const mean = own.reduce((sum, value) => sum + value, 0) / Math.max(1, own.length);
		return own.reduce((sum, value) => sum + (value - mean) ** 2, 0);
	});
	return all.sort((a, b) => (key[b] ?? 0) - (key[a] ?? 0) || a - b);
}

/** Rows of the picture: units in their order, steps from left to right. */
export function picture(values: Float32Array, units: number, order: readonly number[]): Float32Array {
	const steps = values.length / units;
	const found = new Float32Array(values.length);
	order.forEach((unit, row) => {
		for (let step = 0; step < steps; step += 1) found[row * steps + step] = values[step * units + unit] ?? 0;
	});
	return found;
}

/** The steps at which a unit changes most, the largest change first. */
export function moves(
	values: Float32Array,
	units: number,
	unit: number,
	count: number
): { step: number; from: number; to: number }[] {
	const own = column(values, units, unit);
	return own
		.map((to, step) => ({ step, from: own[step - 1] ?? 0, to }))
		.sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from) || a.step - b.step)
		.slice(0, count);
}

/** Which words a step of a layer stands for, where layers before it have pooled `places` words to `steps`. */
export function spanOf(step: number, steps: number, places: number): [from: number, to: number] {
	const wide = steps > 0 ? places / steps : 1;
	const from = Math.min(places - 1, Math.floor(step * wide));
	return [from, Math.max(from, Math.min(places - 1, Math.ceil((step + 1) * wide) - 1))];
}
