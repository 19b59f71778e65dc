// What is asked of a trained network beside its card: what it says to rows, how it goes on with a text. And a
// calculation, which needs no network.

import { trainClient } from '$lib/engine/client';
import { asFailure } from '$lib/engine/failure';
import type { Requester } from '$lib/engine/requester';
import type { AnswerRow, Computed, Failure } from '$lib/engine/wire';
import type { ExperimentState } from './experiment.svelte';

export class Answers {
	rows = $state.raw<readonly AnswerRow[]>([]);
	asking = $state(false);

	/** Where a checkpoint has kept a network, it is that one that answers. */
	async ask(experiment: ExperimentState, rows: number): Promise<void> {
		if (this.asking) return;
		this.asking = true;
		try {
			const reply = await experiment.withNetwork((client) =>
				client.request({ type: 'answers', id: experiment.id, rows, kept: true })
			);
			if (reply) this.rows = reply.rows;
		} finally {
			this.asking = false;
		}
	}
}

export type Writing = { prompt: string; length: number; temperature: number; top_k: number; seed: number };

export class Writer {
	/** With the prompt before it. */
	prompt = $state('');
	text = $state('');
	/** Words or characters of it. */
	tokens = $state(0);
	writing = $state(false);
	stopped = $state(false);
	#experiment: ExperimentState | null = null;

	async write(experiment: ExperimentState, wish: Writing): Promise<void> {
		if (this.writing) return;
		this.#experiment = experiment;
		this.writing = true;
		this.stopped = false;
		this.prompt = wish.prompt;
		this.text = '';
		this.tokens = 0;
		try {
			await experiment.withNetwork((client) =>
				client.request({ type: 'generate', id: experiment.id, ...wish }, (notice) => {
					if (notice.type !== 'written') return;
					this.text += notice.text;
					this.tokens += notice.tokens;
				})
			);
		} finally {
			this.writing = false;
		}
	}

	/** After the word or character that it is at. */
	async stop(): Promise<void> {
		const experiment = this.#experiment;
		if (!this.writing || !experiment) return;
		this.stopped = true;
		await experiment.withNetwork((client) => client.request({ type: 'stop', id: experiment.id }));
	}
}

export class Calculation {
	computed = $state.raw<Computed | null>(null);
	busy = $state(false);
	failure = $state.raw<Failure | null>(null);

	async run(text: string, client: Requester = trainClient()): Promise<void> {
		this.busy = true;
		this.failure = null;
		try {
			({ computed: this.computed } = await client.request({ type: 'compute', text }));
		} catch (error) {
			this.failure = asFailure(error);
		} finally {
			this.busy = false;
		}
	}
}
