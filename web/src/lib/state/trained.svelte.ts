// The network that the reader trained a moment ago: its weights, kept in the page so that asking it and
// saving it go on working when the training worker has turned to something else.

import type { Words } from '$lib/engine/wire';

export type TrainedModel = {
	/** Experiment. */
	id: string;
	/** What it was trained on. */
	dataset: string;
	title: Words;
	seed: number;
	epochs: number;
	/** On the test rows, after the last whole epoch. */
	accuracy: number | null;
	/** Trained on the built-in sample. */
	sample: boolean;
	/** Safetensors. */
	bytes: ArrayBuffer;
};

export class TrainedShelf {
	#models = $state.raw<TrainedModel[]>([]);

	/** Latest first, one per experiment. */
	get models(): TrainedModel[] {
		return this.#models;
	}

	get latest(): TrainedModel | null {
		return this.#models[0] ?? null;
	}

	latestOn(dataset: string): TrainedModel | null {
		return this.#models.find((model) => model.dataset === dataset) ?? null;
	}

	of(id: string): TrainedModel | null {
		return this.#models.find((model) => model.id === id) ?? null;
	}

	put(model: TrainedModel): void {
		this.#models = [model, ...this.#models.filter((other) => other.id !== model.id)];
	}

	remove(id: string): void {
		this.#models = this.#models.filter((model) => model.id !== id);
	}
}

export const trainedShelf = new TrainedShelf();
