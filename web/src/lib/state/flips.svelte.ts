// A digit as it is, in a mirror, upside down and turned by half: what the shipped model says to each.

import type { Requester } from '$lib/engine/requester';
import { asFailure } from '$lib/engine/failure';
import { exclusively } from '$lib/engine/tools';
import type { Drawing, Failure } from '$lib/engine/wire';
import { loadInto, loadingOf } from './data.svelte';
import type { Shipped } from './answering.svelte';
import { PlayState } from './play.svelte';

/** Training pictures that are looked through for digits; every class is among the first hundred of MNIST. */
const SEARCHED = 200;

export type Digits = { width: number; pixels: Uint8Array[]; labels: number[] };

export class FlipsState {
	readonly #client: () => Requester;
	readonly #play: PlayState;
	digits = $state.raw<Digits | null>(null);
	/** Of the sheets of the latest `judge`, in their order; null: not yet. */
	drawings = $state.raw<(Drawing | null)[]>([]);
	failure = $state.raw<Failure | null>(null);
	busy = $state(false);
	share = $state<number | null>(null);
	#turn = 0;
	readonly #inTurn = exclusively();

	constructor(model: Shipped | null, client: () => Requester, play = new PlayState(model)) {
		this.#client = client;
		this.#play = play;
	}

	get answers(): boolean {
		return this.#play.shipped !== null;
	}

	/** Digits to choose from. */
	async look(): Promise<void> {
		if (this.digits || this.busy) return;
		this.busy = true;
		this.failure = null;
		try {
			const client = this.#client();
			await loadInto(client, 'mnist', 'first', (notice) => {
				const loading = loadingOf(notice, 'mnist');
				if (loading && loading.total > 0) this.share = loading.loaded / loading.total;
			});
			const wish = { type: 'wall', name: 'mnist', part: 'train', first: 0, count: SEARCHED } as const;
			const { wall } = await client.request(wish);
			const size = wall.height * wall.width;
			const labels = [...wall.labels];
			const pixels = labels.map((_, at) => wall.pixels.slice(at * size, (at + 1) * size));
			this.digits = { width: wall.width, pixels, labels };
		} catch (error) {
			this.failure = asFailure(error);
		} finally {
			this.busy = false;
			this.share = null;
		}
	}

	/** One after the other: the model answers one drawing at a time. */
	judge(sheets: Uint8Array[], width: number): Promise<void> {
		const turn = ++this.#turn;
		this.drawings = sheets.map(() => null);
		this.failure = null;
		return this.#inTurn(async () => {
			for (const [at, sheet] of sheets.entries()) {
				if (turn !== this.#turn) return;
				await this.#play.draw(sheet, width, Math.floor(sheet.length / Math.max(1, width)));
				if (turn !== this.#turn) return;
				this.failure = this.#play.failure;
				if (this.failure) return;
				this.drawings = this.drawings.with(at, this.#play.drawing);
			}
		});
	}
}
