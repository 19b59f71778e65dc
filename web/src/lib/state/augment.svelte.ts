// Pictures of a calculation `augment`. All rows have to be there: some settings learn from them.

import type { Augmented } from '$lib/engine/wall';
import { trainClient } from '$lib/engine/client';
import { asFailure } from '$lib/engine/failure';
import type { Requester } from '$lib/engine/requester';
import type { Card, Failure } from '$lib/engine/wire';
import { loadInto, loadingOf, type Loading } from './data.svelte';

export class AugmentState {
	pictures = $state.raw<Augmented | null>(null);
	loading = $state.raw<Loading | null>(null);
	failure = $state.raw<Failure | null>(null);
	/** The latest wish counts. */
	#turn = 0;

	/** What `text` asks for. */
	async show({ dataset }: Card, text: string, client: Requester = trainClient()): Promise<void> {
		const turn = ++this.#turn;
		const live = () => turn === this.#turn;
		this.failure = null;
		this.loading = { what: 'data', loaded: 0, total: 0 };
		try {
			await loadInto(client, dataset, 'all', (notice) => {
				const loading = loadingOf(notice, dataset);
				if (loading && live()) this.loading = loading;
			});
			const { pictures } = await client.request({ type: 'augment', dataset, text, of: null });
			if (live()) this.pictures = pictures;
		} catch (error) {
			if (live()) this.failure = asFailure(error);
		} finally {
			if (live()) this.loading = null;
		}
	}
}
