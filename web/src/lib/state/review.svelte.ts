// A review that the reader pastes or types: what the network says of it, and what each word did to that. While typing by the
// gradient, which costs one pass back; on demand by leaving out one word after the other, which costs a pass for each.

import { asFailure, fail } from '$lib/engine/failure';
import type { Requester } from '$lib/engine/requester';
import type { Failure } from '$lib/engine/wire';
import { Reader, type Reading } from '$lib/review/read';
import { Answering, type AskHost, type Choice, type Shipped } from './answering.svelte';

/** A text of which less than this is known gets no verdict. */
export const KNOWN = 0.5;
/** A piece of leaving out takes about so long (ms): then what is typed has its turn. */
const PIECE = 120;
const MOST_ROWS = 32;
/** A share this near to 0 or 1 is taken for no surer. */
const EDGE = 1e-7;

export type Verdict = {
	reading: Reading;
	/** Of every class; null: too little is known, or nothing is there. */
	shares: number[] | null;
	/** The class that effects speak for. */
	class: number;
	/** Of every token in the row, what its gradient promises, in log odds of that class; null as above. */
	effects: Float32Array | null;
};

/** Log odds. */
export function odds(share: number): number {
	const inside = Math.min(1 - EDGE, Math.max(EDGE, share));
	return Math.log(inside / (1 - inside));
}

/** A network of one output speaks for class 1. */
function sharesOf(output: ArrayLike<number>): number[] {
	const all = Array.from(output);
	return all.length === 1 ? [1 - all[0]!, all[0]!] : all;
}

/** Of two classes always the second, so that a colour keeps its meaning; of more, the likeliest. */
function judged(shares: number[]): number {
	return shares.length === 2 ? 1 : shares.indexOf(Math.max(...shares));
}

export type LeftOut = {
	/** Whose words these are. */
	verdict: Verdict;
	/** Of every token in the row the share of the class without it; NaN: not tried yet. */
	without: Float32Array;
	done: number;
	total: number;
	running: boolean;
};

type ReviewHost = { now: () => number };

export class ReviewState {
	readonly asking: Answering<string, Verdict>;
	readonly #now: () => number;
	/** One for each model: its words. */
	readonly #readers = new WeakMap<object, Reader>();
	text = $state('');
	leftOut = $state.raw<LeftOut | null>(null);
	/** What went wrong while words were left out. */
	problem = $state.raw<Failure | null>(null);
	#trial = 0;

	constructor(
		dataset: string,
		shipped: Shipped | null,
		askHost: Partial<AskHost> = {},
		{ now }: ReviewHost = { now: () => performance.now() }
	) {
		this.#now = now;
		this.asking = new Answering(shipped, dataset, (client, text) => this.#judge(client, text), askHost);
	}

	/** The reader wrote something. */
	write(text: string): void {
		this.text = text;
		this.stop();
		this.leftOut = null;
		if (text === '') this.asking.clear();
		else if (this.asking.model) void this.asking.ask(text);
	}

	/** Let the other model judge. */
	choose(choice: Choice): void {
		this.stop();
		this.leftOut = null;
		void this.asking.use(choice);
	}

	/** A newer model judges the same text. */
	again(): void {
		this.stop();
		this.leftOut = null;
		if (this.text !== '' && this.asking.model) void this.asking.ask(this.text);
	}

	async #reader(client: Requester): Promise<Reader> {
		const model = this.asking.model;
		if (!model) throw fail('no_model', {});
		const known = this.#readers.get(model);
		if (known) return known;
		const { vocabulary } = await client.request({ type: 'vocabulary', id: null });
		const reader = new Reader(vocabulary);
		this.#readers.set(model, reader);
		return reader;
	}

	async #judge(client: Requester, text: string): Promise<Verdict> {
		const reader = await this.#reader(client);
		const reading = reader.read(text);
		const { row, first, last, at, known } = reading;
		const read = last - first;
		if (read === 0 || known < KNOWN * read) return { reading, shares: null, class: 1, effects: null };
		const answer = await client.request({ type: 'answer', id: null, ids: row });
		const shares = sharesOf(answer.shares);
		const about = judged(shares);
		const { slope } = await client.request({ type: 'slope', id: null, ids: row, class: about });
		return { reading, shares, class: about, effects: slope.slice(at, at + read) };
	}

	/** Leaves out one word after the other of what was judged last; the strongest first, so that a stop costs little. */
	async leaveOut(): Promise<void> {
		const verdict = this.asking.answer;
		if (!verdict?.effects) return;
		const { reading, effects } = verdict;
		const trial = ++this.#trial;
		const order = Array.from(effects.keys()).sort((a, b) => Math.abs(effects[b]!) - Math.abs(effects[a]!));
		const without = new Float32Array(effects.length).fill(NaN);
		const total = order.length;
		let [done, rows] = [0, 1];
		const show = (running: boolean) => {
			this.leftOut = { verdict, without: without.slice(), done, total, running };
		};
		this.problem = null;
		show(true);
		try {
			while (done < total && trial === this.#trial) {
				const some = order.slice(done, done + rows);
				const began = this.#now();
				await this.asking.withModel(async (client) => {
					const reader = await this.#reader(client);
					const { steps, outputs } = reader.vocabulary;
					const ids = new Uint32Array(some.length * steps);
					some.forEach((at, i) => ids.set(reader.without(reading, reading.first + at), i * steps));
					const { shares } = await client.request({ type: 'answer', id: null, ids });
					some.forEach((at, i) => {
						const own = sharesOf(shares.subarray(i * outputs, (i + 1) * outputs));
						without[at] = own[verdict.class] ?? NaN;
					});
				});
				if (trial !== this.#trial) return;
				done += some.length;
				const took = this.#now() - began;
				const better = took > 0 ? Math.floor((rows * PIECE) / took) : MOST_ROWS;
				rows = Math.max(1, Math.min(MOST_ROWS, 2 * rows, better));
				show(done < total);
			}
		} catch (error) {
			if (trial !== this.#trial) return;
			this.problem = asFailure(error);
			show(false);
		}
	}

	/** No more words are left out; what was found stays. */
	stop(): void {
		this.#trial += 1;
		if (this.leftOut?.running) this.leftOut = { ...this.leftOut, running: false };
	}
}
