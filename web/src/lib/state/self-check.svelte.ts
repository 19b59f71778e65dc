// The self-check: every layer of a network, forward and backward, on the GPU and on the CPU, compared. The training
// worker is asked where it is on the GPU; else a worker of its own, which disturbs nobody.

import { answerClient, spareGpuClient, trainClient, type EngineClient } from '$lib/engine/client';
import { asFailure, fail } from '$lib/engine/failure';
import type { Notice } from '$lib/engine/messages';
import type { ProbeLayer } from '$lib/engine/probe-layer';
import type { Failure } from '$lib/engine/wire';
import { compare, type Agreement } from './agreement';
import { loadingOf, type Loading } from './data.svelte';
import { trainOwner, type TrainOwner } from './registry';

/** A few rows say as much about a layer as many. */
const ROWS = 4;

type Asker = Pick<EngineClient, 'request' | 'engine' | 'kill'>;
export type SelfCheckHost = {
	train: () => Pick<EngineClient, 'request' | 'engine'>;
	spare: () => Asker;
	answer: () => Pick<EngineClient, 'request'>;
	owner: TrainOwner;
};
export type Checkable = { id: string; text: string };

export class SelfCheck {
	readonly #host: SelfCheckHost;
	running = $state(false);
	loading = $state.raw<Loading | null>(null);
	failure = $state.raw<Failure | null>(null);
	/** What came of it, and of which network. */
	#result = $state.raw<(Agreement & Checkable) | null>(null);

	constructor(host: Partial<SelfCheckHost> = {}) {
		this.#host = {
			train: trainClient,
			spare: spareGpuClient,
			answer: answerClient,
			owner: trainOwner,
			...host
		};
	}

	/** Of this network as it is written now; null: not checked. */
	of(network: Checkable | null): Agreement | null {
		const result = this.#result;
		return network && result?.id === network.id && result.text === network.text ? result : null;
	}

	async run({ id, text }: Checkable): Promise<void> {
		if (this.running) return;
		this.running = true;
		this.failure = null;
		try {
			// Both at the device would make the run slow, and the check slower.
			const training = this.#host.owner.current;
			if (training?.busy) throw fail('other_running', { id: training.id });
			// One after the other: where there is one file of the engine to come, it shows how much of it is there.
			const gpu = await this.#askGpu(text);
			const { layers } = await this.#host.answer().request({ type: 'probe', text, rows: ROWS }, this.#show);
			this.#result = { id, text, ...compare(gpu, layers) };
		} catch (error) {
			this.failure = asFailure(error);
		} finally {
			this.running = false;
			this.loading = null;
		}
	}

	async #askGpu(text: string): Promise<ProbeLayer[]> {
		const request = { type: 'probe', text, rows: ROWS } as const;
		const train = this.#host.train();
		if (train.engine === 'gpu') {
			const { layers } = await train.request(request, this.#show);
			// Where it did not start, the CPU has answered in its place.
			if (train.engine !== 'gpu') throw fail('gpu_start', { reason: '' });
			return layers;
		}
		const spare = this.#host.spare();
		try {
			return (await spare.request(request, this.#show)).layers;
		} finally {
			spare.kill('the check is done');
		}
	}

	readonly #show = (notice: Notice): void => {
		this.loading = loadingOf(notice, '') ?? this.loading;
	};
}

export const selfCheck = new SelfCheck();
