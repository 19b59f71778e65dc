// Numbers as colours: pictures, feature maps, filters, and heat that lies over a picture. Plain arrays of RGBA, so that
// what is drawn can be tested; the colours are those of the theme.

export type Rgb = readonly [number, number, number];
/** `low` and `high`: far below and far above zero, which is `paper`. */
export type Palette = { paper: Rgb; ink: Rgb; low: Rgb; high: Rgb };
export type Plane = { width: number; height: number; data: Uint8ClampedArray<ArrayBuffer> };

/** `#c2410c`, or `#abc`. */
export function hex(text: string): Rgb {
	const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1] ?? '000000';
	const full = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits;
	return [0, 2, 4].map((at) => parseInt(full.slice(at, at + 2), 16)) as unknown as Rgb;
}

export function readPalette(element: Element): Palette {
	const style = getComputedStyle(element);
	const of = (name: string) => hex(style.getPropertyValue(name));
	return { paper: of('--card'), ink: of('--ink'), low: of('--test'), high: of('--ember') };
}

const mix = (from: Rgb, to: Rgb, share: number): [number, number, number] => {
	const part = Math.min(1, Math.max(0, share));
	return [0, 1, 2].map((at) => (from[at] ?? 0) + ((to[at] ?? 0) - (from[at] ?? 0)) * part) as [
		number,
		number,
		number
	];
};

function plane(width: number, height: number, colour: (at: number) => readonly number[]): Plane {
	const data = new Uint8ClampedArray(4 * width * height);
	for (let at = 0; at < width * height; at += 1) data.set([...colour(at), 255], 4 * at);
	return { width, height, data };
}

/** A picture of 0 to 255, channel by channel: one channel is ink on paper, three are red, green and blue. */
export function picturePlane(
	pixels: ArrayLike<number>,
	width: number,
	height: number,
	palette: Palette
): Plane {
	const size = width * height;
	const colour = pixels.length >= 3 * size;
	return plane(width, height, (at) =>
		colour
			? [pixels[at] ?? 0, pixels[size + at] ?? 0, pixels[2 * size + at] ?? 0]
			: mix(palette.paper, palette.ink, (pixels[at] ?? 0) / 255)
	);
}

/** The smallest and the largest number; what is none counts for nothing. */
export function range(values: ArrayLike<number>): [low: number, high: number] {
	let [low, high] = [Infinity, -Infinity];
	for (let at = 0; at < values.length; at += 1) {
		const value = values[at] ?? NaN;
		if (value < low) low = value;
		if (value > high) high = value;
	}
	return low <= high ? [low, high] : [0, 0];
}

/** Farthest from zero: both sides are measured by it, so that equal strength is equal colour. */
export const farthest = ([low, high]: readonly [number, number]): number => Math.max(-low, high, 0);

export function colourOf(value: number, most: number, palette: Palette): [number, number, number] {
	const share = most > 0 && Number.isFinite(value) ? value / most : 0;
	return mix(palette.paper, share < 0 ? palette.low : palette.high, Math.abs(share));
}

/** Signed numbers; `most` is full colour. */
export function valuesPlane(
	values: ArrayLike<number>,
	width: number,
	height: number,
	most: number,
	palette: Palette
): Plane {
	return plane(width, height, (at) => colourOf(values[at] ?? 0, most, palette));
}

/** A kernel that reads red, green and blue, as the colours that it adds and takes away from grey. */
export function kernelPlane(values: ArrayLike<number>, width: number, height: number, most: number): Plane {
	const size = width * height;
	const tone = (value: number) => 128 + (127 * value) / (most || 1);
	return plane(width, height, (at) => [0, 1, 2].map((channel) => tone(values[channel * size + at] ?? 0)));
}

/** Heat of the picture's own size over it, which has no colours of its own then. What is strong still lets it through. */
export function heatOver(picture: Plane, heat: ArrayLike<number>, most: number, palette: Palette): Plane {
	return plane(picture.width, picture.height, (at) => {
		const [r = 0, g = 0, b = 0] = picture.data.subarray(4 * at, 4 * at + 3);
		const value = heat[at] ?? 0;
		const share = most > 0 && Number.isFinite(value) ? value / most : 0;
		const grey = 0.3 * r + 0.59 * g + 0.11 * b;
		return mix([grey, grey, grey], share < 0 ? palette.low : palette.high, 0.8 * Math.abs(share));
	});
}

/** A small map over a larger picture, with soft steps: the middle of each cell keeps its value. */
export function stretch(
	map: ArrayLike<number>,
	from: { width: number; height: number },
	to: { width: number; height: number }
): Float32Array {
	const result = new Float32Array(to.width * to.height);
	const place = (at: number, size: number, cells: number) => {
		const exact = Math.min(cells - 1, Math.max(0, ((at + 0.5) * cells) / size - 0.5));
		const first = Math.floor(exact);
		return { first, next: Math.min(cells - 1, first + 1), share: exact - first };
	};
	for (let y = 0; y < to.height; y += 1) {
		const row = place(y, to.height, from.height);
		for (let x = 0; x < to.width; x += 1) {
			const column = place(x, to.width, from.width);
			const line = (r: number) => {
				const left = map[r * from.width + column.first] ?? 0;
				return left + ((map[r * from.width + column.next] ?? 0) - left) * column.share;
			};
			const above = line(row.first);
			result[y * to.width + x] = above + (line(row.next) - above) * row.share;
		}
	}
	return result;
}

/**
 * How much surer the network is without the square: of each pixel the mean over the squares that cover it. Negative where
 * the square helps; zero where none was laid yet.
 */
export function occlusionHeat(
	seen: {
		ys: readonly number[];
		xs: readonly number[];
		size: number;
		map: ArrayLike<number>;
		probability: number;
	},
	width: number,
	height: number
): Float32Array {
	const heat = new Float32Array(width * height);
	const laid = new Float32Array(width * height);
	seen.ys.forEach((top, r) =>
		seen.xs.forEach((left, c) => {
			const drop = seen.probability - (seen.map[r * seen.xs.length + c] ?? NaN);
			if (!Number.isFinite(drop)) return;
			for (let y = top; y < Math.min(height, top + seen.size); y += 1) {
				for (let x = left; x < Math.min(width, left + seen.size); x += 1) {
					heat[y * width + x] = (heat[y * width + x] ?? 0) + drop;
					laid[y * width + x] = (laid[y * width + x] ?? 0) + 1;
				}
			}
		})
	);
	return heat.map((sum, at) => sum / Math.max(1, laid[at] ?? 0));
}

/** A vector as a block: rows of 64 numbers. */
export function block(units: number): { width: number; height: number } {
	const width = Math.max(1, Math.min(64, units));
	return { width, height: Math.max(1, Math.ceil(units / width)) };
}
