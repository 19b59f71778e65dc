import { readdirSync, readFileSync } from 'node:fs';
import { inflateSync, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { filesOf, nameOf } from './files';
import { bytesOf, flipped, mappingOf, rgba, type Picture } from './pixels';
import { crc, png } from './png';
import {
	experimentText,
	kerasText,
	PLAIN,
	presetLike,
	presetOf,
	PRESETS,
	prefixOf,
	SLIDERS,
	tableText,
	typed,
	type Source
} from './settings';

const experiments = new URL('../../../../../crates/book/experiments/', import.meta.url);
const source: Source = { dataset: 'mnist', seed: 7, epoch: 0, rows: 9, learn: null };
const words = { en: 'My pictures', zh: '我的图' };

function picture(values: number[], channels = 1): Picture {
	const [height, width] = [1, values.length / channels];
	return { row: 3, label: 5, epoch: 0, height, width, channels, values: Float32Array.from(values) };
}

describe('settings', () => {
	it('of the presets are those of the book', () => {
		const ids = readdirSync(experiments).filter((name) => /^14\.[2-6][a-d]?\.toml$/.test(name));
		expect(PRESETS.map(({ id }) => `${id}.toml`).sort()).toEqual(ids.sort());
		for (const { id } of PRESETS) {
			const text = readFileSync(new URL(`${id}.toml`, experiments), 'utf8');
			const table = /^\[augmentation\]\n(?:\w.*\n)*/m.exec(text)?.[0] ?? '[augmentation]\n';
			expect(tableText(presetOf(id)).trim().split('\n').sort(), id).toEqual(table.trim().split('\n').sort());
		}
	});

	it('are written where they differ from nothing', () => {
		expect(tableText(PLAIN)).toBe('[augmentation]\n');
		const settings = { ...PLAIN, zoom_range: 0.1 + 0.2, brightness_range: 0.3, cval: 7, zca_epsilon: 1 };
		expect(tableText(settings)).toBe('[augmentation]\nzoom_range = 0.3\nbrightness_range = [0.7, 1.3]\n');
		const constant = { ...PLAIN, fill_mode: 'constant' as const, cval: 7 };
		expect(tableText(constant)).toBe('[augmentation]\nfill_mode = "constant"\ncval = 7\n');
		expect(presetLike({ ...PLAIN, zca_whitening: true })).toBe('14.4');
		expect(presetLike(settings)).toBeNull();
		expect(new Set(SLIDERS.map(({ name }) => typeof PLAIN[name]))).toEqual(new Set(['number']));
	});

	it('become a whole experiment, and Keras', () => {
		const text = experimentText(presetOf('14.3'), { ...source, epoch: 2, learn: 500 }, words, words);
		expect(text).toContain('name = "mnist"\ndata_format = "channels_first"\ntrain_rows = 500\n');
		expect(text).toContain('rows = 9\nepoch = 2\n\n[augmentation]\nfeaturewise_center = true\n');
		const keras = kerasText(
			{ ...presetOf('14.3'), brightness_range: 0.5 },
			{ ...source, learn: 500 },
			'Not:'
		);
		expect(keras).toContain('    featurewise_center=True,\n    featurewise_std_normalization=True,\n');
		expect(keras).toContain('generator.fit(x_train[:500])\n');
		expect(keras).toContain('# Not: brightness_range=(0.5, 1.5)\n');
		expect(kerasText(PLAIN, source, '')).not.toContain('fit(');
	});

	it('are read from what is typed', () => {
		expect([typed('0,5', 0, 1), typed('7', 0, 1), typed('2.6', 0, 9, true)]).toEqual([0.5, 1, 3]);
		expect([typed('', 0, 1), typed('x', 0, 1), typed('1e999', 0, 1)]).toEqual([null, null, null]);
	});
});

describe('pixels', () => {
	it('are the values themselves as long as these are a picture’s', () => {
		const plain = picture([0, 12.4, 255]);
		expect(mappingOf(plain, false)).toBe('plain');
		expect([...bytesOf(plain, 'plain')]).toEqual([0, 12, 255]);
	});

	it('are stretched as Keras does otherwise', () => {
		const below = picture([-1, 0, 3]);
		expect(mappingOf(below, false)).toBe('stretched');
		expect(mappingOf(picture([0, 1]), true)).toBe('stretched');
		expect([...bytesOf(below, 'stretched')]).toEqual([0, 63, 255]);
		expect([...bytesOf(picture([1, 2]), 'stretched')]).toEqual([127, 255]);
		expect([...bytesOf(picture([0, 0]), 'stretched')]).toEqual([0, 0]);
		expect([...bytesOf(picture([-2, -2]), 'stretched')]).toEqual([0, 0]);
	});

	it('have their channels side by side', () => {
		const colour = picture([10, 20, 30, 40, 50, 60], 3);
		expect([...bytesOf(colour, 'plain')]).toEqual([10, 30, 50, 20, 40, 60]);
		expect([...rgba(Uint8Array.of(10, 30, 50), 3)]).toEqual([10, 30, 50, 255]);
		expect([...rgba(Uint8Array.of(9), 1)]).toEqual([9, 9, 9, 255]);
	});

	it('change places', () => {
		const ink = Uint8Array.of(1, 2, 3, 4, 5, 6);
		expect([...flipped(ink, 3, { mirrored: true, upside: false })]).toEqual([3, 2, 1, 6, 5, 4]);
		expect([...flipped(ink, 3, { mirrored: false, upside: true })]).toEqual([4, 5, 6, 1, 2, 3]);
		expect([...flipped(ink, 3, { mirrored: true, upside: true })]).toEqual([6, 5, 4, 3, 2, 1]);
	});
});

describe('files', () => {
	const zlib = (bytes: Uint8Array) => new Uint8Array(deflateSync(bytes));

	it('are PNGs', () => {
		expect(crc(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
		const file = png({ width: 2, height: 2, channels: 1, bytes: Uint8Array.of(1, 2, 3, 4) }, zlib);
		const view = new DataView(file.buffer);
		expect([view.getUint32(16), view.getUint32(20), file[24], file[25]]).toEqual([2, 2, 8, 0]);
		const length = view.getUint32(33);
		expect([...inflateSync(file.subarray(41, 41 + length))]).toEqual([0, 1, 2, 0, 3, 4]);
		expect([...file.subarray(-12)]).toEqual([0, 0, 0, 0, 73, 69, 78, 68, 0xae, 0x42, 0x60, 0x82]);
	});

	it('have names that tell the same picture', () => {
		expect(nameOf('oct', 2, 'a')).toMatch(/^oct_2_\d{4}\.png$/);
		expect(nameOf('oct', 2, 'a')).toBe(nameOf('oct', 2, 'a'));
		expect(nameOf('oct', 2, 'a')).not.toBe(nameOf('oct', 2, 'b'));
		expect([prefixOf('../a b'), prefixOf('图_1'), prefixOf('//')]).toEqual(['ab', '图_1', 'augmented']);
	});

	it('come with what they were made with', () => {
		const wish = { prefix: 'oct', settings: presetOf('14.5a'), source, text: 'text' };
		const files = filesOf([picture([0, 255]), picture([-1, 1])], wish, zlib);
		const names = Object.keys(files);
		expect(names).toHaveLength(3);
		const json = JSON.parse(new TextDecoder().decode(files['oct.json'])) as Record<string, unknown>;
		expect(json).toMatchObject({ dataset: 'mnist', seed: 7, settings: { rotation_range: 90 }, text: 'text' });
		expect(json['pictures']).toMatchObject([
			{ file: names[0], row: 3, label: 5, least: 0, most: 255, shown: 'plain' },
			{ file: names[1], least: -1, most: 1, shown: 'stretched' }
		]);
	});
});
