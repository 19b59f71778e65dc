// Looking inside a network on words: its file and its vocabulary come from the worker that holds the run, and all else is worked
// out beside it (`engine/inwords`), so that a training goes on undisturbed. What networks said to the same text in other
// orders stays for the visit, for comparison.

import { asFailure, fail } from '$lib/engine/failure';
import type { Ask as LookAsk, SeenOf } from '$lib/engine/insight';
import type { DeskClient } from '$lib/engine/inwords/client';
import type { Heard, Memory, Method, Opened, Plane, Traced, When } from '$lib/engine/inwords/inwords';
import type { Near } from '$lib/engine/inwords/nearness';
import type { Spread } from '$lib/engine/inwords/order';
import type { Vocabulary } from '$lib/engine/engine-types';
import type { Requester } from '$lib/engine/requester';
import { rowOf } from '$lib/engine/words';
import type { Failure } from '$lib/engine/wire';

export type InwordsHost = {
	readonly id: string;
	readonly dataset: string;
	/** How far the run is; null where there is none. */
	at(): number | null;
	/** The layers of the run's own text. */
	layers(): readonly { name: string; type: string }[];
	/** The worker holds the run when it is done. */
	take(): Promise<void>;
	weights(): Promise<ArrayBuffer>;
	vocabulary(): Promise<Vocabulary>;
	encode(text: string): Promise<Uint32Array>;
	answer(ids: Uint32Array): Promise<Float32Array>;
	/** Null: there is no run with test rows. */
	look: (<A extends LookAsk>(ask: A) => Promise<SeenOf<A>>) | null;
	/** What is read first where there are no test rows. */
	text(): string;
};

/** What a worker that holds a network on words is asked for; `id`: of a run, null where it only answers. */
export const asksOf = (ask: Requester['request'], id: string | null) => ({
	vocabulary: async () => (await ask({ type: 'vocabulary', id })).vocabulary,
	encode: async (text: string) => (await ask({ type: 'encode', id, text })).ids,
	answer: async (ids: Uint32Array) => (await ask({ type: 'answer', id, ids })).shares
});

type Row = {
	number: number | null;
	text: string;
	ids: Uint32Array;
	/** Places in front that hold nothing of the text. */
	pads: number;
	label: number;
	output: Float32Array;
};
type Long = 'plane' | 'order' | 'reach';
type Doing = { what: Long; stage: Heard['stage'] | null; done: number; total: number };
type Order = {
	experiment: string;
	update: number;
	what: string;
	layers: string;
	of: number;
	outputs: number;
	own: number;
	answers: readonly number[];
	spread: Spread;
	finished: boolean;
};
type Fall = {
	experiment: string;
	what: string;
	kind: Memory['kind'] | null;
	layers: string;
	update: number;
	units: number;
	lengths: Float32Array;
};

/** Words of a list of neighbours. */
const NEAR = 12;
/** A text that is longer is cut before the engine sees it: no network reads so much. */
export const MOST_SIGNS = 200_000;
/** Networks and texts that are remembered. */
const MOST_KEPT = 60;

/** An experiment may be trained with other layers: these are other networks. */
const sameNetwork = (a: Order | Fall, b: Order | Fall): boolean =>
	a.experiment === b.experiment && a.layers === b.layers;

/** What all cards have measured in this visit. */
class Shelf {
	orders = $state.raw<readonly Order[]>([]);
	falls = $state.raw<readonly Fall[]>([]);

	put(order: Order): void {
		const other = this.orders.filter((one) => one.what !== order.what || !sameNetwork(one, order));
		this.orders = [...other, order].slice(-MOST_KEPT);
	}

	putFalls(falls: readonly Fall[]): void {
		const same = (a: Fall, b: Fall) =>
			a.what === b.what && a.kind === b.kind && (a.kind !== null || sameNetwork(a, b));
		const other = this.falls.filter((one) => !falls.some((fall) => same(one, fall)));
		this.falls = [...other, ...falls].slice(-MOST_KEPT);
	}
}
export const shelf = new Shelf();

