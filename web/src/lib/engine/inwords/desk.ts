// The worker that looks inside networks on words, without the worker: the clock and the turn of messages are given to it.

import { planeOf } from '../embedding';
import { asFailure, fail } from '../failure';
import { within } from '../insight-engine';
import { randomOf } from '../pca';
import { exclusively } from '../tools';
import { PARTS } from './cell';
import { initialTable } from './initial';
import type { Ask, Fall, FromDesk, Heard, Memory, Opened, Reply, ToDesk, When } from './inwords';
import { readModel } from './model-file';
import { nearest, rowOf, sum, type Table } from './nearness';
import { networkOf, run, slopeOf, tableOf, type Network } from './network';
import { lengths, reach, shuffled, spreadOf, untrained } from './order';

export type DeskHost = {
	post(message: FromDesk, transfer?: Transferable[]): void;
	now(): number;
	/** Lets waiting messages in. */
	breathe(): Promise<void>;
};
type Of<T extends Ask['type']> = Extract<Ask, { type: T }>;
type Held = { special: number; table: Table; before: Table | null; network: Network | null; opened: Opened };

/** Notices travel at most this often (ms). */
const NOTICE_EVERY = 100;
const MOST_WORDS = 3_000;
const MOST_ORDERS = 200;
const MOST_NEAR = 100;
/** A cell beside that is wider would take minutes. */
const MOST_BESIDE = 128;

export class Desk {
	readonly #host: DeskHost;
	readonly #inOrder = exclusively();
	#held: Held | null = null;
	#stopped = false;

	constructor(host: DeskHost) {
		this.#host = host;
	}

