// There is one training worker and it holds one run. Whoever wants to train asks here first; the one who holds
// the worker is paused and saved, and says so beside its run.

import { exclusively } from '$lib/engine/tools';

export interface Contender {
	readonly id: string;
	/** Training, or about to. */
	readonly busy: boolean;
	/** Pause, and know that the worker is no longer yours. Answered when the run stands still and is saved. */
	giveWay(to: string): Promise<void>;
	/** The reader wants another engine. Answered when the run stands still, saved, and the worker is ended. */
	changeEngine(): Promise<void>;
}

export class TrainOwner {
	#owner: Contender | null = null;
	readonly #inOrder = exclusively();

	get current(): Contender | null {
		return this.#owner;
	}

	/** After this the worker belongs to `who`. */
	acquire(who: Contender): Promise<void> {
		return this.#inOrder(async () => {
			const before = this.#owner;
			if (before === who) return;
			if (before) await before.giveWay(who.id);
			this.#owner = who;
		});
	}

	release(who: Contender): void {
		if (this.#owner === who) this.#owner = null;
	}

	/** The other one that is training now and would have to be paused. */
	busyOther(who: Contender): Contender | null {
		return this.#owner && this.#owner !== who && this.#owner.busy ? this.#owner : null;
	}
}

export const trainOwner = new TrainOwner();
