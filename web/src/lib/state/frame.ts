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

/** A page that is hidden while it waits for its frame gets none: then a timer does it, in ms. */
const FRAMELESS = 1000;

/** Hidden pages get no frames; timers they do get, once a second. */
export const pageTicker: Ticker = {
	now: () => performance.now(),
	after(ms, work) {
		let frame = 0;
		let timer = setTimeout(() => {
			if (typeof requestAnimationFrame === 'undefined' || document.hidden) return work();
			const once = () => {
				callOff();
				work();
			};
			frame = requestAnimationFrame(once);
			timer = setTimeout(once, FRAMELESS);
		}, ms);
		const callOff = () => {
			clearTimeout(timer);
			if (frame) cancelAnimationFrame(frame);
		};
		return callOff;
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
