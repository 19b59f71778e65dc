// Pictures and kernels to start from.

import type { Grid } from './convolution';

/** The one that the sources print comes first. Names: `figures` in the words. */
export type PresetName = 'printed' | 'edges' | 'edgesAcross' | 'blur' | 'sharpen' | 'nothing';

const step: Grid = Array.from({ length: 6 }, () => [0, 0, 0, 9, 9, 9]);
const block: Grid = [
	[0, 0, 0, 0, 0, 0],
	[0, 0, 0, 0, 0, 0],
	[0, 0, 9, 9, 0, 0],
	[0, 0, 9, 9, 0, 0],
	[0, 0, 0, 0, 0, 0],
	[0, 0, 0, 0, 0, 0]
];

const NINTH = 1 / 9;

export const presets: Record<PresetName, { input: Grid; kernel: Grid }> = {
	printed: {
		input: [
			[1, 1, 1, 0, 0],
			[0, 1, 1, 1, 0],
			[0, 0, 1, 1, 1],
			[0, 0, 1, 1, 0],
			[0, 1, 1, 0, 0]
		],
		kernel: [
			[1, 0, 1],
			[0, 1, 0],
			[1, 0, 1]
		]
	},
	edges: {
		input: step,
		kernel: [
			[-1, 0, 1],
			[-2, 0, 2],
			[-1, 0, 1]
		]
	},
	edgesAcross: {
		input: block,
		kernel: [
			[-1, -2, -1],
			[0, 0, 0],
			[1, 2, 1]
		]
	},
	blur: { input: block, kernel: [1, 2, 3].map(() => [NINTH, NINTH, NINTH]) },
	sharpen: {
		input: block,
		kernel: [
			[0, -1, 0],
			[-1, 5, -1],
			[0, -1, 0]
		]
	},
	nothing: {
		input: block,
		kernel: [
			[0, 0, 0],
			[0, 1, 0],
			[0, 0, 0]
		]
	}
};

export const presetNames = Object.keys(presets) as PresetName[];
