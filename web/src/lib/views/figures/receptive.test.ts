import { expect, it } from 'vitest';
import { cellsBehind, conv, levels, pooling, runsOf, stacks } from './receptive';

it('knows how far the networks of the book see', () => {
	const last = (name: keyof typeof stacks) => levels(stacks[name]).at(-1)!;
	expect(last('two').field).toBe(5);
	expect(last('one').field).toBe(5);
	expect(last('lenet')).toMatchObject({ field: 16, jump: 4, cells: 4, channels: 50 });
	expect(last('dilated')).toMatchObject({ field: 15, cells: 32 });
	expect(last('vgg')).toMatchObject({ field: 212, jump: 32, cells: 7, channels: 512 });
	// The last convolution of VGG16, before its pooling.
	expect(levels(stacks.vgg).at(-2)!.field).toBe(196);
	const weights = levels(stacks.vgg).reduce((sum, { parameters }) => sum + parameters, 0);
	expect(weights).toBe(14_714_688); // as Keras counts VGG16 without its top
});

it('counts 13.4 and 13.5 as the book does', () => {
	const stack = { size: 28, channels: 1, padding: 'valid' as const };
	const one = levels({ ...stack, layers: [conv(5, 32)] }).at(-1)!;
	expect(one).toMatchObject({ parameters: 832, dense: 14_469_120, cells: 24 });
	const two = levels({ ...stack, layers: [conv(5, 30), pooling(2), conv(3, 15), pooling(2)] });
	expect(two.map(({ parameters }) => parameters)).toEqual([0, 780, 0, 4065, 0]);
	expect(two.map(({ field }) => field)).toEqual([1, 5, 6, 10, 12]);
});

it('goes back cell by cell, also over gaps and edges', () => {
	const stack = { size: 28, channels: 1, padding: 'valid' as const };
	expect(cellsBehind({ ...stack, layers: [conv(3, 1), conv(3, 1)] }, 4)).toEqual([
		[4, 5, 6, 7, 8],
		[4, 5, 6],
		[4]
	]);
	expect(cellsBehind({ ...stack, layers: [conv(3, 1, 1, 4)] }, 1)).toEqual([[1, 5, 9], [1]]);
	// Zeros outside are no cells of the picture.
	expect(cellsBehind({ ...stack, padding: 'same', layers: [conv(3, 1)] }, 0)).toEqual([[0, 1], [0]]);
	expect(runsOf([1, 2, 3, 7, 9, 10])).toEqual([
		[1, 3],
		[7, 7],
		[9, 10]
	]);
});

it('the number of cells seen is the formula, wherever the picture does not end', () => {
	for (const name of ['two', 'one', 'lenet', 'dilated'] as const) {
		const all = levels(stacks[name]);
		const middle = Math.floor(all.at(-1)!.cells / 2);
		const seen = cellsBehind(stacks[name], middle)[0]!;
		expect(seen.at(-1)! - seen[0]! + 1, name).toBe(all.at(-1)!.field);
		// A cell stands in the middle of what it sees.
		const centre = all.at(-1)!.start + middle * all.at(-1)!.jump;
		expect(centre, name).toBe((seen[0]! + seen.at(-1)! + 1) / 2);
	}
});

it('says when a window does not fit any more', () => {
	const stack = {
		size: 4,
		channels: 1,
		padding: 'valid' as const,
		layers: [conv(3, 2), conv(3, 2), conv(3, 2)]
	};
	expect(levels(stack).map(({ cells }) => cells)).toEqual([4, 2, 0, 0]);
	expect(levels({ ...stack, layers: [pooling(2, 1)] }).at(-1)).toMatchObject({
		cells: 3,
		channels: 1,
		parameters: 0
	});
});
