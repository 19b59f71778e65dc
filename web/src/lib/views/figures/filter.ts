// A kernel over every pixel of a picture, fast enough for a camera. Pure arithmetic on bytes.

import type { Pixels } from '../../photo/reduce';
import type { Grid } from './convolution';

/** How sums outside 0 to 255 are shown: cut off (what is below zero is black, as after relu), around grey, or as size. */
export type Showing = 'cut' | 'grey' | 'size';
export const showings: readonly Showing[] = ['cut', 'grey', 'size'];

/** As the eye weighs the three colours (Rec. 601). */
export const luma = (red: number, green: number, blue: number): number =>
	0.299 * red + 0.587 * green + 0.114 * blue;

/** One channel, or the three together, with a margin of zeros: padding `same`. */
function plane({ data, width, height }: Pixels, channel: number | null, margin: number): Float32Array {
	const wide = width + 2 * margin;
	const out = new Float32Array(wide * (height + 2 * margin));
	for (let y = 0, from = 0; y < height; y++) {
		for (let x = 0, to = (y + margin) * wide + margin; x < width; x++, to++, from += 4) {
			out[to] =
				channel === null ? luma(data[from]!, data[from + 1]!, data[from + 2]!) : data[from + channel]!;
		}
	}
	return out;
}

/** The sums, one for each pixel. */
function sums(padded: Float32Array, width: number, height: number, kernel: Grid): Float32Array {
	const margin = (kernel.length - 1) / 2;
	const wide = width + 2 * margin;
	const out = new Float32Array(width * height);
	// Weight by weight over whole rows: the inner loop is one multiplication and one sum.
	kernel.forEach((weights, u) =>
		weights.forEach((weight, v) => {
			if (weight === 0) return;
			for (let y = 0; y < height; y++) {
				const from = (y + u) * wide + v;
				const to = y * width;
				for (let x = 0; x < width; x++) out[to + x]! += weight * padded[from + x]!;
			}
		})
	);
	return out;
}

const shownAs: Record<Showing, (sum: number) => number> = {
	cut: (sum) => sum,
	grey: (sum) => 128 + sum / 2,
	size: (sum) => Math.abs(sum)
};

/** The kernel is a square with an odd side. `grey`: over the brightness; else over each colour by itself. */
export function filtered(picture: Pixels, kernel: Grid, grey: boolean, showing: Showing): Pixels {
	const { width, height } = picture;
	const data = new Uint8ClampedArray(4 * width * height);
	const margin = (kernel.length - 1) / 2;
	const show = shownAs[showing];
	for (let channel = 0; channel < (grey ? 1 : 3); channel++) {
		const all = sums(plane(picture, grey ? null : channel, margin), width, height, kernel);
		for (let at = 0, to = channel; at < all.length; at++, to += 4) data[to] = show(all[at]!);
	}
	for (let to = 0; to < data.length; to += 4) {
		if (grey) data[to + 1] = data[to + 2] = data[to]!;
		data[to + 3] = 255;
	}
	return { data, width, height };
}
