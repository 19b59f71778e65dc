// A look at reviews: which files are read, what a setting cuts, which review is shown. No engine is needed for it.

import { trainClient } from '$lib/engine/client';
import { asFailure, fail } from '$lib/engine/failure';
import type { Requester } from '$lib/engine/requester';
import type { Cut, Facts, Review, Setting } from '$lib/review/look';
import { TextLookClient, type TextClient } from '$lib/engine/textlook-client';
import type { Failure } from '$lib/engine/wire';
import { dataShelf, tooLarge } from './data.svelte';

/** What chapter 16 trains with. */
export const usual: Setting = { num_words: 5000, length: 500, side: 'pre' };

export class TextLookState {
	readonly name: string;
	readonly #client: TextClient;
	readonly #train: () => Requester;
	facts = $state.raw<Facts | null>(null);
	cut = $state.raw<Cut | null>(null);
	review = $state.raw<Review | null>(null);
	setting = $state.raw<Setting>(usual);
	reading = $state(false);
	failure = $state.raw<Failure | null>(null);
	/** The latest wish counts. */
	#turn = 0;
	#counting = false;
	/** What was read last; null: the built-in sample. */
	#files: readonly File[] | null = null;

	constructor(name: string, client: TextClient = new TextLookClient(), train: () => Requester = trainClient) {
		this.name = name;
		this.#client = client;
		this.#train = train;
	}

	/** What was dropped on any card of this data set, else the built-in sample. */
	async open(): Promise<void> {
		const files = dataShelf.dropped(this.name, this.#train())?.files ?? null;
		await this.#read(files);
	}

	/** The official files; the chapter's other cards get them, too, once they train. */
	async drop(list: FileList | readonly File[]): Promise<void> {
		const files = [...list];
		if (!(await this.#read(files)) || !this.facts) return;
		dataShelf.offer(this.name, files);
		dataShelf.put(this.name, this.facts.data);
	}

	/** Other files were dropped on another card since. `sampleToo`: or the sample took their place there. */
	stale(sampleToo = false): boolean {
		const files = dataShelf.dropped(this.name, this.#train())?.files ?? null;
		return this.facts !== null && !this.reading && (files !== null || sampleToo) && files !== this.#files;
	}

	/** Leaves what is being read; what was there before is read again when it is asked for. */
	stop(): void {
		this.#turn++;
		this.reading = false;
		this.#client.end();
		this.facts = this.cut = this.review = null;
	}

	set(setting: Partial<Setting>): void {
		this.setting = { ...this.setting, ...setting };
		void this.#count();
	}

	async show(part: 'train' | 'test', row: number): Promise<void> {
		const turn = this.#turn;
		try {
			const review = await this.#client.ask({ type: 'review', part, row });
			if (turn === this.#turn) this.review = review;
		} catch (error) {
			if (turn === this.#turn) this.#failed(error);
		}
	}

	#failed(error: unknown): void {
		this.failure = asFailure(error);
		// What the worker had read went with it.
		if (this.failure.code === 'worker_died') this.facts = this.cut = this.review = null;
	}

	async #read(files: File[] | null): Promise<boolean> {
		const turn = ++this.#turn;
		const live = () => turn === this.#turn;
		this.failure = null;
		this.reading = true;
		try {
			if (files?.length === 0) throw fail('drop_empty', {});
			const refused = files && tooLarge(files);
			if (refused) throw fail('drop_too_large', refused);
			const contents =
				files &&
				(await Promise.all(
					files.map(async (file) => ({ name: file.name, bytes: await file.arrayBuffer() }))
				));
			const facts = await this.#client.ask({ type: 'open', name: this.name, files: contents });
			if (!live()) return false;
			this.facts = facts;
			this.#files = files;
			await Promise.all([this.#count(), this.show('train', 0)]);
			return live();
		} catch (error) {
			if (live()) this.#failed(error);
			return false;
		} finally {
			if (live()) this.reading = false;
		}
	}

	/** One count at a time: a slider asks faster than 11.7 million words are gone through. */
	async #count(): Promise<void> {
		if (this.#counting) return;
		this.#counting = true;
		try {
			let asked: Setting | null = null;
			while (asked !== this.setting) {
				const turn = this.#turn;
				asked = this.setting;
				const cut = await this.#client.ask({ type: 'cut', setting: { ...asked } });
				if (turn !== this.#turn) asked = null;
				else this.cut = cut;
				if (!this.facts) return;
			}
		} catch (error) {
			if (this.facts) this.#failed(error);
		} finally {
			this.#counting = false;
		}
	}
}

// Not reactive: it is only where a card finds its state again.
// eslint-disable-next-line svelte/prefer-svelte-reactivity
const shown = new Map<string, TextLookState>();

/** One for the whole visit, of all cards that look at this data: its reviews are held once. */
export function textLookFor(name: string): TextLookState {
	if (typeof window === 'undefined') return new TextLookState(name);
	let state = shown.get(name);
	if (!state) shown.set(name, (state = new TextLookState(name)));
	return state;
}