	async receive(message: ToDesk): Promise<void> {
		if ('stop' in message) {
			this.#stopped = true;
			return;
		}
		const { id, ask } = message;
		try {
			const reply = await this.#inOrder(() => {
				this.#stopped = false;
				return this.#answer(ask, (heard) => this.#host.post({ id, heard }));
			});
			this.#host.post({ id, reply });
		} catch (error) {
			this.#host.post({ id, failure: asFailure(error) });
		}
	}

	async #answer(ask: Ask, hear: (heard: Heard) => void): Promise<Reply> {
		switch (ask.type) {
			case 'open':
				return { type: 'open', ...this.#open(ask) };
			case 'near': {
				const table = this.#table(ask.when);
				const id = within(ask.id, 0, table.rows - 1);
				return { type: 'near', near: this.#nearest(table, rowOf(table, id), [id], ask.count) };
			}
			case 'sum': {
				const table = this.#table(ask.when);
				for (const id of ask.of) within(id, 0, table.rows - 1);
				return { type: 'sum', near: this.#nearest(table, sum(table, ask.of), ask.of, ask.count) };
			}
			case 'plane':
				return this.#plane(ask, hear);
			case 'trace':
				return this.#trace(ask);
			case 'shuffle':
				return this.#shuffle(ask, hear);
			case 'fall':
				return this.#fall(ask, hear);
		}
	}

	#open({ bytes, named, special, known }: Of<'open'>): Opened {
		const file = readModel(bytes);
		const { text, table: whole } = tableOf(file, named);
		// More rows than words: the others have never been read.
		const table = { ...whole, rows: Math.min(whole.rows, Math.max(special + 1, known)) };
		const before = initialTable(text.seed, text.layers[0] ?? {}, whole.values.length);
		let network: Network | null = null;
		let lacking: string | null = null;
		try {
			network = networkOf(file, named);
		} catch (error) {
			const failure = asFailure(error);
			if (failure.code !== 'words_layer') throw error;
			lacking = failure.args['layer'] ?? '';
		}
		const memories = (network?.layers ?? []).flatMap(({ name, cells }, index): Memory[] => {
			const [cell] = cells;
			if (!cell) return [];
			const { kind, units } = cell;
			return [{ index, name, kind, units, ways: cells.length, parts: PARTS[kind] }];
		});
		const opened = {
			words: table.rows,
			width: table.width,
			before: before !== null,
			memories,
			lacking
		};
		this.#held = { special, table, before: before && { ...table, values: before }, network, opened };
		return opened;
	}

	get #now(): Held {
		if (!this.#held) throw fail('no_run', {});
		return this.#held;
	}

	#table(when: When): Table {
		const { table, before } = this.#now;
		return when === 'now' ? table : (before ?? table);
	}

	#network(): Network {
		const { network, opened } = this.#now;
		if (network) return network;
		throw fail('words_layer', { layer: opened.lacking ?? '' });
	}

	#nearest(table: Table, vector: ArrayLike<number>, without: readonly number[], count: number) {
		const { special: first } = this.#now;
		return nearest(table, vector, { first, without, count: within(count, 1, MOST_NEAR) });
	}

	/** Tells how far it is, where it is time to; false: it was stopped. */
	#pacing(hear: (heard: Heard) => void): (heard: () => Heard) => Promise<boolean> {
		let told = this.#host.now();
		return async (heard) => {
			if (this.#host.now() - told >= NOTICE_EVERY) {
				hear(heard());
				told = this.#host.now();
			}
			await this.#host.breathe();
			return !this.#stopped;
		};
	}

	async #plane({ count, method, seed, when }: Of<'plane'>, hear: (heard: Heard) => void): Promise<Reply> {
		const { values, rows, width } = this.#table(when);
		const { special: first } = this.#now;
		const taken = Math.min(within(count, 3, MOST_WORDS), rows - first);
		const matrix = { values: values.slice(first * width, (first + taken) * width), rows: taken, width };
		const pause = this.#pacing(hear);
		const found = await planeOf(method, matrix, seed, (stage, done, total, points) =>
			pause(() => ({ stage: stage === 'rows' ? 'pca' : stage, done, total, points: points() }))
		);
		return { type: 'plane', first, count: taken, method, when, ...found };
	}

	#trace({ row, index, way }: Of<'trace'>): Reply {
		const network = this.#network();
		const { memories, output } = run(network, row);
		const cell = network.layers[index]?.cells[way];
		const trace = memories[index]?.traces[way];
		if (!cell || !trace) throw fail('words_layer', { layer: String(index) });
		const parts = PARTS[cell.kind].map((part) => ({ part, values: trace.parts[part] ?? new Float32Array() }));
		const { backwards, units } = cell;
		return { type: 'trace', backwards, steps: trace.steps, units, parts, output };
	}

	async #shuffle({ row, times, seed }: Of<'shuffle'>, hear: (heard: Heard) => void): Promise<Reply> {
		const network = this.#network();
		const random = randomOf(seed);
		const { output } = run(network, row);
		const of = output.indexOf(Math.max(...output));
		const total = within(times, 1, MOST_ORDERS);
		const answers: number[] = [];
		const pause = this.#pacing(hear);
		for (let done = 0; done < total; done += 1) {
			if (!(await pause(() => ({ stage: 'orders', done, total, points: null })))) break;
			answers.push(run(network, shuffled(row, this.#now.special, random)).output[of] ?? NaN);
		}
		const finished = answers.length === total;
		return { type: 'shuffle', of, own: output[of] ?? NaN, answers, spread: spreadOf(answers), finished };
	}

	async #fall({ row, beside, seed }: Of<'fall'>, hear: (heard: Heard) => void): Promise<Reply> {
		const network = this.#network();
		const pass = run(network, row);
		const of = pass.scores.indexOf(Math.max(...pass.scores));
		const { width } = network.table;
		const falls: Fall[] = [{ kind: null, units: 0, lengths: lengths(slopeOf(network, pass, of), width) }];
		const units = Math.min(MOST_BESIDE, this.#now.opened.memories[0]?.units ?? 32);
		const kinds = beside ? (['SimpleRNN', 'GRU', 'LSTM'] as const) : [];
		const pause = this.#pacing(hear);
		for (const kind of kinds) {
			const done = falls.length;
			const total = kinds.length + 1;
			if (!(await pause(() => ({ stage: 'gradients', done, total, points: null })))) break;
			const cell = untrained(kind, units, width, seed);
			falls.push({ kind, units, lengths: reach(cell, pass.embedded.values, seed) });
		}
		return { type: 'fall', of, falls, finished: falls.length === kinds.length + 1 };
	}
}
