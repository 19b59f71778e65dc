// The reader's progress for the rail and the home page: `progress.ts`, followed while the page is open.

import { onProgress, readProgress, type Progress } from './progress';

class Followed {
	#kept = $state.raw<Progress>({ started: [], done: {}, last: null });

	/** Prerendered pages show no progress: call this once the page is alive. */
	follow(): () => void {
		const read = () => (this.#kept = readProgress());
		read();
		return onProgress(read);
	}

	/** Ids of experiments that were trained to their end. */
	get trained(): string[] {
		return Object.keys(this.#kept.done);
	}

	/** Id of the chapter read last. */
	get chapter(): string | null {
		return this.#kept.last?.replace(/^chapter\//, '') ?? null;
	}
}

export const progress = new Followed();
