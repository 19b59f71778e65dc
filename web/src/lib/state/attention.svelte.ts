// What a Transformer looks at while it goes on with a text: worked out in the page from the weights of the network that the
// reader trained, for the window that it reads now.

import { attentionsOf, fieldsOf, type Attention, type Layer } from '$lib/engine/attention';
import { trainClient } from '$lib/engine/client';
import { asFailure } from '$lib/engine/failure';
import type { Requester } from '$lib/engine/requester';
import { readModel, type ModelFile } from '$lib/engine/safetensors';
import type { Failure } from '$lib/engine/wire';

export class AttentionState {
	readonly #client: () => Pick<Requester, 'request'>;
	/** Layer after layer; empty: the network has no attention, or nothing was asked. */
	all = $state.raw<readonly Attention[]>([]);
	window = $state.raw<readonly number[]>([]);
	/** Places in front that hold no token. */
	pads = $state(0);
	failure = $state.raw<Failure | null>(null);
	#read: { bytes: ArrayBuffer; file: ModelFile; layers: readonly Layer[] } | null = null;
	#turn = 0;

	constructor(client: () => Pick<Requester, 'request'> = trainClient) {
		this.#client = client;
	}

	clear(): void {
		this.#turn += 1;
		this.all = [];
		this.failure = null;
	}

	async look(bytes: ArrayBuffer, window: readonly number[], pads: number): Promise<void> {
		const turn = ++this.#turn;
		try {
			const { file, layers } = await this.#layers(bytes);
			if (turn !== this.#turn) return;
			this.all = attentionsOf(layers, file.tensors, window);
			this.window = window;
			this.pads = pads;
			this.failure = null;
		} catch (error) {
			if (turn !== this.#turn) return;
			this.all = [];
			this.failure = asFailure(error);
		}
	}

	/** How the network hangs together is the engine's knowledge: names and inputs of its layers. */
	async #layers(bytes: ArrayBuffer): Promise<{ file: ModelFile; layers: readonly Layer[] }> {
		if (this.#read?.bytes === bytes) return this.#read;
		const file = readModel(bytes);
		let layers: Layer[] = [];
		if (/"MultiHeadAttention"/.test(file.text)) {
			const { checked } = await this.#client().request({ type: 'check', text: file.text });
			const fields = fieldsOf(file.text);
			layers = (checked.summary?.layers ?? []).map(({ name, type, inputs }, at) => ({
				name,
				type,
				inputs,
				fields: fields[at] ?? {}
			}));
		}
		this.#read = { bytes, file, layers };
		return this.#read;
	}
}
