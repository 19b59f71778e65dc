// The engine's side of looking inside: one call of `Session.look` each, all of it numbers in and lists of numbers out.

import type { EngineSession } from './engine-types';
import { EngineFailure } from './failure';
import type { AscentSettings, Goal, LayerSeen, Picture } from './insight';
import type { Failure, Summary } from './wire';
import type { Numbers } from './words';

/** What `look` can be asked, and in which order it takes its numbers: `crates/browser/src/insight.rs`. */
const MAPS = 0;
const SALIENCY = 1;
const GRAD_CAM = 2;
const OCCLUDED = 3;
const ASCENT = 4;
const MEASURE = 5;
const LAYER = 6;
const FILTERS = 7;
const ROWS = 8;
const WORDS = 9;
/** Of `session.inside`. */
const WEIGHTS = 0;

type Lists = Float32Array[];
const list = (lists: Lists, index: number): Float32Array => lists[index] ?? new Float32Array();
const NOTHING = new Float32Array();

/** Refuses as the engine does. */
export function refuse(code: string, args: Failure['args'] = {}): EngineFailure {
	return new EngineFailure({ code, args });
}

/** A whole number from `min` to `max`. */
export function within(value: number, min: number, max: number): number {
	if (Number.isInteger(value) && value >= min && value <= max) return value;
	throw refuse('out_of_range', { value: String(value), min: String(min), max: String(max) });
}

const pictured = (picture: Picture): [numbers: number[], values: Float32Array] => {
	if ('pixels' in picture) return [[2, 0], Float32Array.from(picture.pixels)];
	return [[picture.part === 'test' ? 1 : 0, within(picture.row, 0, 2 ** 31)], NOTHING];
};

const driven = (goal: Goal): [number, number, number] =>
	'class' in goal
		? [0, within(goal.class, 0, 2 ** 20), 0]
		: [1, within(goal.layer, 0, 2 ** 20), within(goal.unit, 0, 2 ** 30)];

export const settingsOf = (goal: Goal, { steps, rate, jitter, blur, l2, seed }: AscentSettings): number[] => [
	...driven(goal),
	within(steps, 1, 5000),
	rate,
	within(jitter, 0, 32),
	blur,
	l2,
	within(seed, 0, 2 ** 32 - 1)
];

/** The layers of a text's network. */
export function layersOf(summary: Summary | null): LayerSeen[] {
	const over = ['Conv2D', 'DepthwiseConv2D', 'SeparableConv2D'];
	return (summary?.layers ?? []).map(({ name, type, activation, output, sheet }, index) => {
		// Steps with features: one map of both.
		const [steps = 1, features = 1] = output;
		const shape: [number, number, number] = output.length === 2 ? [1, steps, features] : [...sheet];
		return {
			index,
			name,
			type,
			activation,
			shape,
			maps: output.length === 3 && shape[1] * shape[2] > 1,
			filters: over.includes(type) ? shape[0] : 0,
			units: output.length === 2 ? features : shape[0]
		};
	});
}

/** The picture as it goes in, and what every layer gives. */
export async function mapsOf(session: EngineSession, picture: Picture): Promise<Lists> {
	return session.look(MAPS, ...pictured(picture));
}

export async function filtersOf(
	session: EngineSession,
	layer: number
): Promise<{ shape: [number, number, number, number]; values: Float32Array }> {
	const found = await session.look(FILTERS, [within(layer, 0, 2 ** 20)], NOTHING);
	const [filters = 0, channels = 0, height = 0, width = 0] = list(found, 0);
	return { shape: [filters, channels, height, width], values: list(found, 1) };
}

/** What the network says of a picture with grey squares of `size` pixels at `places` (top, left), one after the other. */
export async function occludedOf(
	session: EngineSession,
	picture: Picture,
	size: number,
	places: [number, number][]
): Promise<Float32Array> {
	const [numbers, values] = pictured(picture);
	return list(await session.look(OCCLUDED, [...numbers, size, ...places.flat()], values), 0);
}

/** What the network says of a picture. */
export function outputOf(session: EngineSession, picture: Picture): Promise<Float32Array> {
	return occludedOf(session, picture, 0, [[0, 0]]);
}

export async function saliencyOf(
	session: EngineSession,
	picture: Picture,
	judged: number
): Promise<{ score: number; gradient: Float32Array }> {
	const [numbers, values] = pictured(picture);
	const found = await session.look(SALIENCY, [...numbers, judged], values);
	return { score: list(found, 0)[0] ?? NaN, gradient: list(found, 1) };
}

