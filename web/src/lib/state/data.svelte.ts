// What is known of the data sets: shared by all experiments and walls that use the same one.

import type { Requester } from '$lib/engine/requester';
import { fail } from '$lib/engine/failure';
import type { Notice } from '$lib/engine/messages';
import type { DataState } from '$lib/engine/wire';

export type Loading = {
	what: 'engine' | 'data' | 'start' | 'compile' | 'measure';
	loaded: number;
	total: number;
};

class DataShelf {
	#states = $state.raw<Record<string, DataState>>({});
	/** The reader's own files, and the workers (by their generation) that have read them. */
	readonly #dropped = new Map<string, { files: File[]; readers: WeakMap<Requester, number> }>();

	of(name: string): DataState | null {
		return this.#states[name] ?? null;
	}

	put(name: string, state: DataState): void {
		this.#states = { ...this.#states, [name]: state };
	}

	/** `read`: this worker has read them. */
	dropped(name: string, client: Requester): { files: File[]; read: boolean } | null {
		const dropped = this.#dropped.get(name);
		return dropped ? { files: dropped.files, read: dropped.readers.get(client) === client.generation } : null;
	}

	keepDropped(name: string, files: File[], client: Requester): void {
		const before = this.#dropped.get(name);
		const dropped = before?.files === files ? before : { files, readers: new WeakMap() };
		dropped.readers.set(client, client.generation);
		this.#dropped.set(name, dropped);
	}

	/** Files that no engine has read yet: each reads them when it needs the data. */
	offer(name: string, files: File[]): void {
		this.#dropped.set(name, { files, readers: new WeakMap() });
	}

	forgetDropped(name: string): void {
		this.#dropped.delete(name);
	}
}

export const dataShelf = new DataShelf();

/** The loading bar that a notice asks for; null for notices of another kind. Keeps the shelf up to date. */
export function loadingOf(notice: Notice, dataset: string): Loading | null {
	if (notice.type === 'engine') return { what: 'engine', loaded: notice.loaded, total: notice.total };
	if (notice.type === 'compile') return { what: 'compile', loaded: notice.made, total: notice.expected };
	if (notice.type !== 'data') return null;
	dataShelf.put(dataset, notice.data);
	return { what: 'data', loaded: notice.loaded_bytes, total: notice.total_bytes };
}

const MEGABYTE = 1 << 20;
/** More than any official archive here; the readers have their own, tighter limits. */
const DROP_LIMIT = 400 * MEGABYTE;

/** Refused before anything is read. */
export function tooLarge(files: readonly File[]): { megabytes: string; limit: string } | null {
	const bytes = files.reduce((sum, file) => sum + file.size, 0);
	if (bytes <= DROP_LIMIT) return null;
	return { megabytes: String(Math.ceil(bytes / MEGABYTE)), limit: String(DROP_LIMIT / MEGABYTE) };
}

/** The official files, as the reader dropped or chose them. They are read on this device only. */
export async function dropInto(client: Requester, name: string, files: File[]): Promise<DataState> {
	if (files.length === 0) throw fail('drop_empty', {});
	const refused = tooLarge(files);
	if (refused) throw fail('drop_too_large', refused);
	const contents = await Promise.all(
		files.map(async (file) => ({ name: file.name, bytes: await file.arrayBuffer() }))
	);
	const { data } = await client.request({ type: 'drop_data', name, files: contents });
	dataShelf.keepDropped(name, files, client);
	return data;
}

/** The built-in sample in place of what was dropped before. */
export async function sampleInto(client: Requester, name: string): Promise<DataState> {
	const { data } = await client.request({ type: 'drop_data', name, files: [] });
	dataShelf.forgetDropped(name);
	return data;
}

/**
 * The data is in the worker: what the reader dropped, else the site's. A new worker (another engine, or one in place of
 * one that died) reads the dropped files again.
 */
export async function loadInto(
	client: Requester,
	name: string,
	rows: 'first' | 'all',
	onNotice?: (notice: Notice) => void
): Promise<DataState> {
	const dropped = dataShelf.dropped(name, client);
	if (dropped && !dropped.read) {
		try {
			await dropInto(client, name, dropped.files);
		} catch (error) {
			// Moved or changed since. Where the engine refuses what it took before, something else is wrong.
			if (!(error instanceof DOMException)) throw error;
			dataShelf.forgetDropped(name);
		}
	}
	const { data } = await client.request({ type: 'load_data', name, rows }, onNotice);
	dataShelf.put(name, data);
	return data;
}
