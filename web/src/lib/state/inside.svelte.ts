// The live numbers of a run. The worker is asked only while somebody looks, and never so often that the training
// would feel it.

import { asFailure } from '$lib/engine/failure';
import type { Histogram, HistogramOf, Live } from '$lib/engine/inside';
import type { Failure } from '$lib/engine/wire';

export type InsideHost = {
	/** How far the run is; null where the worker does not hold it. */
	at(): number | null;
	live(): Promise<Live>;
	histogram(of: HistogramOf, layer: number): Promise<Histogram>;
	/** Back when the worker holds the run. */
	take(): Promise<void>;
};

/** Between two looks, in ms; and so many times as long as a look took: an update's gradients cost as much as an update. */
const PAUSE = 1000;
const SHARE = 10;

export class InsideState {
	readonly #host: InsideHost;
	readonly #pause: number;
	live = $state.raw<Live | null>(null);
	histogram = $state.raw<Histogram | null>(null);
	failure = $state.raw<Failure | null>(null);
	/** A histogram is on its way. */
	busy = $state(false);

	constructor(host: InsideHost, pause = PAUSE) {
		this.#host = host;
		this.#pause = pause;
	}

	/** Call while the numbers are on show; gives what ends it. */
	watch(): () => void {
		let timer: ReturnType<typeof setTimeout> | undefined;
		let ended = false;
		const look = async () => {
			const began = performance.now();
			await this.#refresh();
			if (ended) return;
			const took = performance.now() - began;
			timer = setTimeout(() => void look(), Math.max(this.#pause, SHARE * took));
		};
		void look();
		return () => {
			ended = true;
			clearTimeout(timer);
		};
	}

	/** The worker has turned to something else, and takes the run up again for a look. */
	async open(): Promise<void> {
		await this.#try(async () => {
			await this.#host.take();
			this.live = await this.#host.live();
		});
	}

	async look(of: HistogramOf, layer: number): Promise<void> {
		this.busy = true;
		await this.#try(async () => {
			await this.#host.take();
			this.histogram = await this.#host.histogram(of, layer);
		});
		this.busy = false;
	}

	clear(): void {
		this.live = this.histogram = this.failure = null;
	}

	async #refresh(): Promise<void> {
		const at = this.#host.at();
		// A run that stands still has said what there is to say.
		if (at === null || at === this.live?.update) return;
		await this.#try(async () => {
			const live = await this.#host.live();
			if (this.#host.at() !== null) this.live = live;
		});
	}

	async #try(work: () => Promise<void>): Promise<void> {
		try {
			await work();
			this.failure = null;
		} catch (error) {
			this.failure = asFailure(error);
		}
	}
}
