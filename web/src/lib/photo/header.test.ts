import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { foreignKind, readHeader } from './header';

const bytes = (...parts: (string | number[])[]) =>
	Uint8Array.from(
		parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part))
	);
const fill = (count: number, value = 0) => new Array<number>(count).fill(value);

const png = (...size: number[]) =>
	bytes([0x89], 'PNG\r\n', [0x1a, 0x0a, 0, 0, 0, 13], 'IHDR', size, [8, 2, 0, 0, 0]);
const gif = bytes(
	'GIF89a',
	[0x40, 1, 0xf0, 0, 0x80, 0, 0],
	fill(6),
	[0x21, 0xf9, 4],
	fill(4),
	[0, 0x2c],
	[2, 0, 1, 0, 0x3f, 1, 0xf0, 0, 0]
);
const frame = [0xff, 0xc2, 0, 17, 8, 0x03, 0x20, 0x04, 0xb0, 3];
const jpeg = bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xff, 0xdb, 0, 3, 9], frame);
const webp = (kind: string, ...rest: number[]) => bytes('RIFF', fill(4), 'WEBP', kind, fill(4), rest);
const bmp = (...rest: number[]) => bytes('BM', fill(12), rest);

describe('the size of a picture', () => {
	it.each([
		['PNG', png(0, 0, 2, 128, 0, 0, 1, 224), 640, 480],
		['PNG', png(0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20), 20_000, 20_000],
		['PNG', png(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1), 2 ** 32 - 1, 1],
		['JPEG', jpeg, 1200, 800],
		// The screen has 320 x 240; the first picture ends one column further right, and one line lower.
		['GIF', gif, 321, 241],
		['WebP', webp('VP8 ', 0, 0, 0, 0x9d, 1, 0x2a, 0x90, 1, 0x2c, 0x41), 400, 300],
		['WebP', webp('VP8L', 0x2f, 0x8f, 0xc1, 0x4a, 0), 400, 300],
		['WebP', webp('VP8X', 0, 0, 0, 0, 0x8f, 1, 0, 0x2b, 1, 0), 400, 300],
		['BMP', bmp(40, 0, 0, 0, 0x90, 1, 0, 0, 0xd4, 0xfe, 0xff, 0xff), 400, 300],
		['BMP', bmp(12, 0, 0, 0, 0x90, 1, 0x2c, 1), 400, 300]
	])('%s', (kind, file, width, height) => {
		expect(readHeader(file)).toEqual({ kind, width, height });
	});

	it('is 0 where a header breaks off, at whatever byte', () => {
		for (const [whole, known] of [
			[png(0, 0, 2, 128, 0, 0, 1, 224), 24],
			[jpeg, 24],
			[gif, 34],
			[webp('VP8 ', 0, 0, 0, 0x9d, 1, 0x2a, 0x90, 1, 0x2c, 1), 30],
			[webp('VP8L', 0x2f, 0x8f, 0xc1, 0x4a, 0), 25],
			[webp('VP8X', 0, 0, 0, 0, 0x8f, 1, 0, 0x2b, 1, 0), 30],
			[bmp(40, 0, 0, 0, 0x90, 1, 0, 0, 0x2c, 1, 0, 0), 26]
		] as const) {
			for (let end = 0; end < whole.length; end++) {
				const header = readHeader(whole.slice(0, end));
				if (header && end < known) expect([end, header.width, header.height]).toEqual([end, 0, 0]);
			}
			expect(readHeader(whole)?.width).toBeGreaterThan(0);
		}
	});

	it('is 0 where it says 0, and where a JPEG has no frame before its data', () => {
		expect(readHeader(png(0, 0, 0, 0, 0, 0, 1, 0))?.width).toBe(0);
		expect(readHeader(bytes([0xff, 0xd8, 0xff, 0xda, 0, 2], frame))?.width).toBe(0);
		expect(readHeader(bytes([0xff, 0xd8, 0xff, 0xe0, 0, 1], frame))?.width).toBe(0);
		expect(readHeader(bytes([0xff, 0xd8, 0xff, 0xe0, 0, 2, 7], frame))?.width).toBe(0);
		// Tables are no frames, though their markers lie among them.
		expect(readHeader(bytes([0xff, 0xd8, 0xff, 0xc4, 0, 4, 1, 2], frame))?.width).toBe(1200);
	});

	it('of what is no picture is null', () => {
		for (const text of [
			'',
			'no picture',
			'GIF',
			'BMW is a car, and its header would be wrong',
			'<svg>',
			'\x89PNX'
		])
			expect([text, readHeader(bytes(text))]).toEqual([text, null]);
		expect(foreignKind(bytes(fill(4), 'ftypheic'))).toBe('HEIC');
		expect(foreignKind(bytes(fill(4), 'ftypavif'))).toBe('AVIF');
		expect(foreignKind(bytes('II*\0'))).toBe('TIFF');
		expect(foreignKind(bytes('%PDF-1.7'))).toBe('PDF');
		expect(foreignKind(bytes('no picture'))).toBeNull();
	});

	it('of damaged files is a size or none, and always comes', () => {
		let seed = 7;
		const dice = (sides: number) => {
			seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
			return Math.floor((seed / 2 ** 32) * sides);
		};
		const whole = [
			png(0, 0, 2, 128, 0, 0, 1, 224),
			jpeg,
			gif,
			webp('VP8X', ...fill(10, 1)),
			bmp(40, ...fill(20, 1))
		];
		let sizes = 0;
		// As in the Rust tests, the variable says how many.
		const rounds = Number(process.env.FIRESIDE_DAMAGE ?? 5_000);
		for (let round = 0; round < rounds; round++) {
			const file = whole[round % whole.length]!.slice();
			for (let change = dice(4); change >= 0; change--) file[dice(file.length)] = dice(256);
			const header = readHeader(file);
			if (!header) continue;
			const { width, height } = header;
			if (!Number.isInteger(width) || width < 0 || (width === 0) !== (height === 0))
				expect.fail(`${[...file].join(' ')}: ${width} x ${height}`);
			if (width > 0) sizes++;
		}
		expect(sizes).toBeGreaterThan(rounds / 5);
		// A megabyte of the shortest steps there are.
		for (const step of [[0xff], [0xff, 0x01], [0xff, 0xe0, 0, 2]]) {
			const long = new Uint8Array(1_000_000);
			for (let at = 0; at < long.length; at++) long[at] = step[at % step.length]!;
			long.set([0xff, 0xd8, 0xff], 0);
			const began = performance.now();
			readHeader(long);
			expect(performance.now() - began).toBeLessThan(5_000);
		}
	});

	it('of the shipped picture is what its file says', () => {
		const file = readFileSync(new URL('../../../../static/screenshot.png', import.meta.url));
		expect(readHeader(file)).toEqual({
			kind: 'PNG',
			width: file.readUInt32BE(16),
			height: file.readUInt32BE(20)
		});
	});
});
