// Numbers that a reader types: what is possible, else a sentence that says so.

export type Bound = { low: number; high: number; whole: boolean };

export const within = (value: number | null, { low, high, whole }: Bound): boolean =>
	value !== null &&
	Number.isFinite(value) &&
	value >= low &&
	value <= high &&
	(!whole || Number.isInteger(value));
