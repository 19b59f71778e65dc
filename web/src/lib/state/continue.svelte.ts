// A sentence goes on: a network says how likely every token is to come next, one is drawn or chosen by the reader, and so
// on. Drawn as the engine draws (`sampling.ts`), so that a seed is one text.

import { asFailure, fail } from '$lib/engine/failure';
import { tokenNumber } from '$lib/engine/philox';
import {
	candidates,
	circle,
	draw,
	perplexity,
	windowOf,
	type Candidate,
	type Sampling
} from '$lib/engine/sampling';
import { exclusively } from '$lib/engine/tools';
import { encoded } from '$lib/engine/treebank';
import type { Failure } from '$lib/engine/wire';
import { AttentionState } from './attention.svelte';
import { Answering, type AskHost, type Choice, type Shipped } from './answering.svelte';

/** What a network on a text says of itself: the part of the engine's `Vocabulary` that is needed. */
export type Spoken = {
	level: 'char' | 'word';
	lower: boolean;
	special: number;
	words: string[];
	steps: number;
	outputs: number;
};
type Question = { rows: readonly number[][] } | 'vocabulary';
type Answer = { shares: Float32Array } | { spoken: Spoken };
/** A token of the text that was added. `share`: what the network gave it. */
export type Written = { token: number; share: number; chosen: boolean };

/** Longest text that is added. */
export const LONGEST = 2_000;
/** Tokens of the prompt that are measured, the last ones. */
const MEASURED = 64;

export class ContinueState {
	readonly asking: Answering<Question, Answer>;
	readonly attention: AttentionState;
	readonly #inOrder = exclusively();
	prompt = $state('');
	sampling = $state.raw<Sampling>({ temperature: 0.8, topK: 0, topP: 1 });
	seed = $state(7);
	/** Tokens of one run. */
	length = $state(60);
	/** Of the network that answers; null: none was asked yet. */
	spoken = $state.raw<Spoken | null>(null);
	/** Ids of the prompt, without what is not known. */
	given = $state.raw<readonly number[]>([]);
	unknown = $state.raw<readonly string[]>([]);
	/** Of the prompt, and the token of it that was expected least. */
	perplexity = $state<number | null>(null);
	hardest = $state.raw<{ token: number; share: number } | null>(null);
	written = $state.raw<readonly Written[]>([]);
	/** A greedy text goes in circles: where the circle begins in what was written, and its tokens. */
	circle = $state.raw<{ from: number; length: number } | null>(null);
	busy = $state(false);
	writing = $state(false);
	stopped = $state(false);
	failure = $state.raw<Failure | null>(null);
	#shares = $state.raw<Float32Array | null>(null);
	readonly next = $derived<readonly Candidate[]>(this.#shares ? candidates(this.#shares, this.sampling) : []);
	/** Where the tokens begin that were drawn greedily one after the other. */
	#greedyFrom = 0;
	/** Counts what makes older work void: another prompt, another network, a stop. */
	#turn = 0;

	constructor(
		dataset: string,
		shipped: Shipped | null,
		host: Partial<AskHost> = {},
		attention = new AttentionState()
	) {
		this.attention = attention;
		this.asking = new Answering(
			shipped,
			dataset,
			async (client, question): Promise<Answer> => {
				if (question === 'vocabulary')
					return { spoken: (await client.request({ type: 'vocabulary', id: null })).vocabulary };
				const ids = Uint32Array.from(question.rows.flat());
				return { shares: (await client.request({ type: 'answer', id: null, ids })).shares };
			},
			host
		);
	}

	get begun(): boolean {
		return this.#shares !== null;
	}

	/** Nobody can answer yet. */
	get mute(): boolean {
		return this.asking.choice === 'shipped' ? this.asking.shipped === null : this.asking.trained === null;
	}

	/** The prompt as it is now, with nothing added: what is unknown of it, how it was expected, what may come next. */
	begin(): Promise<void> {
		const turn = ++this.#turn;
		this.writing = false;
		return this.#work(turn, () => this.#begin(turn));
	}

	/** Another network goes on. */
	use(choice: Choice): Promise<void> {
		this.asking.choice = choice;
		return this.begin();
	}

	/** One token more: this one, or the one that the seed draws. */
	step(token?: number): Promise<void> {
		const turn = this.#turn;
		return this.#work(turn, async () => {
			if (!this.begun) await this.#begin(turn);
			if (turn === this.#turn) await this.#step(turn, token);
		});
	}

