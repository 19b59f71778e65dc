// From many pixels to few: each new one is the mean of the area that it covers, with pixels on its border counted by
// their share. Values are averaged as they are stored, not as amounts of light: so were CIFAR-10's pictures made.

/** A square of a picture, in its pixels. */
export type Crop = { x: number; y: number; side: number };
/** Red, green, blue, alpha (255), row by row. */
export type Pixels = { data: Uint8ClampedArray; width: number; height: number };

/** Pixels from `from` to `to`, the first and the last by the share `head` and `tail`. */
type Part = { from: number; to: number; head: number; tail: number };

/** One axis: `count` equal parts of `length` pixels from `start`, of `limit`. */
function parts(start: number, length: number, count: number, limit: number): Part[] {
	return Array.from({ length: count }, (_, at) => {
		const left = Math.min(Math.max(start + (at * length) / count, 0), limit);
		const right = Math.min(Math.max(start + ((at + 1) * length) / count, left), limit);
		const from = Math.min(Math.floor(left), limit - 1);
		const to = Math.max(Math.ceil(right) - 1, from);
		if (to === from) return { from, to, head: 1, tail: 1 };
		return { from, to, head: from + 1 - left, tail: right - to };
	});
}

const share = ({ from, to, head, tail }: Part, at: number): number =>
	at === from ? head : at === to ? tail : 1;

/** The square at `size` x `size`, channel after channel: what a network sees. */
export function reduced(picture: Pixels, crop: Crop, size: number): Uint8Array<ArrayBuffer> {
	const { data, width, height } = picture;
	const columns = parts(crop.x, crop.side, size, width);
	const rows = parts(crop.y, crop.side, size, height);
	const seen = new Uint8Array(3 * size * size);
	// Sums of one line of the small picture, and what they are sums of.
	const sums = new Float64Array(3 * size);
	rows.forEach((row, y) => {
		sums.fill(0);
		let high = 0;
		for (let line = row.from; line <= row.to; line++) {
			const down = share(row, line);
			high += down;
			columns.forEach((column, x) => {
				for (let at = column.from; at <= column.to; at++) {
					const weight = down * share(column, at);
					const place = 4 * (line * width + at);
					for (let channel = 0; channel < 3; channel++)
						sums[3 * x + channel]! += weight * (data[place + channel] ?? 0);
				}
			});
		}
		columns.forEach((column, x) => {
			let wide = 0;
			for (let at = column.from; at <= column.to; at++) wide += share(column, at);
			for (let channel = 0; channel < 3; channel++)
				seen[channel * size * size + y * size + x] = Math.round(sums[3 * x + channel]! / (high * wide));
		});
	});
	return seen;
}

/** Lines of a picture, `factor` x `factor` pixels made one; those at the right and at the bottom may be of fewer. */
export function shrunk({ data, width, height }: Pixels, factor: number): Pixels {
	const [wide, high] = [Math.ceil(width / factor), Math.ceil(height / factor)];
	const small = new Uint8ClampedArray(4 * wide * high);
	for (let y = 0; y < high; y++) {
		for (let x = 0; x < wide; x++) {
			const [right, bottom] = [Math.min((x + 1) * factor, width), Math.min((y + 1) * factor, height)];
			let [red, green, blue] = [0, 0, 0];
			for (let line = y * factor; line < bottom; line++) {
				for (let at = x * factor; at < right; at++) {
					const place = 4 * (line * width + at);
					red += data[place]!;
					green += data[place + 1]!;
					blue += data[place + 2]!;
				}
			}
			const pixels = (right - x * factor) * (bottom - y * factor);
			const place = 4 * (y * wide + x);
			small[place] = Math.round(red / pixels);
			small[place + 1] = Math.round(green / pixels);
			small[place + 2] = Math.round(blue / pixels);
			small[place + 3] = 255;
		}
	}
	return { data: small, width: wide, height: high };
}