export class InwordsState {
	readonly #host: InwordsHost;
	readonly #desk: DeskClient;
	/** Of each kind the latest wish: older ones are not listened to. */
	readonly #turns: Record<string, number> = {};
	at = $state<number | null>(null);
	opened = $state.raw<Opened | null>(null);
	vocabulary = $state.raw<Vocabulary | null>(null);
	near = $state.raw<{ id: number; now: readonly Near[]; before: readonly Near[] | null } | null>(null);
	sum = $state.raw<{ of: readonly [number, number, number]; near: readonly Near[] } | null>(null);
	plane = $state.raw<Plane | null>(null);
	row = $state.raw<Row | null>(null);
	rows = $state(0);
	traced = $state.raw<(Traced & { memory: Memory; way: number; apart: number | null }) | null>(null);
	doing = $state.raw<Doing | null>(null);
	failure = $state.raw<Failure | null>(null);

	constructor(host: InwordsHost, desk: DeskClient) {
		this.#host = host;
		this.#desk = desk;
	}

	get orders(): readonly Order[] {
		return shelf.orders.filter(({ what }) => what === this.#what);
	}
	get falls(): readonly Fall[] {
		return shelf.falls.filter(({ what }) => what === this.#what);
	}

	/** Everything that was seen belongs to a run that is gone. */
	clear(): void {
		for (const key of Object.keys(this.#turns)) this.#turns[key] = (this.#turns[key] ?? 0) + 1;
		this.at = null;
		this.opened = this.vocabulary = this.near = this.sum = this.plane = this.row = this.traced = null;
		this.doing = this.failure = null;
	}

	/** What is read, in a word that other networks on the same data share. */
	get #what(): string {
		const { row } = this;
		return row ? `${this.#host.dataset} ${row.number ?? JSON.stringify(row.text)}` : '';
	}

	async refresh(): Promise<void> {
		await this.#short('refresh', async (live) => {
			const at = this.#host.at();
			const vocabulary = await this.#host.vocabulary();
			const bytes = await this.#host.weights();
			const named = this.#host.layers().map(({ name, type }) => ({ name, type }));
			if (!live()) return;
			const { special, words } = vocabulary;
			const known = words.length;
			const { type: _, ...opened } = await this.#desk.ask({ type: 'open', bytes, named, special, known });
			if (!live()) return;
			this.vocabulary = vocabulary;
			this.opened = opened;
			this.at = at;
			const { near, sum, row, traced } = this;
			this.plane = this.traced = null;
			if (near) await this.nearest(near.id);
			if (sum) await this.add(sum.of);
			if (!row) await (this.#host.look ? this.read(0) : this.write(this.#host.text()));
			else if (row.number === null) await this.write(row.text);
			else await this.read(row.number);
			if (traced && live()) await this.trace(traced.memory, traced.way);
		});
	}

	async nearest(id: number): Promise<void> {
		await this.#short('nearest', async (live) => {
			const of = async (when: When) => (await this.#desk.ask({ type: 'near', id, count: NEAR, when })).near;
			const now = await of('now');
			const before = this.opened?.before ? await of('before') : null;
			if (live()) this.near = { id, now, before };
		});
	}

	async add(of: readonly [number, number, number]): Promise<void> {
		await this.#short('add', async (live) => {
			const { near } = await this.#desk.ask({ type: 'sum', of, count: NEAR, when: 'now' });
			if (live()) this.sum = { of, near };
		});
	}

	async read(number: number): Promise<void> {
		await this.#short('row', async (live) => {
			const found = await this.#host.look?.({ of: 'words', row: number, layer: 0 });
			if (!found || !live()) return;
			this.rows = found.all;
			await this.#show(live, { number, text: '', ids: found.ids, pads: 0, label: found.label });
		});
	}

	async write(text: string): Promise<void> {
		await this.#short('row', async (live) => {
			const { vocabulary } = this;
			if (!vocabulary) return;
			const all = await this.#host.encode(text.slice(0, MOST_SIGNS));
			const { row: ids, pads } = rowOf(all, vocabulary);
			if (live()) await this.#show(live, { number: null, text, ids, pads, label: -1 });
		});
	}

	async #show(live: () => boolean, row: Omit<Row, 'output'>): Promise<void> {
		const output = await this.#host.answer(row.ids);
		if (!live()) return;
		this.traced = null;
		this.row = { ...row, output };
	}

	async trace(memory: Memory, way: number): Promise<void> {
		await this.#short('trace', async (live) => {
			const { row, at } = this;
			if (!row) return;
			const { index } = memory;
			const { type: _, ...traced } = await this.#desk.ask({ type: 'trace', row: row.ids, index, way });
			const apart = await this.#apart(row, memory, traced, at);
			if (live() && this.row === row) this.traced = { ...traced, memory, way, apart };
		});
	}

	/** How far what was worked out here lies from what the engine gives: of the answer and, of a test row, of the layer. */
	async #apart(row: Row, memory: Memory, traced: Traced, at: number | null): Promise<number | null> {
		const pairs: [ArrayLike<number>, ArrayLike<number>][] = [
			[traced.output, await this.#host.answer(row.ids)]
		];
		const state = traced.parts.find(({ part }) => part === 'h')?.values;
		const look = this.#host.look;
		if (look && row.number !== null && memory.ways === 1 && state) {
			// The layers of the desk begin behind the Embedding.
			const { values } = await look({ of: 'words', row: row.number, layer: memory.index + 1 });
			// One that reads backwards gives what it has read last, which stands first.
			const last = state.subarray(state.length - values.length);
			if (values.length <= state.length && !traced.backwards) pairs.push([last, values]);
		}
		if (this.#host.at() !== at) return null;
		return pairs.reduce((most, [mine, engine]) => {
			for (let place = 0; place < engine.length; place += 1)
				most = Math.max(most, Math.abs((mine[place] ?? NaN) - (engine[place] ?? NaN)));
			return most;
		}, 0);
	}

	async map(count: number, method: Method, seed: number, when: When): Promise<void> {
		await this.#long('plane', async (live, heard) => {
			this.plane = null;
			const first = this.vocabulary?.special ?? 0;
			const { type: _, ...plane } = await this.#desk.ask(
				{ type: 'plane', count, method, seed, when },
				(notice) => {
					heard(notice);
					const { points } = notice;
					if (!points || !live()) return;
					const shown = { first, count: points.length / 2, method, when, points };
					this.plane = { ...shown, explained: null, finished: false };
				}
			);
			if (live()) this.plane = plane;
		});
	}

	async shuffle(times: number, seed: number): Promise<void> {
		const { row, at } = this;
		if (!row) return;
		await this.#long('order', async (live, heard) => {
			const { type: _, ...found } = await this.#desk.ask(
				{ type: 'shuffle', row: row.ids, times, seed },
				heard
			);
			if (!live() || this.row !== row || found.answers.length === 0) return;
			shelf.put({ ...this.#about(at), ...found, outputs: row.output.length });
		});
	}

	async reach(beside: boolean, seed: number): Promise<void> {
		const { row, at } = this;
		if (!row) return;
		await this.#long('reach', async (live, heard) => {
			const { falls } = await this.#desk.ask({ type: 'fall', row: row.ids, beside, seed }, heard);
			if (live() && this.row === row) shelf.putFalls(falls.map((fall) => ({ ...this.#about(at), ...fall })));
		});
	}

	#about(update: number | null) {
		const layers = this.#host.layers().map(({ type }) => type);
		return { experiment: this.#host.id, update: update ?? 0, what: this.#what, layers: layers.join(' → ') };
	}

	stop(): void {
		this.#desk.stop();
	}

	/** Several kinds may be on their way at once, of each the latest counts. */
	async #short(key: string, work: (live: () => boolean) => Promise<void>): Promise<void> {
		const turn = (this.#turns[key] ?? 0) + 1;
		this.#turns[key] = turn;
		const live = () => this.#turns[key] === turn;
		try {
			await this.#host.take();
			if (!live()) return;
			this.failure = null;
			await work(live);
		} catch (error) {
			if (live()) this.failure = asFailure(error);
		}
	}

	/** One at a time: what is on its way is stopped first. */
	async #long(
		what: Long,
		work: (live: () => boolean, heard: (heard: Heard) => void) => Promise<void>
	): Promise<void> {
		if (this.doing) this.stop();
		const turn = (this.#turns['long'] ?? 0) + 1;
		this.#turns['long'] = turn;
		const live = () => this.#turns['long'] === turn;
		this.doing = { what, stage: null, done: 0, total: 0 };
		this.failure = null;
		try {
			if (!this.opened) throw fail('no_run', {});
			await work(live, ({ stage, done, total }) => {
				if (live()) this.doing = { what, stage, done, total };
			});
		} catch (error) {
			if (live()) this.failure = asFailure(error);
		} finally {
			if (live()) this.doing = null;
		}
	}
}
