// Updates of what is drawn: at most one per `gap` ms, and in an animation frame, so that a burst of notices
// costs one rendering and no task on the main thread grows long.

export type Drawn = {
	/** Draw soon. */
	ask(): void;
	/** Draw now, and drop what was asked. */
	now(): void;
};

export type Ticker = {
	now(): number;
	/** In `ms` or later, together with a frame where there are frames. Answers with the way to call it off. */
	after(ms: number, work: () => void): () => void;
};

/** Hidden pages get no frames; timers they do get, once a second. */
export const pageTicker: Ticker = {
	now: () => performance.now(),
	after(ms, work) {
		let frame = 0;
		const timer = setTimeout(() => {
			if (typeof requestAnimationFrame === 'undefined' || document.hidden) work();
			else frame = requestAnimationFrame(work);
		}, ms);
		return () => {
			clearTimeout(timer);
			if (frame) cancelAnimationFrame(frame);
		};
	}
};

export function drawn(work: () => void, gap: number, ticker: Ticker = pageTicker): Drawn {
	let last = -Infinity;
	let callOff: (() => void) | null = null;
	const now = () => {
		callOff?.();
		callOff = null;
		last = ticker.now();
		work();
	};
	const ask = () => {
		callOff ??= ticker.after(Math.max(0, last + gap - ticker.now()), now);
	};
	return { ask, now };
}
