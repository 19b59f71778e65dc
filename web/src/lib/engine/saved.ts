// Runs saved in the browser (OPFS), so that a reload or a killed tab loses at most the last few seconds.
//
// One file per experiment: a line of magic, the length of a JSON header, the header, the engine's checkpoint, and
// a SHA-256 over everything before it. It is written under a temporary name and then moved, so that there is
// always one whole file; what is read is checked, and a damaged file is removed.

import { fail } from './failure';
import { sha256 } from './fetching';
import { readHistory, type History } from './history';
import type { RunState } from './wire';

/** Named bytes that outlive the page. A missing name reads as null. */
export interface ByteStore {
	read(name: string): Promise<Uint8Array<ArrayBuffer> | null>;
	write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
	move(from: string, to: string): Promise<void>;
	remove(name: string): Promise<void>;
}

/** What is saved of a run. `data` is the checksum of the rows it was trained on. */
export type Saved = { id: string; run: RunState; data: string; history: History; checkpoint: Uint8Array };

const MAGIC = new TextEncoder().encode('FIRESIDE RUN 1\n');
const DIGEST = 32;

function fromHex(hex: string | null): Uint8Array {
	// Without crypto.subtle there is no OPFS either (both need https): the in-memory store needs no digest.
	const bytes = new Uint8Array(DIGEST);
	if (hex) for (let i = 0; i < DIGEST; i++) bytes[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
	return bytes;
}

export async function pack(saved: Saved): Promise<Uint8Array<ArrayBuffer>> {
	const { checkpoint, ...rest } = saved;
	const header = new TextEncoder().encode(JSON.stringify(rest));
	const body = MAGIC.length + 4 + header.length + checkpoint.length;
	const file = new Uint8Array(body + DIGEST);
	file.set(MAGIC, 0);
	new DataView(file.buffer).setUint32(MAGIC.length, header.length, true);
	file.set(header, MAGIC.length + 4);
	file.set(checkpoint, MAGIC.length + 4 + header.length);
	file.set(fromHex(await sha256(file.subarray(0, body))), body);
	return file;
}

function isRunState(value: unknown): value is RunState {
	if (typeof value !== 'object' || value === null) return false;
	const run = value as Partial<RunState>;
	const counts = [run.seed, run.epoch, run.step, run.update, run.steps_per_epoch, run.epochs];
	return typeof run.text === 'string' && counts.every((n) => typeof n === 'number');
}

/** Null: damaged, foreign, or cut off. */
export async function unpack(file: Uint8Array<ArrayBuffer>): Promise<Saved | null> {
	const body = file.length - DIGEST;
	if (body < MAGIC.length + 4 || !MAGIC.every((byte, i) => file[i] === byte)) return null;
	const digest = fromHex(await sha256(file.subarray(0, body)));
	if (!digest.every((byte, i) => file[body + i] === byte)) return null;
	const length = new DataView(file.buffer, file.byteOffset).getUint32(MAGIC.length, true);
	const start = MAGIC.length + 4 + length;
	if (start > body) return null;
	try {
		const header: unknown = JSON.parse(new TextDecoder().decode(file.subarray(MAGIC.length + 4, start)));
		const { id, run, data, history } = header as Partial<Record<keyof Saved, unknown>>;
		const shown = readHistory(history);
		if (typeof id !== 'string' || typeof data !== 'string' || !isRunState(run) || !shown) return null;
		return { id, run, data, history: shown, checkpoint: file.slice(start, body) };
	} catch {
		return null;
	}
}

/** The saved runs of this browser, one per experiment. */
export class SavedRuns {
	readonly #store: ByteStore;
	/** What the store refused: as good as saved, as long as this worker lives. */
	#held: Saved | null = null;
	/** Writes and reads of one worker never cross. */
	#turn: Promise<unknown> = Promise.resolve();

	constructor(store: ByteStore) {
		this.#store = store;
	}

	/** Where the store refuses, that is thrown; `read` gives it all the same, while this worker lives. */
	write(saved: Saved): Promise<void> {
		return this.#inTurn(async () => {
			const name = nameOf(saved.id);
			let whole = false;
			try {
				await this.#store.write(`${name}.new`, await pack(saved));
				whole = true;
				await this.#store.move(`${name}.new`, name);
				if (this.#held?.id === saved.id) this.#held = null;
			} catch (error) {
				this.#held = { ...saved, history: structuredClone(saved.history) };
				// Half a file would fill what room is left.
				if (!whole) await this.#store.remove(`${name}.new`).catch(() => undefined);
				throw error;
			}
		});
	}

	/** Throws `checkpoint_corrupt` once for a damaged file, which is then gone. */
	read(id: string): Promise<Saved | null> {
		return this.#inTurn(async () => {
			const name = nameOf(id);
			if (this.#held?.id === id) return { ...this.#held, history: structuredClone(this.#held.history) };
			let damaged = false;
			// The temporary file counts where the tab died in the middle of a replacement that is not atomic.
			for (const candidate of [name, `${name}.new`]) {
				const file = await this.#store.read(candidate);
				if (!file) continue;
				const saved = await unpack(file);
				if (saved && saved.id === id) return saved;
				await this.#store.remove(candidate);
				// A half-written temporary file is no loss as such: it never was the saved run.
				if (candidate === name) damaged = true;
			}
			if (damaged) throw fail('checkpoint_corrupt', { id });
			return null;
		});
	}

	remove(id: string): Promise<void> {
		return this.#inTurn(async () => {
			if (this.#held?.id === id) this.#held = null;
			await this.#store.remove(`${nameOf(id)}.new`);
			await this.#store.remove(nameOf(id));
		});
	}

	#inTurn<T>(work: () => Promise<T>): Promise<T> {
		const result = this.#turn.then(work);
		this.#turn = result.catch(() => undefined);
		return result;
	}
}