export async function gradCamOf(
	session: EngineSession,
	picture: Picture,
	judged: number,
	layer: number | null
): Promise<{ layer: number; score: number; map: Float32Array; weights: Float32Array }> {
	const [numbers, values] = pictured(picture);
	const found = await session.look(GRAD_CAM, [...numbers, judged, layer ?? -1], values);
	const [at = 0, score = NaN] = list(found, 0);
	return { layer: at, score, map: list(found, 1), weights: list(found, 2) };
}

export type Climbed = {
	/** As the network gets it, to go on with. */
	picture: Float32Array;
	activation: number;
	/** 0 to 255. */
	pixels: Uint8Array;
};

/** The start of an ascent, or `count` steps more of it behind the first `from`. */
export async function climbed(
	session: EngineSession,
	settings: number[],
	so: { picture: Float32Array; from: number; count: number } | null
): Promise<Climbed> {
	const numbers = so ? [...settings, so.from, so.count] : settings;
	const found = await session.look(ASCENT, numbers, so?.picture ?? NOTHING);
	return {
		picture: list(found, 0),
		activation: list(found, 1)[0] ?? NaN,
		pixels: Uint8Array.from(list(found, 2), (value) => Math.max(0, Math.min(255, Math.round(value))))
	};
}

/** The goal of test rows. */
export async function measuredOf(
	session: EngineSession,
	goal: Goal,
	first: number,
	count: number
): Promise<Float32Array> {
	return list(await session.look(MEASURE, [...driven(goal), first, count], NOTHING), 0);
}

/** What a layer gives for test rows, and their classes (-1: none). */
export async function layerOf(
	session: EngineSession,
	layer: number,
	first: number,
	count: number
): Promise<{ values: Float32Array; labels: number[] }> {
	const found = await session.look(LAYER, [within(layer, 0, 2 ** 20), first, count], NOTHING);
	return { values: list(found, 0), labels: [...list(found, 1)] };
}

/** Ids of the rows of an Embedding's table, by what it gave for them; -1 where a row is not there. */
export function idsOf(given: Float32Array, table: Float32Array, width: number): Int32Array {
	/** Rows by their first number. */
	const begin = new Map<number, number[]>();
	for (let id = 0; id * width < table.length; id++) {
		const first = table[id * width] ?? 0;
		const same = begin.get(first);
		if (same) same.push(id);
		else begin.set(first, [id]);
	}
	return Int32Array.from({ length: given.length / width }, (_, step) => {
		const vector = given.subarray(step * width, (step + 1) * width);
		const same = (id: number) => vector.every((value, at) => value === table[id * width + at]);
		return begin.get(vector[0] ?? 0)?.find(same) ?? -1;
	});
}

/** A test row of words, and what a layer gives for it. */
export async function wordsOf(
	session: EngineSession,
	layers: readonly LayerSeen[],
	row: number,
	layer: number
): Promise<{ ids: Uint32Array; label: number; all: number; values: Float32Array }> {
	const [first] = layers;
	if (first?.type !== 'Embedding') throw refuse('words_no_embedding');
	const all = await testRowsOf(session);
	within(row, 0, Math.max(0, all - 1));
	const given = await layerOf(session, 0, row, 1);
	const table = list(await session.inside(WEIGHTS, 0), 0);
	const ids = idsOf(given.values, table, first.units);
	if (ids.includes(-1)) throw refuse('no_numbers');
	const { values } = layer === 0 ? given : await layerOf(session, layer, row, 1);
	return { ids: Uint32Array.from(ids), label: given.labels[0] ?? -1, all, values };
}

/** Test pictures as they are shown, and their classes; how many test rows there are. */
export async function picturesOf(
	session: EngineSession,
	first: number,
	count: number
): Promise<{ pixels: Uint8Array; labels: number[]; all: number }> {
	const found = await session.look(ROWS, [within(first, 0, 2 ** 31), count], NOTHING);
	return {
		all: list(found, 0)[0] ?? 0,
		pixels: Uint8Array.from(list(found, 1)),
		labels: [...list(found, 2)]
	};
}

/** How many test rows there are. */
export async function testRowsOf(session: EngineSession): Promise<number> {
	return list(await session.look(ROWS, [], NOTHING), 0)[0] ?? 0;
}

/** What the run's network says of rows of ids, or how the class `slope` hangs on each step of one. */
export const numbersOf =
	(session: EngineSession): Numbers =>
	async (ids, slope) =>
		list(await session.look(WORDS, slope === null ? [] : [slope], Float32Array.from(ids)), 0);
