// How far back a cell of a stack of layers sees, and what the stack weighs beside dense layers. Pure arithmetic.

import { axis, type Padding } from './convolution';

export type Layer = {
	kind: 'conv' | 'pool';
	size: number;
	stride: number;
	dilation: number;
	filters: number;
};
export type Stack = { size: number; channels: number; padding: Padding; layers: readonly Layer[] };

/** A level of the stack: 0 is the picture. Places and centres are told in cells of the picture. */
export type Level = {
	/** Cells along one side; 0 when the window did not fit any more. */
	cells: number;
	channels: number;
	/** Cells of the picture that one cell sees, along one side. */
	field: number;
	/** How far apart two neighbours see. */
	jump: number;
	/** Centre of the first cell. */
	start: number;
	/** Zeros before the level below, and reach of the window on it. */
	before: number;
	reach: number;
	parameters: number;
	/** A dense layer with as many inputs and outputs. */
	dense: number;
};

export const conv = (size: number, filters: number, stride = 1, dilation = 1): Layer => ({
	kind: 'conv',
	size,
	stride,
	dilation,
	filters
});
export const pooling = (size: number, stride = size): Layer => ({
	kind: 'pool',
	size,
	stride,
	dilation: 1,
	filters: 0
});

export function levels({ size, channels, padding, layers }: Stack): Level[] {
	let below: Level = {
		cells: size,
		channels,
		field: 1,
		jump: 1,
		start: 0.5,
		before: 0,
		reach: 1,
		parameters: 0,
		dense: 0
	};
	const all = [below];
	for (const layer of layers) {
		const { before, places, reach } = axis(below.cells, layer.size, { ...layer, padding: padding });
		const filters = layer.kind === 'conv' ? layer.filters : below.channels;
		const cells = below.cells === 0 ? 0 : places;
		const outputs = cells ** 2 * filters;
		below = {
			cells,
			channels: filters,
			field: below.field + (reach - 1) * below.jump,
			jump: below.jump * layer.stride,
			start: below.start + ((reach - 1) / 2 - before) * below.jump,
			before,
			reach,
			parameters: layer.kind === 'conv' ? layer.size ** 2 * below.channels * filters + filters : 0,
			dense: below.cells ** 2 * below.channels * outputs + outputs
		};
		all.push(below);
	}
	return all;
}

/** Which cells of every level the chosen cell of the last one depends on, along one side; in order. */
export function cellsBehind(stack: Stack, cell: number): number[][] {
	const all = levels(stack);
	let seen = [cell];
	const found = [seen];
	for (let at = stack.layers.length - 1; at >= 0; at--) {
		const { size, stride, dilation } = stack.layers[at]!;
		const { before } = all[at + 1]!;
		const cells = new Set<number>();
		for (const one of seen) {
			for (let u = 0; u < size; u++) {
				const below = one * stride - before + u * dilation;
				if (below >= 0 && below < all[at]!.cells) cells.add(below);
			}
		}
		seen = [...cells].sort((a, b) => a - b);
		found.unshift(seen);
	}
	return found;
}

/** Neighbours as one piece: first and last of each. */
export function runsOf(cells: readonly number[]): [number, number][] {
	const runs: [number, number][] = [];
	for (const cell of cells) {
		const last = runs.at(-1);
		if (last && cell === last[1] + 1) last[1] = cell;
		else runs.push([cell, cell]);
	}
	return runs;
}

export type StackName = 'two' | 'one' | 'lenet' | 'vgg' | 'dilated';

const block = (convolutions: number, filters: number): Layer[] => [
	...Array.from({ length: convolutions }, () => conv(3, filters)),
	pooling(2)
];

export const stacks: Record<StackName, Stack> = {
	two: { size: 28, channels: 1, padding: 'valid', layers: [conv(3, 32), conv(3, 32)] },
	one: { size: 28, channels: 1, padding: 'valid', layers: [conv(5, 32)] },
	lenet: {
		size: 28,
		channels: 1,
		padding: 'valid',
		layers: [conv(5, 20), pooling(2), conv(5, 50), pooling(2)]
	},
	vgg: {
		size: 224,
		channels: 3,
		padding: 'same',
		layers: [...block(2, 64), ...block(2, 128), ...block(3, 256), ...block(3, 512), ...block(3, 512)]
	},
	dilated: {
		size: 32,
		channels: 1,
		padding: 'same',
		layers: [conv(3, 16), conv(3, 16, 1, 2), conv(3, 16, 1, 4)]
	}
};

export const stackNames = Object.keys(stacks) as StackName[];
/** More layers are no use on a page. */
export const MOST_LAYERS = 20;
