import { expect, it, vi } from 'vitest';
import { append, channelsOf, columnsFor, nothing, paint, planesAt, rowsFor } from './wall';

const strip = (first: number, labels: number[]) => ({
	first,
	count: labels.length,
	height: 1,
	width: 2,
	pixels: Uint8Array.from(labels.flatMap((label) => [label, label + 100])),
	labels: Uint8Array.from(labels)
});

it('appends what follows and starts anew with anything else', () => {
	const one = append(nothing, strip(0, [3, 1]));
	const two = append(one, strip(2, [4]));
	expect([...two.labels]).toEqual([3, 1, 4]);
	expect(planesAt(two, 2).map((plane) => [...plane])).toEqual([[4, 104]]);
	expect([...append(two, strip(0, [9])).labels]).toEqual([9]);
});

it('fills the width with an even number of columns', () => {
	expect([columnsFor(330), columnsFor(800), columnsFor(4000)]).toEqual([10, 22, 26]);
});

it('fetches as many rows as hold the picture that a look is about', () => {
	expect([rowsFor(24, 0, undefined), rowsFor(24, 0, 100), rowsFor(10, 0, 100)]).toEqual([7, 7, 11]);
	expect(rowsFor(10, 110, 100)).toBe(7);
});

it('paints coloured pictures as they are and grey ones as ink', () => {
	class Image {
		readonly data: Uint8ClampedArray;
		constructor(
			readonly width: number,
			readonly height: number
		) {
			this.data = new Uint8ClampedArray(4 * width * height);
		}
	}
	vi.stubGlobal('ImageData', Image);
	const labels = Uint8Array.from([7, 8]);
	const coloured = {
		height: 1,
		width: 2,
		labels,
		pixels: Uint8Array.from([1, 2, 3, 4, 5, 6, 9, 8, 7, 6, 5, 4])
	};
	expect(channelsOf(coloured)).toBe(3);
	expect(planesAt(coloured, 1).map((plane) => [...plane])).toEqual([
		[9, 8],
		[7, 6],
		[5, 4]
	]);
	expect([...paint(coloured, 1, [0, 0, 0]).data.slice(8)]).toEqual([9, 7, 5, 255, 8, 6, 4, 255]);
	const grey = { height: 1, width: 2, labels, pixels: Uint8Array.from([1, 2, 3, 4]) };
	expect(channelsOf(grey)).toBe(1);
	expect([...paint(grey, 2, [10, 20, 30]).data.slice(0, 8)]).toEqual([10, 20, 30, 1, 10, 20, 30, 2]);
	expect(channelsOf(nothing)).toBe(1);
	vi.unstubAllGlobals();
});
