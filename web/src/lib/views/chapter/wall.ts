// The wall of pictures: many small pictures on one canvas, grey ones as ink on paper.

import type { Wall } from '../../engine/wall';

/** Several strips of the same data, one after the other. */
export type Pictures = { height: number; width: number; pixels: Uint8Array; labels: Uint8Array };

export const nothing: Pictures = {
	height: 28,
	width: 28,
	pixels: new Uint8Array(),
	labels: new Uint8Array()
};

/** The strip behind those that are shown; a strip of another size or place starts anew. */
export function append(shown: Pictures, wall: Wall): Pictures {
	const { height, width, first } = wall;
	const fits = first === shown.labels.length && height === shown.height && width === shown.width;
	if (!fits) return { height, width, pixels: wall.pixels.slice(), labels: wall.labels.slice() };
	const join = (a: Uint8Array, b: Uint8Array) => {
		const both = new Uint8Array(a.length + b.length);
		both.set(a);
		both.set(b, a.length);
		return both;
	};
	return { height, width, pixels: join(shown.pixels, wall.pixels), labels: join(shown.labels, wall.labels) };
}

/** Numbers of one pixel: 1 of grey pictures, 3 of coloured ones. */
export function channelsOf({ height, width, pixels, labels }: Pictures): number {
	return Math.max(1, Math.round(pixels.length / Math.max(1, labels.length * height * width)));
}

/** One picture's numbers, row by row, channel by channel. */
export function planesAt(all: Pictures, index: number): Uint8Array[] {
	const size = all.height * all.width;
	const channels = channelsOf(all);
	return Array.from({ length: channels }, (_, channel) => {
		const from = (index * channels + channel) * size;
		return all.pixels.subarray(from, from + size);
	});
}

/** As many columns as pictures of about 36 px fit, an even number. */
export function columnsFor(width: number): number {
	return Math.min(26, Math.max(8, Math.round(width / 72) * 2));
}

/** Rows that come with one press. */
const ROWS = 7;

/** Looks at one picture: which one, counted from 0 as the sources do. */
export const aboutOne: Record<string, number> = { '003-CIFAR-VIEW': 100 };

/** Rows that come next; at first as many as hold the picture that the look is about. */
export function rowsFor(columns: number, first: number, about: number | undefined): number {
	return first > 0 || about === undefined ? ROWS : Math.max(ROWS, Math.floor(about / columns) + 1);
}

/** The whole wall as RGBA: coloured pictures as they are, grey ones in one colour of which a pixel's grey is the opacity. */
export function paint(
	all: Pictures,
	columns: number,
	[r, g, b]: readonly [number, number, number]
): ImageData {
	const { height, width, labels } = all;
	const rows = Math.max(1, Math.ceil(labels.length / columns));
	const image = new ImageData(columns * width, rows * height);
	for (let n = 0; n < labels.length; n++) {
		const left = (n % columns) * width;
		const top = Math.floor(n / columns) * height;
		const [first, green, blue] = planesAt(all, n);
		for (let y = 0; y < height; y++) {
			for (let x = 0; x < width; x++) {
				const at = y * width + x;
				const to = 4 * ((top + y) * image.width + left + x);
				const value = first?.[at] ?? 0;
				const pixel = green && blue ? [value, green[at] ?? 0, blue[at] ?? 0, 255] : [r, g, b, value];
				image.data.set(pixel, to);
			}
		}
	}
	return image;
}
