import { describe, expect, it } from 'vitest';
import { inside, middle, moved, pulled, sized, stride } from './crop';
import { reduced, shrunk, type Pixels } from './reduce';

function picture(
	width: number,
	height: number,
	of: (x: number, y: number) => [number, number, number]
): Pixels {
	const data = new Uint8ClampedArray(4 * width * height);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++) data.set([...of(x, y), 255], 4 * (y * width + x));
	return { data, width, height };
}
/** Red grows to the right, green downwards, blue is even: as in the terminal's own test of the same. */
const slope = picture(6, 4, (x, y) => [10 * x, 20 * y, 7]);

describe('what the network sees', () => {
	it('is the mean of the area behind each point, channel after channel', () => {
		expect([...reduced(slope, { x: 1, y: 0, side: 4 }, 2)]).toEqual([
			15, 35, 15, 35, 10, 10, 50, 50, 7, 7, 7, 7
		]);
		expect([...reduced(slope, { x: 4, y: 2, side: 2 }, 2)]).toEqual([
			40, 50, 40, 50, 40, 40, 60, 60, 7, 7, 7, 7
		]);
	});
	it('shares the pixels on a border', () => {
		// Three pixels for two points: 0.5 of the middle one each.
		const three = picture(3, 3, (x) => [[0, 90, 240][x]!, 0, 0]);
		expect([...reduced(three, { x: 0, y: 0, side: 3 }, 2).slice(0, 2)]).toEqual([30, 190]);
	});
	it('is enlarged where the square has fewer pixels', () => {
		expect([...reduced(slope, { x: 5, y: 3, side: 1 }, 2)]).toEqual([
			50, 50, 50, 50, 60, 60, 60, 60, 7, 7, 7, 7
		]);
		const two = reduced(slope, { x: 0, y: 0, side: 2 }, 4);
		expect([...two.slice(0, 4)]).toEqual([0, 0, 10, 10]);
	});
	it('is one value where the picture is, and the same as the sum of all pixels says', () => {
		const noise = picture(101, 77, (x, y) => [(x * 37 + y * 91) % 256, (x * x + y) % 256, 200]);
		for (const [crop, size] of [
			[{ x: 3, y: 5, side: 70 }, 32],
			[{ x: 24, y: 0, side: 77 }, 32],
			[{ x: 60, y: 60, side: 9 }, 32]
		] as const) {
			const seen = reduced(noise, crop, size);
			// Slowly: 64 samples in each direction and point.
			for (const [at, x, y] of [
				[0, 0, 0],
				[33, 1, 1],
				[1023, 31, 31]
			] as const) {
				let sum = 0;
				const fine = 64;
				for (let i = 0; i < fine; i++)
					for (let j = 0; j < fine; j++) {
						const px = Math.floor(crop.x + ((x + (i + 0.5) / fine) * crop.side) / size);
						const py = Math.floor(crop.y + ((y + (j + 0.5) / fine) * crop.side) / size);
						sum += noise.data[4 * (py * noise.width + px)]!;
					}
				expect(Math.abs(seen[at]! - sum / fine ** 2)).toBeLessThan(3);
			}
			expect(seen.slice(2048).every((value) => value === 200)).toBe(true);
		}
	});
	it('hardly depends on a photo being averaged down first', () => {
		const large = picture(384, 384, (x, y) => [(x * 5 + y) % 256, (y * 3) % 256, (x * y) % 256]);
		const direct = reduced(large, { x: 96, y: 30, side: 192 }, 32);
		const twice = reduced(shrunk(large, 3), { x: 32, y: 10, side: 64 }, 32);
		expect(Math.max(...direct.map((value, at) => Math.abs(value - twice[at]!)))).toBeLessThanOrEqual(1);
	});
	it('is made of whole and of cut blocks', () => {
		const small = shrunk(
			picture(5, 3, (x, y) => [x * 10, y * 10, 100]),
			2
		);
		expect([small.width, small.height]).toEqual([3, 2]);
		expect([...small.data.slice(0, 4)]).toEqual([5, 5, 100, 255]);
		// The last one is a single pixel.
		expect([...small.data.slice(-4)]).toEqual([40, 20, 100, 255]);
	});
});

describe('the square', () => {
	const of = { width: 200, height: 100 };
	it('begins in the middle, as large as can be', () => {
		expect(middle(of)).toEqual({ x: 50, y: 0, side: 100 });
		expect(middle({ width: 5, height: 3 })).toEqual({ x: 1, y: 0, side: 3 });
	});
	it('stays inside, whatever is asked for', () => {
		const crop = { x: 50, y: 20, side: 40 };
		expect(moved(crop, 1000, -1000, of)).toEqual({ x: 160, y: 0, side: 40 });
		expect(sized(crop, 1000, of)).toEqual({ x: 20, y: 0, side: 100 });
		expect(sized(crop, 0, of).side).toBe(8);
		expect(inside({ x: -5, y: 999, side: 1 }, of)).toEqual({ x: 0, y: 92, side: 8 });
		expect(sized({ x: 0, y: 0, side: 3 }, 0.5, { width: 5, height: 3 }).side).toBe(3);
	});
	it('changes by a pixel at least, with its middle kept', () => {
		expect(sized({ x: 50, y: 20, side: 8 }, 1.01, of).side).toBe(9);
		expect(sized({ x: 50, y: 20, side: 40 }, 1.1, of)).toEqual({ x: 48, y: 18, side: 44 });
	});
	it('is pulled by a corner, and the one across stays', () => {
		const crop = { x: 50, y: 20, side: 40 };
		expect(pulled(crop, 'se', 100, 70, of)).toEqual({ x: 50, y: 20, side: 50 });
		expect(pulled(crop, 'nw', 60, 35, of)).toEqual({ x: 60, y: 30, side: 30 });
		expect(pulled(crop, 'ne', 500, -500, of)).toEqual({ x: 50, y: 0, side: 60 });
		expect(pulled(crop, 'sw', 80, 30, of)).toEqual({ x: 80, y: 20, side: 10 });
		// Past the corner across: the smallest one.
		expect(pulled(crop, 'se', 0, 0, of)).toEqual({ x: 50, y: 20, side: 8 });
	});
	it('moves by what is one point for the network', () => {
		expect([stride({ x: 0, y: 0, side: 320 }, 32), stride({ x: 0, y: 0, side: 8 }, 32)]).toEqual([10, 1]);
	});
});
