// The reader's own word as a CAPTCHA: drawn by the engine, cut into letters, each read by the network that was trained last.

import type { Captcha } from '$lib/engine/captcha';
import { answerClient } from '$lib/engine/client';
import { asFailure } from '$lib/engine/failure';
import type { Failure } from '$lib/engine/wire';
import { Answering, type AskHost } from './answering.svelte';

/** The longest word. */
export const LONGEST = 10;
export const FONTS = ['block', 'thin', 'serif'] as const;

/** Letters that can be drawn; small ones count as capitals. What else is in the text is told apart. */
export function letters(text: string): { word: string; others: string[]; beyond: boolean } {
	const all = [...text.trim()];
	const known = (letter: string) => /^[A-Za-z]$/.test(letter);
	const word = all.filter(known).join('').toUpperCase();
	const others = all.filter((letter, at) => !known(letter) && all.indexOf(letter) === at);
	return { word: word.slice(0, LONGEST), others, beyond: word.length > LONGEST };
}

export class CaptchaState {
	readonly asking: Answering<Uint8Array[], number[][]>;
	readonly #host: Partial<AskHost>;
	text = $state('FIRESIDE');
	font = $state(0);
	shear = $state(0.2);
	noise = $state(0);
	/** Another picture of the same word has other noise. */
	seed = $state(1);
	captcha = $state.raw<Captcha | null>(null);
	/** What the picture shows. */
	drawn = $state('');
	failure = $state.raw<Failure | null>(null);
	readonly letters = $derived(letters(this.text));
	#drawing = false;
	#again = false;

	constructor(dataset: string, host: Partial<AskHost> = {}) {
		this.#host = host;
		this.asking = new Answering(
			null,
			dataset,
			async (client, pieces) => {
				const read: number[][] = [];
				for (const pixels of pieces)
					read.push((await client.request({ type: 'judge', pixels })).probabilities);
				return read;
			},
			host
		);
	}

	another(): Promise<void> {
		this.seed = (this.seed + 1) >>> 0;
		return this.draw();
	}

	/** One at a time; the latest wish is drawn at the end. */
	async draw(): Promise<void> {
		this.#again = true;
		if (this.#drawing) return;
		this.#drawing = true;
		try {
			while (this.#again) {
				this.#again = false;
				await this.#draw();
			}
			this.failure = null;
		} catch (error) {
			this.failure = asFailure(error);
		} finally {
			this.#drawing = false;
		}
	}

	async #draw(): Promise<void> {
		const { word } = this.letters;
		this.asking.clear();
		if (word === '') {
			this.captcha = null;
			this.drawn = '';
			return;
		}
		const { font, shear, noise, seed } = this;
		const client = (this.#host.client ?? answerClient)();
		const { captcha } = await client.request({ type: 'captcha', text: word, font, shear, noise, seed });
		this.captcha = captcha;
		this.drawn = word;
		this.read();
	}

	/** By the network that was trained last, where there is one. */
	read(): void {
		const pieces = this.captcha?.pieces ?? [];
		if (pieces.length > 0 && this.asking.trained) void this.asking.ask(pieces.map(({ pixels }) => pixels));
	}
}
