// Looking inside, question by question: what is short is one piece of work of the engine, what is long goes on in pieces, tells
// how far it is, and can be stopped between two.

import { MOST_NUMBERS, planeOf, type Stage } from './embedding';
import type { EngineSession } from './engine-types';
import type { Ascent, Ask, Embedding, Largest, LookNotice, Occlusion, Picture, Seen } from './insight';
import * as engine from './insight-engine';
import { refuse, within } from './insight-engine';
import type { Summary } from './wire';

export type LookHost = {
	session: EngineSession;
	/** Of the session's text. */
	summary: Summary | null;
	/** The engine, by one at a time. */
	touch<T>(work: () => T | Promise<T>): Promise<T>;
	now(): number;
	breathe(): Promise<void>;
	stopped(): boolean;
	heard(notice: LookNotice): void;
};
type Of<T extends Ask['of']> = Extract<Ask, { of: T }>;

/** Notices travel at most this often (ms). */
const NOTICE_EVERY = 100;
/** A piece of work takes about so long (ms): then a run that is on, or a stop, has its turn. */
const PIECE = 50;
const MOST_STEPS = 20;
const MOST_PLACES = 128;
const ROWS_AT_ONCE = 100;
const MOST_STRIDE = 64;
const MOST_PICTURES = 600;
const FEWEST_ROWS = 3;
const MOST_ROWS = 3_000;

/** What the host says in its last notice is not said twice. */
class Pacing {
	#told: number;
	constructor(readonly host: LookHost) {
		this.#told = host.now();
	}

	/** Tells how far it is, where it is time to; false: it was stopped. */
	async pause(notice: () => LookNotice): Promise<boolean> {
		if (this.host.now() - this.#told >= NOTICE_EVERY) {
			this.host.heard(notice());
			this.#told = this.host.now();
		}
		await this.host.breathe();
		return !this.host.stopped();
	}
}

/** How much to do at once, so that a piece takes about as long as it should. */
class Portion {
	size = 1;
	constructor(
		readonly host: LookHost,
		readonly most: number
	) {}

	async take<T>(work: () => Promise<T>): Promise<T> {
		const { touch, now } = this.host;
		const [done, took] = await touch(async () => {
			const began = now();
			const found = await work();
			return [found, now() - began] as const;
		});
		const better = took > 0 ? Math.floor((this.size * PIECE) / took) : this.most;
		this.size = Math.max(1, Math.min(this.most, 2 * this.size, better));
		return done;
	}
}

/** What the output says of each class. */
export function probabilities(output: Float32Array): number[] {
	const [only = NaN] = output;
	const single = output.length === 1;
	const scores = single ? [0, only] : [...output];
	if (scores.some((score) => !Number.isFinite(score))) throw refuse('no_numbers');
	// A network that ends with its scores leaves softmax to the loss.
	if (output.every((value) => value >= 0 && value <= 1)) return single ? [1 - only, only] : scores;
	const most = Math.max(...scores);
	const powers = scores.map((score) => Math.exp(score - most));
	const sum = powers.reduce((a, b) => a + b, 0);
	return powers.map((power) => power / sum);
}

async function judge(
	session: EngineSession,
	picture: Picture,
	wanted: number | null
): Promise<{ class: number; probability: number }> {
	const all = probabilities(await engine.outputOf(session, picture));
	const judged = wanted ?? all.indexOf(Math.max(...all));
	const probability = all[judged];
	if (probability !== undefined) return { class: judged, probability };
	throw refuse('no_such_class', { class: String(judged), classes: String(all.length) });
}

/** The picture's height and width. */
const sizeOf = (summary: Summary | null): [channels: number, height: number, width: number] =>
	summary?.input_sheet ?? [1, 1, 1];

/** Where squares begin: every `stride` pixels, the last one at the border. */
export function begins(length: number, size: number, stride: number): number[] {
	const last = length - size;
	const found = Array.from({ length: Math.floor(last / stride) + 1 }, (_, i) => i * stride);
	return found.at(-1) === last ? found : [...found, last];
}

