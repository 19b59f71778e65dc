// What the reader has done so far, remembered in this browser: which experiments were started and finished, with
// the best measured accuracy, and the page where they left off.

import { localStore, readObject, writeObject, type Store } from './storage';

const KEY = 'fireside.progress';

/** `accuracy`: best test accuracy of a finished run, 0..1; null for experiments without one. */
export type Done = { accuracy: number | null; at: number };
export type Progress = {
	/** Experiments with a run that was begun, perhaps with a saved one. */
	started: string[];
	done: Record<string, Done>;
	/** Path of the chapter read last, without language and base: `chapter/13`. */
	last: string | null;
};

const listeners = new Set<() => void>();

export function readProgress(store: Store | null = localStore()): Progress {
	const found = readObject(store, KEY);
	const progress: Progress = { started: [], done: {}, last: null };
	if (!found) return progress;
	if (Array.isArray(found.started)) {
		progress.started = found.started.filter((id): id is string => typeof id === 'string');
	}
	if (typeof found.done === 'object' && found.done !== null) {
		for (const [id, value] of Object.entries(found.done)) {
			const { accuracy, at } = (value ?? {}) as Partial<Done>;
			if (typeof at !== 'number') continue;
			progress.done[id] = { accuracy: typeof accuracy === 'number' ? accuracy : null, at };
		}
	}
	// Only a plain path: this becomes a link.
	if (typeof found.last === 'string' && /^[a-z0-9][a-z0-9/-]{0,79}$/i.test(found.last))
		progress.last = found.last;
	return progress;
}

function change(edit: (progress: Progress) => void, store: Store | null): void {
	const progress = readProgress(store);
	edit(progress);
	writeObject(store, KEY, progress);
	listeners.forEach((listener) => listener());
}

export function markStarted(id: string, store: Store | null = localStore()): void {
	change((progress) => {
		if (!progress.started.includes(id)) progress.started.push(id);
	}, store);
}

export function markDone(id: string, accuracy: number | null, store: Store | null = localStore()): void {
	change((progress) => {
		const before = progress.done[id]?.accuracy ?? null;
		const best = accuracy === null ? before : Math.max(accuracy, before ?? 0);
		progress.done[id] = { accuracy: best, at: Date.now() };
	}, store);
}

export function markLast(path: string, store: Store | null = localStore()): void {
	change((progress) => {
		progress.last = path.replace(/^\/+|\/+$/g, '');
	}, store);
}

/** The dot beside a chapter: nothing, something, or everything in it done. */
export function chapterMark(experiments: string[], progress: Progress): 'none' | 'half' | 'full' {
	const done = experiments.filter((id) => Object.hasOwn(progress.done, id)).length;
	if (experiments.length > 0 && done === experiments.length) return 'full';
	return done > 0 || experiments.some((id) => progress.started.includes(id)) ? 'half' : 'none';
}

/** Calls back after every change, also from another tab. Answers with the way to stop it. */
export function onProgress(listener: () => void): () => void {
	const foreign = (event: StorageEvent) => {
		if (event.key === KEY) listener();
	};
	listeners.add(listener);
	globalThis.addEventListener?.('storage', foreign);
	return () => {
		listeners.delete(listener);
		globalThis.removeEventListener?.('storage', foreign);
	};
}
