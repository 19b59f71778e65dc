// Which engine trains: what the reader wants, what this device has, and what came of it. The rule itself is in
// `engine/choice.ts`; here are the facts it needs, and the switch.

import { choose, type Choice, type Measured, type Wish } from '$lib/engine/choice';
import { firstEngineKnown, trainClient } from '$lib/engine/client';
import type { EngineKind } from '$lib/engine/kinds';
import { pageGpu, probe, type GpuLike, type Probe } from '$lib/engine/probe';
import type { Failure, Summary } from '$lib/engine/wire';
import { focus } from './focus.svelte';
import { measuredPace, rememberPace } from './pace';
import { trainOwner, type TrainOwner } from './registry';

const KEY = 'fireside.engine';

/** A network that may be trained: an experiment, as it is written now. */
export type Network = { readonly id: string; readonly summary: Summary };

export type EnginesHost = {
	gpu: () => GpuLike | null;
	owner: TrainOwner;
};

export class Engines {
	readonly #host: EnginesHost;
	wish = $state<Wish>('auto');
	/** Null: not asked, or not answered yet. */
	probe = $state.raw<Probe | null>(null);
	/** Why the GPU engine is left alone for the rest of this visit, or until the reader asks for it again. */
	failure = $state.raw<Failure | null>(null);
	/** Counts what was measured: `measured` follows it. */
	#measured = $state(0);
	#asked: Promise<void> | null = null;

	constructor(host: Partial<EnginesHost> = {}) {
		this.#host = { gpu: pageGpu, owner: trainOwner, ...host };
	}

	/** Once the page is alive. Done when it is known whether there is a GPU. */
	start(): Promise<void> {
		return (this.#asked ??= this.#look());
	}

	async #look(): Promise<void> {
		if (this.wish === 'auto') this.wish = readWish();
		this.probe = await probe(this.#host.gpu());
	}

	/** Where this network would be trained if it were started now. */
	choice(network: Network | null): Choice {
		const { wish, probe } = this;
		const measured = network ? this.measured(network) : { cpu: null, gpu: null };
		const failed = this.failure !== null;
		return choose({ wish, probe, failed, network: network?.summary ?? null, measured });
	}

	async decide(network: Network): Promise<Choice> {
		await this.start();
		return this.choice(network);
	}

	measured({ id, summary }: Network): Measured {
		// Read, so that whoever shows it sees the next measurement.
		void this.#measured;
		return measuredPace(id, summary);
	}

	remember({ id, summary }: Network, engine: EngineKind, msPerStep: number): void {
		rememberPace(id, engine, summary, msPerStep);
		this.#measured += 1;
	}

	/** The reader's switch. A run that this concerns is paused and saved; it goes on on the new engine. */
	async setWish(wish: Wish): Promise<void> {
		this.wish = wish;
		keepWish(wish);
		// Asked for by hand: it gets another chance.
		this.failure = null;
		await this.#host.owner.current?.changeEngine();
	}

	/** It did not start, or was lost again and again. */
	gpuFailed(failure: Failure): void {
		this.failure = failure;
	}
}

function readWish(): Wish {
	try {
		const kept = localStorage.getItem(KEY);
		return kept === 'cpu' || kept === 'gpu' ? kept : 'auto';
	} catch {
		return 'auto';
	}
}

function keepWish(wish: Wish): void {
	try {
		localStorage.setItem(KEY, wish);
	} catch {
		// Storage is off: the choice lasts for this page.
	}
}

export const engines = new Engines();

/**
 * The training worker is told what it will need before it loads anything: walls and checks take whatever engine is
 * there, and two of them shall not be downloaded.
 */
export function primeEngine(): void {
	const client = trainClient();
	if (!client.committed) client.use(engines.choice(focus.network).engine);
}

/** Call once the page is alive. */
export function startEngines(): void {
	trainClient().fellBack = (failure) => engines.gpuFailed(failure);
	void engines.start().then(() => {
		primeEngine();
		firstEngineKnown();
	});
}