async function occlusion(ask: Of<'occlusion'>, host: LookHost): Promise<Occlusion> {
	const { session, summary, touch } = host;
	const { picture, stride } = ask;
	const [, height, width] = sizeOf(summary);
	within(stride, 1, MOST_STRIDE);
	const { judged, score } = await touch(async () => {
		const known = await judge(session, picture, ask.class);
		return { judged: known, score: (await engine.saliencyOf(session, picture, known.class)).score };
	});
	const size = within(ask.size, 1, Math.min(height, width));
	const [ys, xs] = [begins(height, size, stride), begins(width, size, stride)];
	const places = ys.flatMap((y) => xs.map((x): [number, number] => [y, x]));
	const map = new Float32Array(places.length).fill(NaN);
	const [rows, columns, total] = [ys.length, xs.length, places.length];
	const pacing = new Pacing(host);
	const portion = new Portion(host, MOST_PLACES);
	let done = 0;
	while (done < total) {
		const some = places.slice(done, done + portion.size);
		const output = await portion.take(() => engine.occludedOf(session, picture, size, some));
		const each = output.length / some.length;
		some.forEach((_, i) => {
			map[done + i] = probabilities(output.subarray(i * each, (i + 1) * each))[judged.class] ?? NaN;
		});
		done += some.length;
		const notice = (): LookNotice => ({ of: 'occlusion', done, total, rows, columns, map: map.slice() });
		if (!(await pacing.pause(notice))) break;
	}
	return { of: 'occlusion', ...judged, score, rows, columns, ys, xs, size, map, finished: done === total };
}

async function ascent({ goal, settings }: Of<'ascent'>, host: LookHost): Promise<Ascent> {
	const { session, summary, touch } = host;
	const numbers = engine.settingsOf(goal, settings);
	const { steps } = settings;
	const first = await touch(() => engine.climbed(session, numbers, null));
	let [now, best, step] = [first, first, 0];
	const curve = [{ step, activation: first.activation }];
	const pacing = new Pacing(host);
	const portion = new Portion(host, MOST_STEPS);
	while (step < steps) {
		const so = { picture: now.picture, from: step, count: Math.min(portion.size, steps - step) };
		now = await portion.take(() => engine.climbed(session, numbers, so));
		step += so.count;
		if (now.activation >= best.activation) best = now;
		const { pixels, activation } = now;
		const notice = (): LookNotice => {
			curve.push({ step, activation });
			return { of: 'ascent', step, steps, pixels, activation };
		};
		if (!(await pacing.pause(notice))) break;
	}
	if (curve.at(-1)?.step !== step) curve.push({ step, activation: now.activation });
	const [channels, height, width] = sizeOf(summary);
	const { pixels, activation } = best;
	const start = first.activation;
	const finished = step === steps;
	return { of: 'ascent', pixels, channels, height, width, activation, start, steps: step, curve, finished };
}

async function largest({ goal }: Of<'largest'>, host: LookHost): Promise<Largest> {
	const { session, touch } = host;
	const total = await touch(() => engine.testRowsOf(session));
	const pacing = new Pacing(host);
	const portion = new Portion(host, ROWS_AT_ONCE);
	let [done, activation, row] = [0, -Infinity, 0];
	while (done < total) {
		const count = Math.min(portion.size, total - done);
		const found = await portion.take(() => engine.measuredOf(session, goal, done, count));
		found.forEach((value, i) => {
			if (!Number.isFinite(value)) throw refuse('no_numbers');
			if (value > activation) [activation, row] = [value, done + i];
		});
		done += count;
		if (!(await pacing.pause(() => ({ of: 'largest', done, total, activation, row })))) break;
	}
	return { of: 'largest', activation, row, rows: done, finished: done === total };
}

