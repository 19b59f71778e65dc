// Gates to start from: what an LSTM can be used for, set by hand.

import type { Gates } from './recurrent';

const step = (candidate: number, forget: number, input: number, output: number): Gates => ({
	candidate,
	forget,
	input,
	output
});

export const presets = {
	/** The first input is written and kept; the later ones never get in. */
	keep: [
		step(0.8, 1, 1, 1),
		step(-0.5, 1, 0, 1),
		step(0.3, 1, 0, 1),
		step(-0.9, 1, 0, 1),
		step(0.6, 1, 0, 1),
		step(-0.2, 1, 0, 1)
	],
	/** The forget gate shuts at step 4, and the input gate opens. */
	overwrite: [
		step(0.8, 1, 1, 1),
		step(-0.5, 1, 0, 1),
		step(0.3, 1, 0, 1),
		step(-0.9, 0, 1, 1),
		step(0.6, 1, 0, 1),
		step(-0.2, 1, 0, 1)
	],
	/** Every 1 is added to what is there. */
	add: [
		step(1, 1, 1, 1),
		step(0, 1, 1, 1),
		step(1, 1, 1, 1),
		step(1, 1, 1, 1),
		step(0, 1, 1, 1),
		step(1, 1, 1, 1)
	],
	/** Nothing is shown before the last step. */
	hidden: [
		step(0.8, 1, 1, 0),
		step(-0.5, 1, 0, 0),
		step(0.3, 1, 0, 0),
		step(-0.9, 1, 0, 0),
		step(0.6, 1, 0, 0),
		step(-0.2, 1, 0, 1)
	]
} satisfies Record<string, readonly Gates[]>;
export type PresetName = keyof typeof presets;
