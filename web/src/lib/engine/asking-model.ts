// What a model from a file can be asked, by number: `crates/browser/src/words.rs`.

import type { EngineModel } from './engine-types';
import type { Drawing } from './wire';
import type { Numbers } from './words';

const DRAWING = 0;
const ANSWER = 1;
/** Of class 0; those of the others follow. */
const SLOPE = 2;

/** In the order of `DrawingState`. */
const STATES = ['empty', 'dot', 'digit'] as const;

/** Judges grey ink, 0 = paper, 255 = ink. */
export async function drawn(
	model: EngineModel,
	ink: Uint8Array,
	width: number,
	height: number
): Promise<Drawing> {
	const values = new Uint32Array(ink.length + 2);
	values.set([width, height]);
	values.set(ink, 2);
	const [state = 0, count = 0, ...numbers] = await model.ask(DRAWING, values);
	return {
		state: STATES[state] ?? 'empty',
		pixels: numbers.slice(count),
		probabilities: numbers.slice(0, count)
	};
}

/** Probabilities of all classes for a picture of the model's own shape, channel after channel. */
export async function judged(model: EngineModel, pixels: Uint8Array): Promise<number[]> {
	return [...(await model.ask(ANSWER, Uint32Array.from(pixels)))];
}

/** What it says of ids. */
export const numbersOf =
	(model: EngineModel): Numbers =>
	async (ids, slope) =>
		Float32Array.from(await model.ask(slope === null ? ANSWER : SLOPE + slope, ids));
