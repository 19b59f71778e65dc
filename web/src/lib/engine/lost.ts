// A GPU device can go away at any time: the driver restarts, the machine sleeps, the browser gives it to somebody
// else. Then calls that wait for it may never come back, so that nothing may wait for the engine alone.

import { EngineFailure } from './failure';
import type { Failure } from './wire';

export class DeviceWatch {
	#lost: Failure | null = null;
	/** Calls under way. Not reactions on one promise: it would gather one for every step of a long run. */
	readonly #waiting = new Set<(failure: Failure) => void>();

	/** The device is gone, for good. */
	say(reason: string): void {
		if (this.#lost) return;
		this.#lost = { code: 'device_lost', args: { reason } };
		for (const tell of this.#waiting) tell(this.#lost);
		this.#waiting.clear();
	}

	/** What `work` comes to, or `device_lost`, whichever is first. */
	guard<T>(work: () => T | Promise<T>): Promise<T> {
		return new Promise((resolve, reject) => {
			const tell = (failure: Failure) => reject(new EngineFailure(failure));
			if (this.#lost) return tell(this.#lost);
			this.#waiting.add(tell);
			const settled = <V>(then: (value: V) => void) => {
				return (value: V) => {
					this.#waiting.delete(tell);
					then(value);
				};
			};
			new Promise<T>((begun) => begun(work())).then(settled(resolve), settled(reject));
		});
	}
}
