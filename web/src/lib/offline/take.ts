// *Take this chapter with you*: what a chapter needs is fetched, checked against its checksums, and kept. Used by the
// page; what is fetched here is found again by the workers, in the caches that they look into themselves.

import { fetchTwice, sha256, type Fetch } from '../engine/fetching';
import { CACHE as PACKS, missing } from '../engine/packs';
import { fileAnswer } from './answers';
import { cacheName, type Listed, type OfflineFile } from './names';

/** What a chapter wants: names of data sets, kinds of engines, models with their checksums. */
export type Wanted = { packs: string[]; engines: ('cpu' | 'gpu')[]; files: Listed[] };
export type TakeHost = { root: string; version: string; fetch: Fetch; caches: Pick<CacheStorage, 'open'> };
export type Progress = (loaded: number, total: number) => void;

/** `file`: what did not come. `room`: the browser keeps no more. */
export class NotTaken extends Error {
	readonly file: string;
	readonly room: boolean;

	constructor(file: string, room = false) {
		super(file);
		this.file = file;
		this.room = room;
	}
}

const SMALL = 4 << 20;
/** No file of a site is larger. */
const LARGE = 256 << 20;

type Item = Listed & { cache: string };
type Loose = Record<string, unknown>;

const isRecord = (value: unknown): value is Loose => typeof value === 'object' && value !== null;

/** A listing comes from the network: a name is a name, a length is one, or there is nothing to take. */
function listedIn(value: unknown, folder = ''): Listed | null {
	if (!isRecord(value)) return null;
	const { bytes, sha256: sum } = value;
	const path = value['path'] ?? value['file'];
	const named = typeof path === 'string' && /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(path);
	if (!named || typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0 || bytes > LARGE) {
		return null;
	}
	return typeof sum === 'string' && /^[0-9a-f]{64}$/.test(sum)
		? { path: folder + path, bytes, sha256: sum }
		: null;
}

/** The files of a pack, from its manifest. */
export function filesOfPack(manifest: unknown, folder: string): Listed[] {
	const files: Listed[] = [];
	const look = (value: unknown, depth: number) => {
		if (!isRecord(value) || depth > 6) return;
		if ('file' in value) {
			const found = listedIn(value, folder);
			if (!found) throw new NotTaken(`${folder}manifest.json`);
			files.push(found);
		} else for (const inner of Object.values(value)) look(inner, depth + 1);
	};
	look(manifest, 0);
	return files;
}

export class Taking {
	readonly #host: TakeHost;
	readonly #signal: AbortSignal;

	constructor(host: TakeHost, signal: AbortSignal) {
		this.#host = host;
		this.#signal = signal;
	}

	/** Resolves with the bytes that the chapter has on this device. Throws `NotTaken`, or what the signal says. */
	async take(wanted: Wanted, onProgress: Progress): Promise<number> {
		const items = await this.#items(wanted);
		const total = items.reduce((sum, item) => sum + item.bytes, 0);
		let before = 0;
		onProgress(0, total);
		for (const item of items) {
			await this.#one(item, (loaded) => onProgress(before + loaded, total));
			before += item.bytes;
			onProgress(before, total);
		}
		return total;
	}

	async #items({ packs, engines, files }: Wanted): Promise<Item[]> {
		const site = cacheName(this.#host.root, this.#host.version);
		const offline = (await this.#json('offline.json', null)) as Partial<OfflineFile> | null;
		// Another version than this page's: the new one has to be loaded first.
		if (!isRecord(offline) || offline.version !== this.#host.version) throw new NotTaken('offline.json');
		const items: Item[] = files.map((file) => ({ ...file, cache: site }));
		for (const kind of engines) {
			const engine = listedIn((offline.engines as Loose | undefined)?.[kind]);
			if (!engine) throw new NotTaken(kind);
			items.push({ ...engine, cache: site });
		}
		for (const name of packs) {
			const folder = `packs/${encodeURIComponent(name)}/`;
			// A site without this pack trains on the built-in sample, which is part of the engine.
			const manifest = await this.#json(`${folder}manifest.json`, PACKS);
			if (manifest) items.push(...filesOfPack(manifest, folder).map((file) => ({ ...file, cache: PACKS })));
		}
		return items;
	}

	async #json(path: string, cache: string | null): Promise<unknown> {
		const url = this.#host.root + path;
		const got = await this.#fetch(url, SMALL, () => {});
		if (!got.ok && (got.status === 404 || got.status === 410)) {
			if (cache) await this.#keep(cache, url, path, missing());
			return null;
		}
		if (!got.ok) throw new NotTaken(path);
		let value: unknown;
		try {
			value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(got.bytes));
		} catch {
			throw new NotTaken(path);
		}
		if (cache) await this.#keep(cache, url, path, new Response(got.bytes));
		return value;
	}

	async #one(item: Item, onBytes: (loaded: number) => void): Promise<void> {
		const url = this.#host.root + item.path;
		const kept = await (await this.#host.caches.open(item.cache)).match(url);
		if (kept && (await sha256(new Uint8Array(await kept.arrayBuffer()))) === item.sha256) return;
		this.#signal.throwIfAborted();
		const got = await this.#fetch(url, item.bytes, onBytes);
		if (!got.ok || (await sha256(got.bytes)) !== item.sha256) throw new NotTaken(item.path);
		const answer = item.cache === PACKS ? new Response(got.bytes) : fileAnswer(item.path, got.bytes.buffer);
		await this.#keep(item.cache, url, item.path, answer);
	}

	async #fetch(url: string, limit: number, onBytes: (loaded: number) => void) {
		const init: RequestInit = { signal: this.#signal };
		const got = await fetchTwice(this.#host.fetch, url, limit, onBytes, undefined, init);
		this.#signal.throwIfAborted();
		return got;
	}

	async #keep(cache: string, url: string, path: string, answer: Response): Promise<void> {
		try {
			await (await this.#host.caches.open(cache)).put(url, answer);
		} catch {
			throw new NotTaken(path, true);
		}
	}
}