/** A name that every file system takes, different for different ids. */
export function nameOf(id: string): string {
	return `run-${Array.from(id, (c) => (/[A-Za-z0-9.-]/.test(c) ? c : `_${c.codePointAt(0)?.toString(16)}_`)).join('')}`;
}

/** Keeps nothing, and says so: where the browser has no OPFS, or does not let us. `SavedRuns` holds on to the last run. */
export function refusingStore(reason: unknown): ByteStore {
	return {
		read: async () => null,
		write: async () => {
			throw reason;
		},
		move: async () => undefined,
		remove: async () => undefined
	};
}

/** In workers only, so TypeScript's page library does not have it. */
interface SyncAccessHandle {
	truncate(size: number): void;
	write(bytes: Uint8Array, options: { at: number }): number;
	flush(): void;
	close(): void;
}
type WorkerFile = FileSystemFileHandle & {
	createSyncAccessHandle?(): Promise<SyncAccessHandle>;
	move?(name: string): Promise<void>;
};

function missing(error: unknown): boolean {
	return error instanceof DOMException && error.name === 'NotFoundError';
}

export function opfsStore(folder: FileSystemDirectoryHandle): ByteStore {
	const read = async (name: string) => {
		try {
			const handle = await folder.getFileHandle(name);
			return new Uint8Array(await (await handle.getFile()).arrayBuffer());
		} catch (error) {
			if (missing(error)) return null;
			throw error;
		}
	};
	const write = async (name: string, bytes: Uint8Array<ArrayBuffer>) => {
		const handle = (await folder.getFileHandle(name, { create: true })) as WorkerFile;
		if (handle.createSyncAccessHandle) {
			const file = await handle.createSyncAccessHandle();
			try {
				file.truncate(0);
				if (file.write(bytes, { at: 0 }) !== bytes.length) throw new Error('short write');
				file.flush();
			} finally {
				file.close();
			}
		} else {
			const file = await handle.createWritable();
			await file.write(bytes);
			await file.close();
		}
	};
	const remove = async (name: string) => {
		try {
			await folder.removeEntry(name);
		} catch (error) {
			if (!missing(error)) throw error;
		}
	};
	const move = async (from: string, to: string) => {
		const handle = (await folder.getFileHandle(from)) as WorkerFile;
		try {
			if (!handle.move) throw new TypeError('no move');
			await handle.move(to);
		} catch {
			// No move here, or not onto a file that exists. The temporary file stays until the other is whole.
			const bytes = await read(from);
			if (bytes) await write(to, bytes);
			await remove(from);
		}
	};
	return { read, write, move, remove };
}

/** OPFS where the browser has and allows it; what else is saved is refused, so that the reader hears of it. */
export async function openStore(): Promise<ByteStore> {
	try {
		const root = await navigator.storage.getDirectory();
		return opfsStore(await root.getDirectoryHandle('runs', { create: true }));
	} catch (error) {
		return refusingStore(error);
	}
}
