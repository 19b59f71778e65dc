import { expect, it } from 'vitest';
import { append, columnsFor, nothing, pictureAt } from './wall';

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
	expect([...pictureAt(two, 2)]).toEqual([4, 104]);
	expect([...append(two, strip(0, [9])).labels]).toEqual([9]);
});

it('fills the width with an even number of columns', () => {
	expect([columnsFor(330), columnsFor(800), columnsFor(4000)]).toEqual([10, 22, 26]);
});
