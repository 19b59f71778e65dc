// The title of the tab says how far the run is: it is all that is seen of a page in the background.

import type { RunState } from '$lib/engine/wire';

/** What trains, as far as the title speaks of it. */
export type Titled = { readonly id: string; readonly run: RunState | null };

const DONE = { finished: '✓', diverged: '⚠' } as const;

class RunningTitle {
	#running = $state.raw<Titled | null>(null);
	/** How a run ended that nobody looked at. */
	#ended = $state.raw<{ id: string; how: keyof typeof DONE } | null>(null);

	begin(run: Titled): void {
		this.#running = run;
		this.#ended = null;
	}

	/** `how`: null where it only stands still. */
	end(run: Titled, how: keyof typeof DONE | null): void {
		if (this.#running === run) this.#running = null;
		if (how && typeof document !== 'undefined' && document.hidden) this.#ended = { id: run.id, how };
	}

	/** The reader is back. */
	seen(): void {
		this.#ended = null;
	}

	/** What stands before the page's own title; empty: nothing does. */
	get prefix(): string {
		if (this.#ended) return `${DONE[this.#ended.how]} ${this.#ended.id}`;
		const running = this.#running;
		if (!running) return '';
		const { update = 0, steps_per_epoch = 1, epochs = 1 } = running.run ?? {};
		const share = Math.min(1, update / Math.max(1, steps_per_epoch * epochs));
		return `${Math.floor(share * 100)}\u202f% · ${running.id}`;
	}
}

export const runningTitle = new RunningTitle();

/** The part of `document` that is used. */
type Page = { title: string };

/** Puts something before the page's title and takes it away again, whatever the page makes of its title meanwhile. */
export function prefixer(page: Page): (prefix: string) => void {
	let own = page.title;
	let put: string | null = null;
	return (prefix) => {
		// Another page, or another language: its title is the one that counts.
		if (page.title !== put) own = page.title;
		const next = prefix ? `${prefix} · ${own}` : own;
		if (page.title !== next) page.title = next;
		put = prefix ? next : null;
	};
}

/** Call once the page is alive. Answers with the way to stop. */
export function followRun(page: Document): () => void {
	const put = prefixer(page);
	const stop = $effect.root(() => {
		$effect(() => put(runningTitle.prefix));
	});
	const back = () => {
		if (!page.hidden) runningTitle.seen();
	};
	page.addEventListener('visibilitychange', back);
	return () => {
		stop();
		put('');
		page.removeEventListener('visibilitychange', back);
	};
}
