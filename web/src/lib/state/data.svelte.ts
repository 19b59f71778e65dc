// What is known of the data sets: shared by all experiments and walls that use the same one.

import type { Notice } from '$lib/engine/messages';
import type { DataState } from '$lib/engine/wire';

export type Loading = { what: 'engine' | 'data' | 'start'; loaded: number; total: number };

class DataShelf {
	#states = $state.raw<Record<string, DataState>>({});

	of(name: string): DataState | null {
		return this.#states[name] ?? null;
	}

	put(name: string, state: DataState): void {
		this.#states = { ...this.#states, [name]: state };
	}
}

export const dataShelf = new DataShelf();

/** The loading bar that a notice asks for; null for notices of another kind. Keeps the shelf up to date. */
export function loadingOf(notice: Notice, dataset: string): Loading | null {
	if (notice.type === 'engine') return { what: 'engine', loaded: notice.loaded, total: notice.total };
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

export async function readFiles(files: readonly File[]): Promise<{ name: string; bytes: ArrayBuffer }[]> {
	return Promise.all(files.map(async (file) => ({ name: file.name, bytes: await file.arrayBuffer() })));
}
