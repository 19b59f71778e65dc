// The text of an experiment while the reader edits it: checks as they type (the latest wins), values set from the
// form, and what of it goes into the address.

import type { Requester } from '$lib/engine/requester';
import { asFailure, failure } from '$lib/engine/failure';
import type { Card, Checked, Failure, Summary } from '$lib/engine/wire';
import { exclusively } from '$lib/engine/tools';
import { pageTicker, type Ticker } from './frame';
import type { Link, Sets } from './url';

/** From the last key to the check, in ms. */
const DEBOUNCE = 200;

export const emptySummary: Summary = {
	layers: [],
	input: [],
	input_sheet: [1, 1, 1],
	parameters: 0,
	non_trainable: 0,
	flops: 0,
	train_rows: 0,
	validation_rows: 0,
	test_rows: 0,
	classes: 0,
	epochs: 0,
	batch_size: 1,
	steps_per_epoch: 1,
	loss: '',
	optimizer: '',
	learning_rate: 0,
	seed: 0,
	settings: []
};

export class TextState {
	readonly #card: Card;
	readonly #client: () => Requester;
	readonly #ticker: Ticker;
	text = $state('');
	/** Of the text as it is now; null while it is being checked, or as printed. */
	checked = $state.raw<Checked | null>(null);
	/** Of the last text without problems. */
	summary = $state.raw<Summary>(emptySummary);
	/** The engine could not be asked. */
	failure = $state.raw<Failure | null>(null);
	/** What made the text out of the printed one; null when it was written by hand. */
	#sets: Sets | null = [];
	/** Counts the texts: a check of an older one is not taken. */
	#version = 0;
	/** Counts the returns to the printed text: settings asked for before one are void. */
	#restored = 0;
	readonly #inOrder = exclusively();
	#callOff: (() => void) | null = null;
	#waiting: (() => void)[] = [];

	constructor(card: Card, client: () => Requester, ticker: Ticker = pageTicker) {
		this.#card = card;
		this.#client = client;
		this.#ticker = ticker;
		this.text = card.text;
		if (card.summary) this.summary = card.summary;
	}

	get edited(): boolean {
		return this.text !== this.#card.text;
	}

	/** Typed by hand. Done when this text, or a newer one, was checked. */
	set(text: string): Promise<void> {
		this.#put(text, null);
		return new Promise((resolve) => {
			this.#waiting.push(resolve);
			this.#callOff?.();
			this.#callOff = this.#ticker.after(DEBOUNCE, () => void this.check());
		});
	}

	/** One value set in a form: the engine puts it into the text, comments and order stay. */
	setValue(path: string, value: string): Promise<void> {
		const restored = this.#restored;
		return this.#inOrder(async () => {
			try {
				// Set again where the text has changed in the meantime; nobody types faster than a few rounds.
				for (let round = 0; round < 8 && restored === this.#restored; round++) {
					const before = this.text;
					const { text } = await this.#client().request({ type: 'edit', text: before, path, value });
					if (this.text !== before || restored !== this.#restored) continue;
					const others = this.#sets?.filter(([other]) => other !== path);
					this.#put(text, others ? [...others, [path, value]] : null);
					await this.check();
					return;
				}
			} catch (error) {
				if (restored === this.#restored) this.failure = asFailure(error);
			}
		});
	}

	restore(): void {
		this.#restored += 1;
		this.#put(this.#card.text, []);
		if (this.#card.summary) this.summary = this.#card.summary;
		this.#settle();
	}

	/** Check the text as it is, now. */
	async check(): Promise<void> {
		this.#callOff?.();
		this.#callOff = null;
		const version = this.#version;
		try {
			const { checked } = await this.#client().request({ type: 'check', text: this.text });
			if (version !== this.#version) return;
			this.failure = null;
			this.checked = checked;
			if (checked.summary && checked.ok) this.summary = checked.summary;
		} catch (error) {
			if (version !== this.#version) return;
			this.failure = asFailure(error);
		}
		this.#settle();
	}

	/** Is this text worth starting? The printed one is; another one is checked if it was not yet. */
	async sound(): Promise<boolean> {
		if (!this.edited) return true;
		if (this.checked === null) await this.check();
		return this.checked?.ok ?? false;
	}

	link(): Link {
		const { id } = this.#card;
		if (!this.edited) return { id, sets: [], text: null };
		return this.#sets ? { id, sets: this.#sets, text: null } : { id, sets: [], text: this.text };
	}

	/** Take over what a link says; null when it could be. */
	async apply(link: Link): Promise<Failure | null> {
		if (link.text !== null) {
			this.#put(link.text, null);
			await this.check();
			return null;
		}
		this.restore();
		for (const [path, value] of link.sets) {
			await this.setValue(path, value);
			if (this.failure === null) continue;
			const dead = this.failure.code === 'worker_died' || this.failure.code.startsWith('engine_');
			const note = dead ? this.failure : failure('link_damaged', {});
			this.failure = null;
			this.restore();
			return note;
		}
		return null;
	}

	#put(text: string, sets: Sets | null): void {
		this.#version += 1;
		this.#sets = text === this.#card.text ? [] : sets;
		this.text = text;
		this.checked = null;
		this.failure = null;
	}

	#settle(): void {
		for (const resolve of this.#waiting.splice(0)) resolve();
	}
}
