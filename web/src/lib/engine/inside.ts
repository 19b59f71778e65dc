// Looking inside a run: the engine gives raw numbers, layer by layer; what is said of them is worked out here, in the
// worker, so that a few figures travel to the page and not millions.

import type { EngineSession } from './engine-types';
import type { RunEvent } from './wire';

/** Of one layer. A layer without weights has zeros; `gradient` is null where nothing of it is trained. */
export type LayerNumbers = {
	/** Length of the gradient, and its largest number. */
	gradient: number | null;
	largest: number | null;
	/** Length of the weights, and how many there are. */
	weights: number;
	count: number;
};
/** What one update did. `moved`: how far the weights went. */
export type OneUpdate = {
	epoch: number;
	step: number;
	update: number;
	learning_rate: number;
	rows: number;
	/** Of the same rows with the same dropout masks. */
	before: number;
	after: number;
	layers: (LayerNumbers & { moved: number })[];
};
export type Pace = {
	steps_per_second: number;
	/** ms of a step: in the engine, and between two calls of it (messages, saving). */
	computing: number;
	waiting: number;
};
export type Live = {
	update: number;
	pace: Pace | null;
	/** Bytes of the engine's memory; null where it is not known. */
	memory: number | null;
	/** Of the CPU engine, its own worker included, and pieces of work that the others have done. */
	threads: number;
	helped: number;
	/** Kernels launched and compiled; zero on the CPU. */
	dispatches: number;
	pipelines: number;
	/** Of the rows of the next update. */
	loss: number;
	layers: LayerNumbers[];
};
export type HistogramOf = 'weights' | 'activations';
export type Histogram = {
	of: HistogramOf;
	layer: number;
	update: number;
	/** Bins of equal width from `low` to `high`. */
	low: number;
	high: number;
	counts: number[];
	count: number;
	mean: number;
	sd: number;
	/** Numbers that are exactly zero, and those that are none (NaN, infinite). */
	zeros: number;
	broken: number;
};

/** What the engine can be asked for. */
const WEIGHTS = 0;
const NEXT = 1;
const LAST = 2;
const ACTIVATIONS = 3;
export const BINS = 40;

function norm(values: Float32Array): number {
	let sum = 0;
	for (const value of values) sum += value * value;
	return Math.sqrt(sum);
}

function largest(values: Float32Array): number {
	let most = 0;
	for (const value of values) {
		// What is no number must be seen, too.
		if (!(Math.abs(value) <= most)) most = Math.abs(value);
	}
	return most;
}

function distance(a: Float32Array, b: Float32Array): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
	return Math.sqrt(sum);
}

function numbers(weights: Float32Array, gradient: Float32Array | undefined): LayerNumbers {
	const trained = gradient !== undefined && gradient.length > 0;
	return {
		gradient: trained ? norm(gradient) : null,
		largest: trained ? largest(gradient) : null,
		weights: norm(weights),
		count: weights.length
	};
}

type Gradients = { layers: Float32Array[]; loss: number };

async function gradients(session: EngineSession, what: number): Promise<Gradients> {
	const layers = await session.inside(what, 0);
	return { loss: layers.pop()?.[0] ?? NaN, layers };
}

/** Loss, gradients and weights as they are; the next update has not been made. */
export async function lookNow(
	session: EngineSession
): Promise<{ loss: number; layers: LayerNumbers[]; weights: Float32Array[] }> {
	const weights = await session.inside(WEIGHTS, 0);
	const found = await gradients(session, NEXT);
	const layers = weights.map((values, layer) => numbers(values, found.layers[layer]));
	return { loss: found.loss, layers, weights };
}

/** What became of it when the update was made. */
export async function lookBack(
	session: EngineSession,
	before: Awaited<ReturnType<typeof lookNow>>,
	event: Extract<RunEvent, { type: 'step' }>
): Promise<OneUpdate> {
	const now = await session.inside(WEIGHTS, 0);
	const { loss: after } = await gradients(session, LAST);
	const { epoch, step, update, learning_rate, rows, loss } = event;
	const layers = before.layers.map((layer, index) => {
		const [was, is] = [before.weights[index], now[index]];
		return { ...layer, moved: was && is ? distance(was, is) : 0 };
	});
	return { epoch, step, update, learning_rate, rows, before: loss, after, layers };
}

/** How often which number occurs. */
export function histogram(
	values: Float32Array
): Pick<Histogram, 'low' | 'high' | 'counts' | 'count' | 'mean' | 'sd' | 'zeros' | 'broken'> {
	let [low, high, sum, count, zeros] = [Infinity, -Infinity, 0, 0, 0];
	for (const value of values) {
		if (!Number.isFinite(value)) continue;
		count += 1;
		sum += value;
		if (value === 0) zeros += 1;
		if (value < low) low = value;
		if (value > high) high = value;
	}
	const broken = values.length - count;
	if (count === 0) return { low: 0, high: 0, counts: [], count, mean: 0, sd: 0, zeros, broken };
	const mean = sum / count;
	let squares = 0;
	const counts = Array.from({ length: high > low ? BINS : 1 }, () => 0);
	const scale = high > low ? BINS / (high - low) : 0;
	for (const value of values) {
		if (!Number.isFinite(value)) continue;
		squares += (value - mean) ** 2;
		const bin = Math.min(counts.length - 1, Math.floor((value - low) * scale));
		counts[bin] = (counts[bin] ?? 0) + 1;
	}
	return { low, high, counts, count, mean, sd: Math.sqrt(squares / count), zeros, broken };
}

export async function lookAt(
	session: EngineSession,
	of: HistogramOf,
	layer: number
): Promise<Omit<Histogram, 'update'>> {
	const found = await session.inside(of === 'weights' ? WEIGHTS : ACTIVATIONS, layer);
	const values = found[of === 'weights' ? layer : 0] ?? new Float32Array();
	return { of, layer, ...histogram(values) };
}

/** Calls that count. */
const RECENT = 30;

/** How the worker's time goes while a run is on. */
export class PaceMeter {
	#calls: { began: number; ended: number; steps: number }[] = [];
	#last: Pace | null = null;

	/** A call of the engine that made so many updates. Evaluations are no steps: after one it begins anew. */
	push(began: number, ended: number, steps: number): void {
		if (steps === 0) this.rest();
		else {
			this.#calls.push({ began, ended, steps });
			if (this.#calls.length > RECENT) this.#calls.shift();
		}
	}

	/** The run stands still, or does something else: that time is not waited. */
	rest(): void {
		this.#last = this.now();
		this.#calls = [];
	}

	now(): Pace | null {
		const first = this.#calls[0];
		const last = this.#calls.at(-1);
		// Two ends of a span need two calls.
		if (!first || !last || first === last) return this.#last;
		// From end to end: as many gaps as calls.
		const calls = this.#calls.slice(1);
		const steps = calls.reduce((sum, call) => sum + call.steps, 0);
		const span = last.ended - first.ended;
		const computing = calls.reduce((sum, call) => sum + call.ended - call.began, 0);
		return {
			steps_per_second: span > 0 ? (1000 * steps) / span : 0,
			computing: computing / steps,
			waiting: Math.max(0, span - computing) / steps
		};
	}
}
