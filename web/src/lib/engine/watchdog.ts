// Does a run still learn? The engine itself stops at a loss that is no number. Losses that are cut off (Keras 2 cuts
// probabilities, so that a cross-entropy never exceeds 16.1) stay numbers for ever while the network is lost; that is
// seen here, where the losses pass by.

import type { History } from './history';
import { floatsOf } from './checkpoint';
import type { Divergence, RunEvent } from './wire';

/** `loss_grew`: it stays at a multiple of what it was before anything was learned. */
export type CrashReason = Divergence | 'loss_grew';

/** The mean of so many updates is looked at: one bad batch is no crash. */
export const WINDOW = 20;
/** A loss so many times that of an untrained network has nothing to do with learning any more. */
export const FACTOR = 4;
/** From here on nothing is saved over the last good state. */
const DOUBTFUL = 2;

/** Where and why a run left the way, as the watchdog or the engine saw it. */
export type Diverged = {
	epoch: number;
	step: number;
	update: number;
	reason: CrashReason;
	/** The learning rate of the last update. */
	rate: number;
};

export class Watchdog {
	readonly #classes: number;
	#start = NaN;
	#recent: number[] = [];
	#last = { update: 0, rate: 0 };
	/** The reader has seen it and wants to go on: only numbers count. */
	muted = false;

	/** `classes`: 0 where numbers are predicted. `history`: what the run has shown so far. */
	constructor(classes: number, history: History) {
		this.#classes = classes;
		this.reset(history);
	}

	/** The run stands at another place now. */
	reset(history: History): void {
		const { loss } = history.points;
		// Guessing costs ln(classes): a first batch that happens to be right says nothing. Where numbers are predicted
		// the largest of the first losses stands for it.
		const first = this.#classes > 0 ? loss.slice(0, 1) : loss.slice(0, 5);
		const guess = this.#classes > 0 ? Math.log(Math.max(2, this.#classes)) : 0;
		this.#start = first.length > 0 ? Math.max(guess, ...first) : NaN;
		this.#recent = [];
	}

	/** Null: all is well. */
	see(events: readonly RunEvent[]): Diverged | null {
		for (const event of events) {
			if (event.type === 'diverged') {
				const { epoch, step, reason } = event;
				return { epoch, step, update: this.#last.update + 1, reason, rate: this.#last.rate };
			}
			if (event.type !== 'step') continue;
			const { epoch, step, update, loss, learning_rate: rate } = event;
			this.#last = { update, rate };
			if (!(this.#start >= 0)) this.#start = Math.max(loss, Math.log(Math.max(2, this.#classes)));
			this.#recent.push(loss);
			if (this.#recent.length > WINDOW) this.#recent.shift();
			if (!this.muted && this.#times(WINDOW) > FACTOR)
				return { epoch, step, update, reason: 'loss_grew', rate };
		}
		return null;
	}

	/** What the run is now may not take the place of the last good state. */
	get doubtful(): boolean {
		return !this.muted && this.#times(1) > DOUBTFUL;
	}

	/** How many times the loss of an untrained network; 0 where fewer than `least` losses were seen. */
	#times(least: number): number {
		const { length } = this.#recent;
		if (length < least) return 0;
		return this.#recent.reduce((sum, loss) => sum + loss, 0) / length / this.#start;
	}
}

/**
 * Every weight of a checkpoint is a number? The update that spoils them is seen in the loss of the next one only, and a
 * save may come in between.
 */
export function sound(checkpoint: Uint8Array): boolean {
	const values = floatsOf(checkpoint) ?? [];
	// A sum is no number when a part of it is none; it can overflow only where weights are beyond use.
	let sum = 0;
	for (const value of values) sum += value;
	return Number.isFinite(sum);
}
