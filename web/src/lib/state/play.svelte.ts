// Drawing a digit: the sheet is the question, and which model answers it is `answering.svelte.ts`'s affair.

import type { Drawing } from '$lib/engine/wire';
import { Answering, type AskHost, type Shipped } from './answering.svelte';

type Ink = { ink: Uint8Array; width: number; height: number };

export class PlayState extends Answering<Ink, Drawing> {
	constructor(shipped: Shipped | null, host: Partial<AskHost> = {}) {
		super(
			shipped,
			'mnist',
			async (client, ink) => (await client.request({ type: 'draw', ...ink })).drawing,
			host
		);
	}

	/** The answer to the latest drawing that has one; null: nothing drawn. */
	get drawing(): Drawing | null {
		return this.answer;
	}

	/** Ink from 0 (paper) to 255, row by row. */
	draw(ink: Uint8Array, width: number, height: number): Promise<void> {
		return this.ask({ ink, width, height });
	}
}
