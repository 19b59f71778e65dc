// *Take this chapter with you*: what is on its way, and what came of it.

import { version } from '$app/environment';
import { siteRoot } from '$lib/engine/client';
import { NotTaken, Taking, type Wanted } from '$lib/offline/take';

export type TakeState =
	| { type: 'idle' | 'looking' | 'cancelled' }
	| { type: 'taking'; loaded: number; total: number }
	| { type: 'taken'; total: number }
	| { type: 'failed'; file: string }
	| { type: 'full'; total: number };

export class TakeAlong {
	state = $state.raw<TakeState>({ type: 'idle' });
	#abort: AbortController | null = null;

	get busy(): boolean {
		return this.#abort !== null;
	}

	/** `pages`: addresses of the chapter itself, which the worker keeps when they are asked for. */
	async take(wanted: Wanted, pages: string[]): Promise<void> {
		if (this.#abort) return;
		const abort = (this.#abort = new AbortController());
		let total = 0;
		this.state = { type: 'looking' };
		try {
			const { signal } = abort;
			const fetcher = (url: string, init?: RequestInit) => fetch(url, init);
			const host = { root: siteRoot(), version, fetch: fetcher, caches };
			for (const page of pages) {
				const response = await fetch(page, { signal });
				if (!response.ok) throw new NotTaken(page);
				await response.arrayBuffer();
			}
			total = await new Taking(host, signal).take(wanted, (loaded, all) => {
				total = all;
				this.state = { type: 'taking', loaded, total: all };
			});
			// Asked for once, so that the browser doesn't throw it away when it needs room. It may say no.
			await navigator.storage.persist?.().catch(() => false);
			this.state = { type: 'taken', total };
		} catch (error) {
			if (abort.signal.aborted) this.state = { type: 'cancelled' };
			else if (error instanceof NotTaken && error.room) this.state = { type: 'full', total };
			else this.state = { type: 'failed', file: error instanceof NotTaken ? error.file : '' };
		} finally {
			this.#abort = null;
		}
	}

	cancel(): void {
		this.#abort?.abort();
	}
}