async function embedding(ask: Of<'embedding'>, host: LookHost): Promise<Embedding> {
	const { session, summary, touch } = host;
	const { layer, method, seed } = ask;
	within(ask.rows, FEWEST_ROWS, MOST_ROWS);
	within(seed, 0, 2 ** 32 - 1);
	const layers = engine.layersOf(summary);
	const shape = layers[within(layer, 0, 2 ** 20)]?.shape;
	if (!shape) throw refuse('no_such_layer', { layer: String(layer), layers: String(layers.length) });
	const there = await touch(() => engine.testRowsOf(session));
	const rows = within(Math.min(ask.rows, there), FEWEST_ROWS, MOST_ROWS);
	const width = shape[0] * shape[1] * shape[2];
	if (rows * width > MOST_NUMBERS) {
		throw refuse('embedding_too_large', { numbers: String(rows * width), limit: String(MOST_NUMBERS) });
	}
	const pacing = new Pacing(host);
	const tell = (stage: Stage, done: number, total: number, points: () => Float32Array | null) =>
		pacing.pause(() => ({ of: 'embedding', stage, done, total, points: points() }));
	const values = new Float32Array(rows * width);
	const labels: number[] = [];
	const portion = new Portion(host, ROWS_AT_ONCE);
	const about = { of: 'embedding', layer, method, rows, labels } as const;
	for (let done = 0; done < rows;) {
		const count = Math.min(portion.size, rows - done);
		const found = await portion.take(() => engine.layerOf(session, layer, done, count));
		values.set(found.values, done * width);
		labels.push(...found.labels);
		done += count;
		if (!(await tell('rows', done, rows, () => null))) {
			return { ...about, points: null, explained: null, finished: false };
		}
	}
	if (values.some((value) => !Number.isFinite(value))) throw refuse('no_numbers');
	return { ...about, ...(await planeOf(method, { values, rows, width }, seed, tell)) };
}

/** What takes long, and can be stopped. */
export function isLong({ of }: Ask): boolean {
	return of === 'occlusion' || of === 'ascent' || of === 'largest' || of === 'embedding';
}

/** What is short: one piece of work. */
async function short(
	ask: Exclude<Ask, { of: 'occlusion' | 'ascent' | 'largest' | 'embedding' }>,
	{ session, summary }: LookHost
): Promise<Seen> {
	const layers = engine.layersOf(summary);
	switch (ask.of) {
		case 'layers':
			return { of: 'layers', layers };
		case 'pictures': {
			const { first } = ask;
			const [, height, width] = sizeOf(summary);
			const count = within(ask.count, 1, MOST_PICTURES);
			return { of: 'pictures', first, height, width, ...(await engine.picturesOf(session, first, count)) };
		}
		case 'filters':
			return { of: 'filters', layer: ask.layer, ...(await engine.filtersOf(session, ask.layer)) };
		case 'words': {
			const { row, layer } = ask;
			return { of: 'words', row, layer, ...(await engine.wordsOf(session, layers, row, layer)) };
		}
		case 'maps': {
			const [input = new Float32Array(), ...found] = await engine.mapsOf(session, ask.picture);
			const shown = found.map((values, layer) => {
				return { layer, shape: layers[layer]?.shape ?? [values.length, 1, 1], values };
			});
			return { of: 'maps', input, layers: shown, output: found.at(-1)?.slice() ?? input };
		}
		case 'saliency': {
			const judged = await judge(session, ask.picture, ask.class);
			const { score, gradient } = await engine.saliencyOf(session, ask.picture, judged.class);
			const [, height, width] = sizeOf(summary);
			const map = new Float32Array(height * width);
			gradient.forEach((value, i) => {
				const at = i % map.length;
				map[at] = Math.max(map[at] ?? 0, Math.abs(value));
			});
			return { of: 'saliency', ...judged, score, height, width, gradient, map };
		}
		case 'grad_cam': {
			const judged = await judge(session, ask.picture, ask.class);
			const found = await engine.gradCamOf(session, ask.picture, judged.class, ask.layer);
			const [, height, width] = layers[found.layer]?.shape ?? [1, 1, 1];
			return { of: 'grad_cam', ...judged, ...found, height, width };
		}
	}
}

export function seen(ask: Ask, host: LookHost): Promise<Seen> {
	switch (ask.of) {
		case 'occlusion':
			return occlusion(ask, host);
		case 'ascent':
			return ascent(ask, host);
		case 'largest':
			return largest(ask, host);
		case 'embedding':
			return embedding(ask, host);
		default:
			return host.touch(() => short(ask, host));
	}
}

/** The typed arrays of an answer have buffers of their own: they are handed over, not copied. */
export function buffersOf(answer: Seen): Transferable[] {
	switch (answer.of) {
		case 'maps':
			return [answer.input, answer.output, ...answer.layers.map(({ values }) => values)].map(
				({ buffer }) => buffer as ArrayBuffer
			);
		default:
			return [];
	}
}
