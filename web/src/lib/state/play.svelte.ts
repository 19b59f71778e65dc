// Drawing a digit: which model answers, and a queue of one, so that the answer never lags behind the pen. While
// an answer is being worked out only the latest drawing waits; older ones are forgotten. The network that the
// reader trained comes by itself, from `trained.svelte.ts`.

import { answerClient, siteRoot } from '$lib/engine/client';
import type { Requester } from '$lib/engine/requester';
import { asFailure, fail } from '$lib/engine/failure';
import { fetchTwice, sha256, type Fetch } from '$lib/engine/fetching';
import type { Drawing, Failure, ModelCard } from '$lib/engine/wire';
import { trainedShelf, type TrainedModel, type TrainedShelf } from './trained.svelte';

export type PlayStatus = 'idle' | 'loading' | 'ready' | 'failed';
/** A model in `static/`: its address below the site's root, and its card. */
export type Shipped = { file: string; card: ModelCard };
export type Choice = 'shipped' | 'trained';

export type PlayHost = {
	client: () => Requester;
	trained: TrainedShelf;
	fetch: Fetch;
	root: () => string;
};

type Ink = { ink: Uint8Array; width: number; height: number };

/** Which model a client's worker holds: several drawing pads share one worker. */
const held = new WeakMap<Requester, { generation: number; key: unknown }>();

export class PlayState {
	readonly shipped: Shipped | null;
	readonly #host: PlayHost;
	status = $state<PlayStatus>('idle');
	loading = $state.raw<{ what: 'engine' | 'model'; loaded: number; total: number } | null>(null);
	failure = $state.raw<Failure | null>(null);
	/** The answer to the latest drawing that has one; null: nothing drawn. */
	drawing = $state.raw<Drawing | null>(null);
	choice = $state<Choice>('shipped');

	#wanted: Ink | null = null;
	#working = false;
	/** Counts the clearings: the answer to a drawing that was wiped away is not shown. */
	#sheet = 0;
	#last: Ink | null = null;
	#shippedBytes: ArrayBuffer | null = null;

	constructor(shipped: Shipped | null, host: Partial<PlayHost> = {}) {
		this.shipped = shipped;
		const fetcher: Fetch = (url, init) => fetch(url, init);
		this.#host = { client: answerClient, trained: trainedShelf, fetch: fetcher, root: siteRoot, ...host };
		if (!shipped) this.choice = 'trained';
	}

	/** The network the reader trained last; null before. */
	get trained(): TrainedModel | null {
		return this.#host.trained.latest;
	}

	/** The pen comes near: get engine and model ahead of the first stroke. */
	warm(): Promise<void> {
		return this.#work();
	}

	/** Ink from 0 (paper) to 255, row by row. */
	draw(ink: Uint8Array, width: number, height: number): Promise<void> {
		this.#wanted = { ink, width, height };
		return this.#work();
	}

	/** The sheet is empty again. */
	clear(): void {
		this.#sheet += 1;
		this.#wanted = this.#last = null;
		this.drawing = null;
	}

	/** Let the other model answer; what is on the sheet is judged anew. */
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
				await this.#ready();
				const wanted = this.#wanted;
				this.#wanted = null;
				if (wanted) await this.#judge(wanted);
			} while (this.#wanted);
		} catch (error) {
			this.#wanted = null;
			this.failure = asFailure(error);
			this.status = 'failed';
		} finally {
			this.#working = false;
			this.loading = null;
		}
	}

	async #judge(wanted: Ink): Promise<void> {
		const sheet = this.#sheet;
		const { drawing } = await this.#host.client().request({ type: 'draw', ...wanted });
		if (sheet !== this.#sheet) return;
		this.#last = wanted;
		this.drawing = drawing;
	}

	/** The chosen model is in the worker. */
	async #ready(): Promise<void> {
		const client = this.#host.client();
		const trained = this.choice === 'trained' ? this.trained : null;
		const key = trained ?? this.shipped;
		if (!key) throw fail('no_model', {});
		const now = held.get(client);
		if (now?.key !== key || now.generation !== client.generation || this.status === 'failed') {
			this.status = 'loading';
			this.failure = null;
			const bytes = trained ? trained.bytes : await this.#fetchShipped();
			await client.request({ type: 'load_model', bytes }, (notice) => {
				if (notice.type !== 'engine') return;
				this.loading = { what: 'engine', loaded: notice.loaded, total: notice.total };
			});
			held.set(client, { generation: client.generation, key });
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