	/** As many tokens as wished, or until `stop`, or until it goes in circles. */
	run(): Promise<void> {
		const turn = this.#turn;
		this.stopped = false;
		return this.#work(turn, async () => {
			this.writing = true;
			try {
				if (!this.begun) await this.#begin(turn);
				for (let count = 0; count < this.length && this.writing && turn === this.#turn; count++) {
					await this.#step(turn);
					if (this.circle || this.written.length >= LONGEST) break;
				}
			} finally {
				if (turn === this.#turn) this.writing = false;
			}
			await this.#listen(turn);
		});
	}

	stop(): void {
		this.stopped = this.writing;
		this.writing = false;
	}

	/** Takes the last token back. */
	back(): Promise<void> {
		const turn = this.#turn;
		return this.#work(turn, async () => {
			this.written = this.written.slice(0, -1);
			this.#greedyFrom = Math.min(this.#greedyFrom, this.written.length);
			this.#look();
			await this.#listen(turn);
		});
	}

	/** One thing at a time; what belongs to an older prompt is left out. */
	#work(turn: number, work: () => Promise<void>): Promise<void> {
		return this.#inOrder(async () => {
			if (turn !== this.#turn || this.mute) return;
			this.busy = true;
			this.failure = null;
			try {
				await work();
			} catch (error) {
				this.failure = asFailure(error);
			} finally {
				this.busy = false;
			}
		});
	}

	async #begin(turn: number): Promise<void> {
		this.written = [];
		this.#shares = null;
		this.attention.clear();
		this.perplexity = this.hardest = this.circle = null;
		this.#greedyFrom = 0;
		const answer = await this.#ask('vocabulary');
		if (turn !== this.#turn || !('spoken' in answer)) return;
		const { spoken } = answer;
		// A network that judges whole texts has no next token to give.
		if (spoken.special > 0 || spoken.outputs !== spoken.words.length)
			throw { code: 'no_vocabulary', args: { name: this.asking.dataset } };
		const { ids, unknown } = encoded(this.prompt, spoken);
		this.spoken = spoken;
		this.given = ids;
		this.unknown = unknown;
		await this.#listen(turn);
		if (turn === this.#turn) await this.#measure(turn, spoken);
	}

	/** How likely each token of the prompt was after those before it. */
	async #measure(turn: number, { steps, outputs }: Spoken): Promise<void> {
		const { given } = this;
		const from = Math.max(1, given.length - MEASURED);
		const places = Array.from({ length: Math.max(0, given.length - from) }, (_, at) => from + at);
		if (places.length === 0) return;
		const answer = await this.#ask({ rows: places.map((at) => windowOf(given.slice(0, at), steps)) });
		if (turn !== this.#turn || !('shares' in answer)) return;
		const came = places.map((at, row) => ({
			token: given[at] ?? 0,
			share: answer.shares[row * outputs + (given[at] ?? 0)] ?? 0
		}));
		this.perplexity = perplexity(came.map(({ share }) => share));
		this.hardest = came.reduce((least, one) => (one.share < least.share ? one : least));
	}

	async #step(turn: number, wanted?: number): Promise<void> {
		const { next, written } = this;
		if (next.length === 0 || this.given.length === 0 || written.length >= LONGEST) return;
		const token = wanted ?? draw(next, tokenNumber(this.seed, written.length));
		const share = next.find((one) => one.token === token)?.share ?? 0;
		const chosen = wanted !== undefined;
		this.written = [...written, { token, share, chosen }];
		if (chosen || this.sampling.temperature > 0) this.#greedyFrom = this.written.length;
		this.#look();
		await this.#listen(turn);
	}

	#look(): void {
		const { spoken, given, written } = this;
		if (!spoken) return;
		const all = [...given, ...written.map(({ token }) => token)];
		const found = circle(all, spoken.steps, given.length + this.#greedyFrom);
		this.circle = found && { from: found.from - given.length, length: found.length };
	}

	/** What may come after the text as it is. */
	async #listen(turn: number): Promise<void> {
		const { spoken, given, written } = this;
		if (!spoken || given.length === 0) return;
		const all = [...given, ...written.map(({ token }) => token)];
		const window = windowOf(all, spoken.steps);
		const answer = await this.#ask({ rows: [window] });
		if (turn !== this.#turn || !('shares' in answer)) return;
		this.#shares = answer.shares;
		// While it writes, nobody can follow.
		const { choice, trained } = this.asking;
		if (choice === 'trained' && trained && !this.writing)
			await this.attention.look(trained.bytes, window, Math.max(0, spoken.steps - all.length));
	}

	async #ask(question: Question): Promise<Answer> {
		this.asking.clear();
		await this.asking.ask(question);
		const { answer, failure } = this.asking;
		if (!answer) throw failure ?? fail('no_model', {});
		return answer;
	}
}
