// A card of kind `look`: the wall of pictures of a data set. It needs the first shard only.

import { trainClient } from '$lib/engine/client';
import type { Requester } from '$lib/engine/requester';
import { asFailure } from '$lib/engine/failure';
import type { Wall } from '$lib/engine/wall';
import type { Card, DataState, Failure } from '$lib/engine/wire';
import { dataShelf, dropInto, loadInto, loadingOf, type Loading } from './data.svelte';

export class LookState {
	readonly card: Card;
	readonly #client: () => Requester;
	wall = $state.raw<Wall | null>(null);
	loading = $state.raw<Loading | null>(null);
	failure = $state.raw<Failure | null>(null);
	/** The latest wish counts: a wall that was asked for before it is not shown. */
	#turn = 0;

	constructor(card: Card, client: () => Requester = trainClient) {
		this.card = card;
		this.#client = client;
	}

	get data(): DataState | null {
		return dataShelf.of(this.card.dataset);
	}

	/** Rows `first ..` of a part; rows that are not here yet are fetched first. */
	show(part: 'train' | 'test', first: number, count: number): Promise<void> {
		return this.#long(async (live) => {
			const name = this.card.dataset;
			const client = this.#client();
			const onNotice = (notice: Parameters<typeof loadingOf>[0]) => {
				const loading = loadingOf(notice, name);
				if (loading && live()) this.loading = loading;
			};
			const get = async () => {
				const { ready, rows } = (await loadInto(client, name, 'first', onNotice))[part];
				if (first + count > ready && ready < rows) await loadInto(client, name, 'all', onNotice);
				return client.request({ type: 'wall', name, part, first, count });
			};
			const { generation } = client;
			const { wall } = await get().catch((error: unknown) => {
				// Another engine took the place of this one meanwhile: its worker has to read the rows itself.
				if (client.generation === generation || asFailure(error).code === 'worker_died') throw error;
				return get();
			});
			if (live()) this.wall = wall;
		});
	}

	/** The official files. Show the wall anew afterwards. */
	dropFiles(list: FileList | readonly File[]): Promise<void> {
		return this.#long(async () => {
			const name = this.card.dataset;
			dataShelf.put(name, await dropInto(this.#client(), name, [...list]));
		});
	}

	async #long(work: (live: () => boolean) => Promise<void>): Promise<void> {
		const turn = ++this.#turn;
		const live = () => turn === this.#turn;
		this.failure = null;
		this.loading = { what: 'data', loaded: 0, total: 0 };
		try {
			await work(live);
		} catch (error) {
			if (live()) this.failure = asFailure(error);
		} finally {
			if (live()) this.loading = null;
		}
	}
}

// Not reactive: it is only where a card finds its state again.
// eslint-disable-next-line svelte/prefer-svelte-reactivity
const shown = new Map<string, LookState>();

/** One for the whole visit. */
export function lookFor(card: Card): LookState {
	if (typeof window === 'undefined') return new LookState(card);
	let state = shown.get(card.id);
	if (!state) shown.set(card.id, (state = new LookState(card)));
	return state;
}
