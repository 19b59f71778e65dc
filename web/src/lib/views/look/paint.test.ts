import { describe, expect, it } from 'vitest';
import {
	block,
	farthest,
	heatOver,
	hex,
	kernelPlane,
	occlusionHeat,
	picturePlane,
	range,
	stretch,
	valuesPlane,
	type Palette
} from './paint';

const palette: Palette = { paper: [255, 255, 255], ink: [0, 0, 0], low: [0, 0, 200], high: [200, 0, 0] };
const pixel = ({ data }: { data: Uint8ClampedArray }, at: number) => [...data.subarray(4 * at, 4 * at + 4)];

describe('numbers as colours', () => {
	it('reads the colours of the theme', () => {
		expect(hex(' #c2410c ')).toEqual([194, 65, 12]);
		expect(hex('#fff')).toEqual([255, 255, 255]);
		expect(hex('red')).toEqual([0, 0, 0]);
	});
	it('draws grey pictures as ink, and coloured ones channel by channel', () => {
		expect(pixel(picturePlane([0, 255], 2, 1, palette), 1)).toEqual([0, 0, 0, 255]);
		expect(pixel(picturePlane([1, 2, 3, 4, 5, 6], 2, 1, palette), 1)).toEqual([2, 4, 6, 255]);
	});
	it('measures both signs by the same scale', () => {
		const span = range([NaN, -4, 2]);
		expect([span, farthest(span), range([])]).toEqual([[-4, 2], 4, [0, 0]]);
		const plane = valuesPlane([-4, 0, 2], 3, 1, farthest(span), palette);
		expect(pixel(plane, 0)).toEqual([0, 0, 200, 255]);
		expect(pixel(plane, 1)).toEqual([255, 255, 255, 255]);
		expect(pixel(plane, 2).slice(0, 3)).toEqual([228, 128, 128]);
		// Nothing at all is paper, not a division by zero.
		expect(pixel(valuesPlane([0], 1, 1, 0, palette), 0)).toEqual([255, 255, 255, 255]);
	});
	it('shows a kernel of three channels around grey', () => {
		expect(pixel(kernelPlane([2, -2, 0], 1, 1, 2), 0)).toEqual([255, 1, 128, 255]);
	});
	it('lays heat over a picture, and leaves it alone where there is none', () => {
		const picture = picturePlane([0, 0], 2, 1, palette);
		const over = heatOver(picture, [0, 3], 3, palette);
		expect(pixel(over, 0)).toEqual([255, 255, 255, 255]);
		expect(pixel(over, 1)).toEqual([211, 51, 51, 255]);
		// Colours would be taken for heat.
		expect(pixel(heatOver(picturePlane([200, 100, 0], 1, 1, palette), [0], 1, palette), 0)).toEqual([
			119, 119, 119, 255
		]);
	});
	it('stretches a map softly, and keeps it as it is at its own size', () => {
		expect([...stretch([1, 3], { width: 2, height: 1 }, { width: 2, height: 1 })]).toEqual([1, 3]);
		expect([...stretch([1, 3], { width: 2, height: 1 }, { width: 4, height: 1 })]).toEqual([1, 1.5, 2.5, 3]);
		expect([...stretch([5], { width: 1, height: 1 }, { width: 2, height: 2 })]).toEqual([5, 5, 5, 5]);
	});
	it('blames a pixel for the mean of the squares over it', () => {
		const seen = { ys: [0], xs: [0, 1, 2], size: 2, map: [0.5, 0.9, NaN], probability: 0.9 };
		const heat = [...occlusionHeat(seen, 4, 1)].map((value) => Number(value.toFixed(3)));
		expect(heat).toEqual([0.4, 0.2, 0, 0]);
	});
	it('makes a block of a vector', () => {
		expect([block(10), block(128), block(0)]).toEqual([
			{ width: 10, height: 1 },
			{ width: 64, height: 2 },
			{ width: 1, height: 1 }
		]);
	});
});
