// Small tools shared by the engine's host side and the states.

import { clearUpperHalves } from './upper-halves';

/** A turnstile: what is passed in runs one after the other, in order, whatever became of the one before. */
export function exclusively(): <T>(work: () => T | Promise<T>) => Promise<T> {
	let tail: Promise<unknown> = Promise.resolve();
	return (work) => {
		const result = tail.then(work);
		tail = result.catch(() => undefined);
		return result;
	};
}

/** 0 for an empty list. */
export function median(values: number[]): number {
	if (values.length === 0) return 0;
	const sorted = values.slice().sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	const upper = sorted[middle] ?? 0;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Bytes with a buffer of their own, which may be handed to another thread (a view into wasm memory may not). */
export function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
	const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
	if (whole && bytes.buffer instanceof ArrayBuffer) return bytes as Uint8Array<ArrayBuffer>;
	return new Uint8Array(bytes);
}

/**
 * Back after all messages that wait now were delivered. A message to oneself, because `setTimeout` waits at
 * least 4 ms once it is nested.
 */
export function makeBreathe(): () => Promise<void> {
	const { port1, port2 } = new MessageChannel();
	const waiting: (() => void)[] = [];
	port1.onmessage = () => {
		clearUpperHalves();
		waiting.shift()?.();
	};
	return () =>
		new Promise((resolve) => {
			waiting.push(resolve);
			port2.postMessage(null);
		});
}
