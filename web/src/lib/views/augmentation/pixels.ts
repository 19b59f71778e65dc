// The numbers of a picture as grey or colour: what is shown is what is saved.

/** One picture: the values that the network would get, channel by channel. */
export type Picture = {
	/** Of the training part, from 0. */
	row: number;
	label: number;
	epoch: number;
	height: number;
	width: number;
	channels: number;
	values: Float32Array | Uint8Array;
};

/** What a picture's own values reach. */
export function reach({ values }: Picture): [least: number, most: number] {
	let [least, most] = [Infinity, -Infinity];
	for (const value of values) {
		least = Math.min(least, value);
		most = Math.max(most, value);
	}
	return [least, most];
}

/** Values of a picture end here. */
export const WHITE = 255;
/** What rounding may add. */
const SLACK = 1e-3;

/**
 * `plain`: 0 is black and 255 white. `stretched`, as Keras's `array_to_img`: moved up so that nothing is below 0, then
 * scaled so that the largest value is white.
 */
export type Mapping = 'plain' | 'stretched';

/** Standardised values say nothing on the scale from 0 to 255; others are left alone as long as they fit. */
export function mappingOf(picture: Picture, standardised: boolean): Mapping {
	const [least, most] = reach(picture);
	return standardised || least < -SLACK || most > WHITE + SLACK ? 'stretched' : 'plain';
}

/** One byte for each value, in the order of a file: row by row, the channels of a cell side by side. */
export function bytesOf(picture: Picture, mapping: Mapping): Uint8Array {
	const { values, channels } = picture;
	const cells = picture.height * picture.width;
	const [least, most] = reach(picture);
	const up = Math.max(0, 0 - least);
	const top = most + up;
	const bytes = new Uint8Array(cells * channels);
	for (let at = 0; at < bytes.length; at++) {
		const value = values[(at % channels) * cells + Math.floor(at / channels)] ?? 0;
		// Keras cuts what is behind the point.
		if (mapping === 'stretched') bytes[at] = top > 0 ? Math.floor(((value + up) / top) * WHITE) : 0;
		else bytes[at] = Math.min(WHITE, Math.max(0, Math.round(value)));
	}
	return bytes;
}

/** As a canvas wants it: a grey value three times, and nothing shines through. */
export function rgba(bytes: Uint8Array, channels: number): Uint8ClampedArray<ArrayBuffer> {
	const cells = Math.floor(bytes.length / Math.max(1, channels));
	const out = new Uint8ClampedArray(4 * cells);
	for (let cell = 0; cell < cells; cell++) {
		for (let colour = 0; colour < 3; colour++) {
			out[4 * cell + colour] = bytes[cell * channels + (channels === 3 ? colour : 0)] ?? 0;
		}
		out[4 * cell + 3] = 255;
	}
	return out;
}

/** Grey ink in another position: left and right exchanged, above and below, or both (half a turn). */
export function flipped(
	ink: Uint8Array,
	width: number,
	{ mirrored, upside }: { mirrored: boolean; upside: boolean }
): Uint8Array {
	const height = Math.floor(ink.length / Math.max(1, width));
	return ink.map((_, at) => {
		const [row, column] = [Math.floor(at / width), at % width];
		const from = (upside ? height - 1 - row : row) * width + (mirrored ? width - 1 - column : column);
		return ink[from] ?? 0;
	});
}
