import { expect, it } from 'vitest';
import type { Pixels } from '../../photo/reduce';
import { convolve } from './convolution';
import { digit, house } from './drawn';
import { filtered, luma, showings } from './filter';
import { presets } from './presets';

const same = { stride: 1, padding: 'same', dilation: 1 } as const;

/** Of the whole picture by the slow way, as the toy does it. */
function slowly(channel: number, kernel: readonly (readonly number[])[]): number[][] {
	const { data, width, height } = digit();
	const rows = Array.from({ length: height }, (_, y) =>
		Array.from({ length: width }, (_, x) => data[4 * (y * width + x) + channel]!)
	);
	return convolve(rows, kernel, same);
}

it.each(['edges', 'blur', 'sharpen', 'nothing'] as const)('does what the toy does: %s', (name) => {
	const { kernel } = presets[name];
	const wanted = slowly(0, kernel).flat();
	const shown = {
		cut: (sum: number) => sum,
		grey: (sum: number) => 128 + sum / 2,
		size: (sum: number) => Math.abs(sum)
	};
	for (const showing of showings) {
		for (const grey of [true, false]) {
			const { data } = filtered(digit(), kernel, grey, showing);
			wanted.forEach((sum, at) => {
				const value = Math.min(255, Math.max(0, shown[showing](sum)));
				for (const channel of [0, 1, 2])
					expect(Math.abs(data[4 * at + channel]! - value)).toBeLessThanOrEqual(1);
				expect(data[4 * at + 3]).toBe(255);
			});
		}
	}
});

it('keeps colours apart, or joins them to brightness', () => {
	const { kernel } = presets.nothing;
	const picture = house();
	const bytes = ({ data }: Pixels) => Buffer.from(data);
	expect(bytes(filtered(picture, kernel, false, 'cut')).equals(bytes(picture))).toBe(true);
	const at = 4 * (52 * 320 + 264); // the sun
	const grey = filtered(picture, kernel, true, 'cut').data;
	expect([...grey.subarray(at, at + 3)]).toEqual(Array(3).fill(Math.round(luma(255, 214, 92))));
});

it('is fast enough for a camera: 320 × 240 in colour in well under 60 ms', () => {
	const { kernel } = presets.sharpen;
	const picture = house();
	const times = Array.from({ length: 7 }, () => {
		const start = performance.now();
		filtered(picture, kernel, false, 'size');
		return performance.now() - start;
	});
	expect(Math.min(...times)).toBeLessThan(60);
});
