// The runs in the browser's IndexedDB, so that they outlive the visit: bounded in number and bytes. What a reader has
// not named goes first, the oldest before all.

import type { RunRecord } from './record';

export interface RunKeep {
	/** Everything of an experiment, as it lies there. */
	all(experiment: string): Promise<unknown[]>;
	/**
	 * Keeps it; tells the ids of those that had to leave for it. Without `makeRoom` nobody leaves: where there is no
	 * room it fails with `NoRoom`.
	 */
	put(record: RunRecord, makeRoom?: boolean): Promise<string[]>;
	remove(record: Pick<RunRecord, 'experiment' | 'id'>): Promise<void>;
	/** `changed` is called whenever another tab has changed the runs of this experiment. */
	heed?(experiment: string, changed: () => void): void;
}

/** What is here counts more than what comes from a file. */
export class NoRoom extends Error {
	override readonly name = 'NoRoom';
}

export type Bounds = { /** Of an experiment. */ runs: number; /** Of all together. */ bytes: number };
export const BOUNDS: Bounds = { runs: 100, bytes: 24_000_000 };

export type Held = { id: string; experiment: string; named: boolean; created: number; bytes: number };

/** Who has to leave when `added` comes, or has changed, so that the bounds hold. */
export function leaving(held: readonly Held[], added: Held, bounds: Bounds): Held[] {
	const others = held
		.filter(({ id, experiment }) => id !== added.id || experiment !== added.experiment)
		.sort((a, b) => Number(a.named) - Number(b.named) || a.created - b.created);
	const gone: Held[] = [];
	let bytes = others.reduce((sum, one) => sum + one.bytes, added.bytes);
	let runs = others.filter(({ experiment }) => experiment === added.experiment).length + 1;
	for (const one of others) {
		const crowded = runs > bounds.runs && one.experiment === added.experiment;
		if (!crowded && bytes <= bounds.bytes) continue;
		gone.push(one);
		bytes -= one.bytes;
		if (one.experiment === added.experiment) runs -= 1;
	}
	return gone;
}

/** Of its own text; IndexedDB's own form is about as long. */
export function bytesOf(record: RunRecord): number {
	return JSON.stringify(record).length;
}

const NAME = 'fireside.runs';
const STORE = 'runs';
/** Everything that the bounds need, in a key: it is read without the runs themselves. Ids are of an experiment. */
const SIZES = 'sizes';

type Stored = {
	id: string;
	experiment: string;
	record: RunRecord;
	named: 0 | 1;
	created: number;
	bytes: number;
};

/** One for the whole page, so that it hears the other tabs and not itself. */
let channel: BroadcastChannel | null = null;
function tabs(): BroadcastChannel | null {
	if (typeof BroadcastChannel === 'undefined') return null;
	return (channel ??= new BroadcastChannel(NAME));
}
function tell(experiments: Iterable<string>): void {
	for (const experiment of new Set(experiments)) tabs()?.postMessage(experiment);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
	});
}

function finished(work: IDBTransaction): Promise<void> {
	return new Promise((resolve, reject) => {
		work.oncomplete = () => resolve();
		// A full disk ends the transaction, not the request.
		work.onabort = () => reject(work.error ?? new Error('IndexedDB gave up'));
	});
}

async function open(): Promise<IDBDatabase> {
	const request = indexedDB.open(NAME, 1);
	request.onupgradeneeded = () => {
		const store = request.result.createObjectStore(STORE, { keyPath: ['experiment', 'id'] });
		store.createIndex('experiment', 'experiment');
		store.createIndex(SIZES, ['experiment', 'named', 'created', 'bytes']);
	};
	const database = await done(request);
	// Another tab brings a newer version: make room, the next call opens again.
	database.onversionchange = () => database.close();
	return database;
}

function held(store: IDBObjectStore): Promise<Held[]> {
	return new Promise((resolve, reject) => {
		const all: Held[] = [];
		const request = store.index(SIZES).openKeyCursor();
		request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
		request.onsuccess = () => {
			const cursor = request.result;
			if (!cursor) return resolve(all);
			const [experiment, named, created, bytes] = cursor.key as [string, number, number, number];
			const [, id] = cursor.primaryKey as [string, string];
			all.push({ id, experiment, named: named === 1, created, bytes });
			cursor.continue();
		};
	});
}

export function indexedKeep(bounds: Bounds = BOUNDS): RunKeep {
	let opened: Promise<IDBDatabase> | null = null;
	async function transaction(mode: IDBTransactionMode): Promise<IDBTransaction> {
		for (let round = 0; ; round += 1) {
			try {
				opened ??= open();
				return (await opened).transaction(STORE, mode);
			} catch (error) {
				// Closed in the meantime, or not to be had now: the next call tries anew.
				opened = null;
				const closed = error instanceof DOMException && error.name === 'InvalidStateError';
				if (!closed || round > 0) throw error;
			}
		}
	}
	return {
		async all(experiment) {
			const work = await transaction('readonly');
			const found = await done<Stored[]>(work.objectStore(STORE).index('experiment').getAll(experiment));
			return found.map(({ record }) => record);
		},
		async put(record, makeRoom = true) {
			const work = await transaction('readwrite');
			const end = finished(work);
			// Told by the end; not a rejection that nobody takes when something else fails before.
			end.catch(() => undefined);
			const store = work.objectStore(STORE);
			const { id, experiment, created } = record;
			const bytes = bytesOf(record);
			const named = record.name !== '';
			const gone = leaving(await held(store), { id, experiment, named, created, bytes }, bounds);
			if (gone.length > 0 && !makeRoom) throw new NoRoom(id);
			for (const other of gone) store.delete([other.experiment, other.id]);
			store.put({ id, experiment, named: named ? 1 : 0, created, bytes, record } satisfies Stored);
			await end;
			tell([experiment, ...gone.map((other) => other.experiment)]);
			return gone.map((other) => other.id);
		},
		async remove({ experiment, id }) {
			const work = await transaction('readwrite');
			const end = finished(work);
			end.catch(() => undefined);
			work.objectStore(STORE).delete([experiment, id]);
			await end;
			tell([experiment]);
		},
		heed(experiment, changed) {
			tabs()?.addEventListener('message', ({ data }) => data === experiment && changed());
		}
	};
}

/** As long as the page lives: for browsers without storage, and for tests. */
export function memoryKeep(): RunKeep {
	const records = new Map<string, RunRecord>();
	return {
		all: async (experiment) => [...records.values()].filter((one) => one.experiment === experiment),
		put: async (record) => {
			records.set(`${record.experiment} ${record.id}`, record);
			return [];
		},
		remove: async ({ experiment, id }) => void records.delete(`${experiment} ${id}`)
	};
}
