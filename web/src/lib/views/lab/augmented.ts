// Augmented pictures on one canvas, each brought to the whole range from paper to ink by itself.

import type { Augmented } from '../../engine/wall';

/** Cells between two pictures. */
const GAP = 2;

/** As RGBA: grey pictures in one colour of which a value is the opacity, others in their own colours. */
export function paintAugmented(
	{ rows, height, width, values }: Augmented,
	columns: number,
	ink: readonly [number, number, number]
): ImageData {
	const size = height * width;
	const channels = Math.max(1, Math.round(values.length / Math.max(1, rows.length * size)));
	const down = Math.max(1, Math.ceil(rows.length / columns));
	const image = new ImageData(columns * (width + GAP) - GAP, down * (height + GAP) - GAP);
	rows.forEach((_, n) => {
		const own = values.subarray(n * channels * size, (n + 1) * channels * size);
		const [low, high] = range(own);
		const byte = (at: number) => (high > low ? (255 * ((own[at] ?? 0) - low)) / (high - low) : 0);
		const left = (n % columns) * (width + GAP);
		const top = Math.floor(n / columns) * (height + GAP);
		for (let at = 0; at < size; at++) {
			const to = 4 * ((top + Math.floor(at / width)) * image.width + left + (at % width));
			const colour = channels === 3 ? [0, 1, 2].map((channel) => byte(channel * size + at)) : ink;
			image.data.set([...colour, channels === 3 ? 255 : byte(at)], to);
		}
	});
	return image;
}

function range(values: Float32Array): [number, number] {
	let [low, high] = [Infinity, -Infinity];
	for (const value of values) {
		low = Math.min(low, value);
		high = Math.max(high, value);
	}
	return [low, high];
}
