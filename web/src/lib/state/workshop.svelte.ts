// The workshop of augmentation: pictures as a text makes them, in a worker of its own. Whitening takes seconds, in one
// piece: it is called off by ending the worker, which must not be the one that trains.

import { spareClient } from '$lib/engine/client';
import { asFailure, fail } from '$lib/engine/failure';
import type { Requester } from '$lib/engine/requester';
import { exclusively } from '$lib/engine/tools';
import type { Augmented } from '$lib/engine/wall';
import type { DataState, Failure } from '$lib/engine/wire';
import { loadInto, loadingOf, type Loading } from './data.svelte';

export type Ending = Requester & { kill(reason: string): void };

/** What is to be made. */
export type Wish = {
	dataset: string;
	/** An experiment's text; its calculation says how many pictures, and of which epoch. */
	text: string;
	/** `text`: the rows that the text asks for. Else this row, in as many epochs from this one on. */
	of: 'text' | { row: number; epoch: number; count: number };
	/** Learns from the training rows before the first picture. */
	learns: boolean;
};

/** A picture, all its channels. */
export type Made = {
	row: number;
	label: number;
	epoch: number;
	height: number;
	width: number;
	channels: number;
	values: Float32Array | Uint8Array;
};

/** `made` and, in the same order, `originals`; of one row there is one original. */
export type Shown<W extends Wish = Wish> = { wish: W; made: Made[]; originals: Made[] };

/** What is being waited for; `since` in ms of the host's clock. */
export type Wait = { what: 'data' | 'learning' | 'pictures'; since: number };

export class WorkshopState<W extends Wish = Wish> {
	readonly #host: { client: () => Ending; now: () => number };
	#client: Ending | null = null;
	shown = $state.raw<Shown<W> | null>(null);
	data = $state.raw<DataState | null>(null);
	loading = $state.raw<Loading | null>(null);
	wait = $state.raw<Wait | null>(null);
	failure = $state.raw<Failure | null>(null);
	/** While a wish is worked out only the latest one waits. */
	#next: W | null = null;
	readonly #inTurn = exclusively();
	/** Counts what was called off. */
	#turn = 0;
	/** Which data the worker of that generation has. */
	#has: { generation: number; dataset: string } | null = null;

	constructor(host: Partial<{ client: () => Ending; now: () => number }> = {}) {
		this.#host = { client: spareClient, now: () => performance.now(), ...host };
	}

	get client(): Ending {
		return (this.#client ??= this.#host.client());
	}

	/** Shows what is wished for, or what was wished for in the meantime. */
	show(wish: W): Promise<void> {
		this.#next = wish;
		return this.#inTurn(() => this.#showNext());
	}

	/** More pictures of the same, not shown; null where it was called off or failed. */
	make(wish: W): Promise<Made[] | null> {
		const turn = this.#turn;
		return this.#inTurn(async () => {
			if (turn !== this.#turn) return null;
			let made: Made[] | null = null;
			await this.#guard(turn, async () => {
				made = await this.#pictures(wish, turn);
			});
			return made;
		});
	}

	/** Calls off what is at work, and what waits. */
	cancel(): void {
		this.#turn += 1;
		this.#next = null;
		this.wait = this.loading = null;
		this.#client?.kill('called off');
	}

	async #showNext(): Promise<void> {
		const wish = this.#next;
		this.#next = null;
		if (!wish) return;
		const turn = this.#turn;
		await this.#guard(turn, async () => {
			const made = await this.#pictures(wish, turn);
			const originals = await this.#originals(wish.dataset, made);
			if (turn === this.#turn) this.shown = { wish, made, originals };
		});
	}

	/** What fails after it was called off is no failure. */
	async #guard(turn: number, work: () => Promise<void>): Promise<void> {
		const live = () => turn === this.#turn;
		this.failure = null;
		try {
			await work();
		} catch (error) {
			if (live()) this.failure = asFailure(error);
		} finally {
			if (live()) this.wait = this.loading = null;
		}
	}

	#waits(turn: number, what: Wait['what']): void {
		if (turn === this.#turn && this.wait?.what !== what) this.wait = { what, since: this.#host.now() };
	}

	async #ready(dataset: string, turn: number): Promise<void> {
		const { client } = this;
		if (this.#has?.generation === client.generation && this.#has.dataset === dataset) return;
		this.#waits(turn, 'data');
		const data = await loadInto(client, dataset, 'all', (notice) => {
			const loading = loadingOf(notice, dataset);
			if (loading && turn === this.#turn) this.loading = loading;
		});
		if (turn !== this.#turn) throw fail('worker_died', { reason: 'called off' });
		this.#has = { generation: client.generation, dataset };
		this.data = data;
		this.loading = null;
	}

	async #pictures({ dataset, text, of, learns }: W, turn: number): Promise<Made[]> {
		await this.#ready(dataset, turn);
		this.#waits(turn, learns ? 'learning' : 'pictures');
		const ask = async (of: { epoch: number; rows: number[] } | null) => {
			const { pictures } = await this.client.request({ type: 'augment', dataset, text, of });
			return each(pictures);
		};
		if (of === 'text') return ask(null);
		const made: Made[] = [];
		for (let at = 0; at < of.count; at++) {
			if (turn !== this.#turn) throw fail('worker_died', { reason: 'called off' });
			made.push(...(await ask({ epoch: of.epoch + at, rows: [of.row] })));
			this.#waits(turn, 'pictures');
		}
		return made;
	}

	async #originals(dataset: string, made: Made[]): Promise<Made[]> {
		const first = made.filter(({ row }, at) => made.findIndex((other) => other.row === row) === at);
		return Promise.all(
			first.map(async (picture) => {
				const wish = { type: 'wall', name: dataset, part: 'train', first: picture.row, count: 1 } as const;
				const { wall } = await this.client.request(wish);
				return { ...picture, values: wall.pixels };
			})
		);
	}
}

/** One by one. */
function each({ epoch, rows, labels, height, width, values }: Augmented): Made[] {
	const size = values.length / Math.max(1, rows.length);
	const channels = Math.max(1, Math.round(size / Math.max(1, height * width)));
	return rows.map((row, at) => {
		const own = values.subarray(at * size, (at + 1) * size);
		return { row, label: labels[at] ?? 0, epoch, height, width, channels, values: own };
	});
}
