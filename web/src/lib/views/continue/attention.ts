// What an attention layer's shares say.

export type Attention = { name: string; heads: number; steps: number; shares: Float32Array };

/** One head's shares, or the mean of all (null): steps by steps. */
export function headOf({ heads, steps, shares }: Attention, head: number | null): Float32Array {
	const size = steps * steps;
	if (head !== null) return shares.subarray(head * size, (head + 1) * size);
	return Float32Array.from({ length: size }, (_, at) => {
		let sum = 0;
		for (let one = 0; one < heads; one++) sum += shares[one * size + at] ?? 0;
		return sum / heads;
	});
}

/** Shades that are told apart. */
export const SHADES = 10;

/** Of one step's shares: the largest has the darkest shade, so that a pattern is seen whatever its size. */
export function shades(row: ArrayLike<number>): number[] {
	const values = Array.from(row);
	const most = Math.max(1e-9, ...values);
	return values.map((value) => (value < 0.005 ? 0 : Math.max(1, Math.round((SHADES * value) / most))));
}

/** The steps that one step looks at most. */
export function mostSeen(row: ArrayLike<number>, count: number): { step: number; share: number }[] {
	return Array.from(row, (share, step) => ({ step, share }))
		.sort((a, b) => b.share - a.share || b.step - a.step)
		.slice(0, count)
		.filter(({ share }) => share >= 0.005);
}
