// Which network the rail speaks of: of the experiments on the page the one that was touched last, else the first.

import { untrack } from 'svelte';
import type { EngineKind } from '$lib/engine/kinds';
import type { Network } from './engines.svelte';

/** What the rail needs of an experiment. */
export type Shown = Network & {
	readonly text: string;
	readonly busy: boolean;
	/** The engine that holds its run; null: there is none. */
	readonly engine: EngineKind | null;
};

class Focus {
	/** In the order of the page. */
	#shown = $state.raw<Shown[]>([]);
	#touched = $state.raw<Shown | null>(null);

	get network(): Shown | null {
		const touched = this.#touched;
		return (touched && this.#shown.includes(touched) ? touched : this.#shown[0]) ?? null;
	}

	/** It is on the page. Answers with the way to take it off. */
	enter(network: Shown): () => void {
		// Called from effects, which must not follow what is on the page.
		this.#shown = [...untrack(() => this.#shown), network];
		return () => (this.#shown = this.#shown.filter((other) => other !== network));
	}

	touch(network: Shown): void {
		this.#touched = network;
	}
}

export const focus = new Focus();
