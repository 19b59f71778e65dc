// Two pictures made by arithmetic, for readers without a photo at hand: a house in colour, a digit in grey.

import type { Pixels } from '../../photo/reduce';

type Colour = readonly [number, number, number];

function painted(width: number, height: number, colour: (x: number, y: number) => Colour): Pixels {
	const data = new Uint8ClampedArray(4 * width * height);
	for (let y = 0, at = 0; y < height; y++) {
		for (let x = 0; x < width; x++, at += 4) data.set([...colour(x, y), 255], at);
	}
	return { data, width, height };
}

/** Sky, a sun, a house with a fence: straight edges in all directions, a round one, and fine stripes. */
export function house(): Pixels {
	return painted(320, 240, (x, y) => {
		if (x >= 110 && x < 230 && y >= 120 && y < 210) {
			if (x >= 158 && x < 186 && y >= 160) return [92, 58, 36]; // door
			const window = y >= 138 && y < 164 && ((x >= 122 && x < 148) || (x >= 194 && x < 220));
			if (window) return x % 26 === 5 || y === 151 ? [60, 50, 44] : [250, 226, 140];
			return y % 12 < 1 || (x + (y % 24 < 12 ? 0 : 12)) % 24 < 1 ? [150, 96, 80] : [196, 120, 92];
		}
		if (y >= 70 && y < 120 && Math.abs(x - 170) < (y - 66) * 1.5) return [122, 44, 36]; // roof
		if ((x - 264) ** 2 + (y - 52) ** 2 < 26 ** 2) return [255, 214, 92]; // sun
		if (y >= 180 && y < 214 && (x < 96 || x >= 244) && (x % 14 < 6 || (y >= 190 && y < 195))) {
			return [240, 236, 226]; // fence
		}
		if (y >= 204) return [86, 130 - ((x * 7 + y * 13) % 9), 66]; // grass
		return [120 + y / 4, 170 + y / 5, 226]; // sky
	});
}

/** A digit as in MNIST: 28 rows, 28 columns, white ink on black. Two rings, one above the other: an 8. */
export function digit(): Pixels {
	const ring = (x: number, y: number, centre: number, radius: number) =>
		Math.abs(Math.hypot((x - 14 + (y - 14) * 0.15) * 1.15, y - centre) - radius);
	return painted(28, 28, (x, y) => {
		const away = Math.min(ring(x, y, 9.2, 4), ring(x, y, 18.4, 5));
		const ink = Math.round(255 * Math.min(1, Math.max(0, 2.1 - away)));
		return [ink, ink, ink];
	});
}
