// Asking a network: which model answers (the one that the site ships, or the one that the reader trained a moment ago,
// which comes by itself from `trained.svelte.ts`), and a queue of one, so that the answer never lags behind the
// reader. While an answer is being worked out only the latest question waits; older ones are forgotten.

import { answerClient, siteRoot } from '$lib/engine/client';
import type { Requester } from '$lib/engine/requester';
import { asFailure, fail } from '$lib/engine/failure';
import { fetchTwice, sha256, type Fetch } from '$lib/engine/fetching';
import { exclusively } from '$lib/engine/tools';
import type { Failure, ModelCard } from '$lib/engine/wire';
import { trainedShelf, type TrainedModel, type TrainedShelf } from './trained.svelte';

export type AskStatus = 'idle' | 'loading' | 'ready' | 'failed';
/** A model in `static/`: its address below the site's root, and its card. */
export type Shipped = { file: string; card: ModelCard };
export type Choice = 'shipped' | 'trained';

export type AskHost = {
	client: () => Requester;
	trained: TrainedShelf;
	fetch: Fetch;
	root: () => string;
};

/** Several pads share one worker: which model it holds, and whose turn it is. */
type Shared = { generation: number; key: unknown; inOrder: ReturnType<typeof exclusively> };
const shared = new WeakMap<Requester, Shared>();

function sharedBy(client: Requester): Shared {
	const known = shared.get(client);
	if (known) return known;
	const made: Shared = { generation: -1, key: null, inOrder: exclusively() };
	shared.set(client, made);
	return made;
}

export class Answering<Question, Answer> {
	readonly shipped: Shipped | null;
	/** The data that its models know. */
	readonly dataset: string;
	readonly #host: AskHost;
	readonly #put: (client: Requester, question: Question) => Promise<Answer>;
	status = $state<AskStatus>('idle');
	loading = $state.raw<{ what: 'engine' | 'model'; loaded: number; total: number } | null>(null);
	failure = $state.raw<Failure | null>(null);
	/** To the latest question that has one; null: nothing was asked. */
	answer = $state.raw<Answer | null>(null);
	choice = $state<Choice>('shipped');

	#wanted: { question: Question } | null = null;
	#working = false;
	/** Counts the clearings: the answer to a question that was wiped away is not shown. */
	#sheet = 0;
	#last: { question: Question } | null = null;
	#shippedBytes: ArrayBuffer | null = null;

	constructor(
		shipped: Shipped | null,
		dataset: string,
		put: (client: Requester, question: Question) => Promise<Answer>,
		host: Partial<AskHost> = {}
	) {
		this.shipped = shipped;
		this.dataset = dataset;
		this.#put = put;
		const fetcher: Fetch = (url, init) => fetch(url, init);
		this.#host = { client: answerClient, trained: trainedShelf, fetch: fetcher, root: siteRoot, ...host };
		if (!shipped) this.choice = 'trained';
	}

	/** The network the reader trained last on these data; null before. */
	get trained(): TrainedModel | null {
		return this.#host.trained.latestOn(this.dataset);
	}

	/** Somebody is about to ask: get engine and model ahead of the first question. */
	warm(): Promise<void> {
		return this.#work();
	}

	ask(question: Question): Promise<void> {
		this.#wanted = { question };
		return this.#work();
	}

	/** Other work with the chosen model, when it is its turn; what fails is for whoever asked. */
	withModel<T>(work: (client: Requester) => Promise<T>): Promise<T> {
		const client = this.#host.client();
		return sharedBy(client).inOrder(async () => {
			try {
				await this.#ready(client);
			} catch (error) {
				this.#failed(error);
				throw error;
			}
			return work(client);
		});
	}

	/** The file of the chosen model. */
	async bytes(): Promise<ArrayBuffer> {
		const key = this.model;
		return key && 'bytes' in key ? key.bytes : this.#fetchShipped();
	}

	/** The model that was chosen; null: there is none. */
	get model(): TrainedModel | Shipped | null {
		return (this.choice === 'trained' ? this.trained : null) ?? this.shipped;
	}

	/** Nothing is asked any more. */
	clear(): void {
		this.#sheet += 1;
		this.#wanted = this.#last = null;
		this.answer = null;
	}

	/** Let the other model answer; what was asked is judged anew. */
	use(choice: Choice): Promise<void> {
		this.choice = choice;
		this.#wanted ??= this.#last;
		return this.#work();
	}

	/** One at a time; what came in the meantime follows. */
	async #work(): Promise<void> {
		if (this.#working) return;
		this.#working = true;
		try {
			do {
				const client = this.#host.client();
				await sharedBy(client).inOrder(async () => {
					await this.#ready(client);
					const wanted = this.#wanted;
					this.#wanted = null;
					if (wanted) await this.#judge(client, wanted);
				});
			} while (this.#wanted);
		} catch (error) {
			this.#wanted = null;
			this.#failed(error);
		} finally {
			this.#working = false;
		}
	}

	#failed(error: unknown): void {
		this.failure = asFailure(error);
		this.status = 'failed';
		this.loading = null;
	}

	async #judge(client: Requester, wanted: { question: Question }): Promise<void> {
		const sheet = this.#sheet;
		const answer = await this.#put(client, wanted.question);
		if (sheet !== this.#sheet) return;
		this.#last = wanted;
		this.answer = answer;
	}

	/** The chosen model is in the worker. */
	async #ready(client: Requester): Promise<void> {
		const key = this.model;
		if (!key) throw fail('no_model', {});
		const trained = 'bytes' in key ? key : null;
		const now = sharedBy(client);
		if (now.key !== key || now.generation !== client.generation || this.status === 'failed') {
			this.status = 'loading';
			this.failure = null;
			const bytes = trained ? trained.bytes : await this.#fetchShipped();
			// Whatever comes of it, the worker may no longer hold what it held.
			now.key = null;
			const { dataset, shape } = await client.request({ type: 'load_model', bytes }, (notice) => {
				if (notice.type !== 'engine') return;
				this.loading = { what: 'engine', loaded: notice.loaded, total: notice.total };
			});
			// Its names for what it sees would be those of other things.
			if (dataset !== this.dataset)
				throw { code: 'model_input', args: { input: `${dataset} ${shape.join('×')}` } };
			now.generation = client.generation;
			now.key = key;
		}
		this.loading = null;
		this.status = 'ready';
	}

	async #fetchShipped(): Promise<ArrayBuffer> {
		if (this.#shippedBytes) return this.#shippedBytes;
		const { shipped } = this;
		if (!shipped) throw fail('no_model', {});
		const { bytes: total, sha256: expected } = shipped.card;
		const name = shipped.file;
		const url = this.#host.root() + shipped.file;
		const onBytes = (loaded: number) => {
			this.loading = { what: 'model', loaded, total };
		};
		// The second time past the browser's own cache, which may hold the model of an older version.
		for (const cache of ['default', 'reload'] as const) {
			const got = await fetchTwice(this.#host.fetch, url, total, onBytes, undefined, { cache });
			if (!got.ok && got.status >= 0) throw fail('model_unreachable', { name, status: String(got.status) });
			const sum = got.ok ? await sha256(got.bytes) : '';
			if (got.ok && (sum === null || sum === expected)) return (this.#shippedBytes = got.bytes.buffer);
		}
		throw fail('model_checksum', { name });
	}
}
