// The data sets of one worker: a pack from the site (manifest and compressed shards), else the built-in sample,
// else the files that the reader dropped. Shards are kept in the browser's cache where there is one.

import type { EngineData, EngineSource } from './engine-types';
import { asFailure, fail } from './failure';
import { fetchOnce, fetchTwice, pause, TOO_LONG, type Fetch, type Fetched } from './fetching';
import type { Notice } from './messages';
import type { ReadApart } from './reading';
import type { DataState } from './wire';

type Notify = (notice: Notice) => void;

/** What packs need of the browser: replaced in tests. `caches` is missing on pages without https. */
export type PackHost = {
	engine: EngineSource;
	fetch: Fetch;
	caches: Pick<CacheStorage, 'open'> | null;
	read: ReadApart;
	now(): number;
	wait?(ms: number): Promise<void>;
};

export const CACHE = 'fireside-packs-1';
/** What is kept of a pack that the site has not: without a connection the built-in sample takes its place, too. */
export const missing = (): Response => new Response(null, { status: 404 });
const MANIFEST_LIMIT = 4 << 20;
/** Official files that the site itself holds, of data that have no packs: they are read as if they had been dropped. */
const HELD: Readonly<Record<string, { at: string; name: string; bytes: number }>> = {
	alice: { at: 'texts/alice.txt', name: 'alice_in_wonderland_pg11.txt', bytes: 167_546 }
};
/** Between two progress notices, in ms. */
const NOTICE_EVERY = 80;

export class Datasets {
	readonly #host: PackHost;
	readonly #data = new Map<string, EngineData>();
	/** One load at a time for each data set: a second one goes on where the first ended. */
	readonly #turns = new Map<string, Promise<unknown>>();

	constructor(host: PackHost) {
		this.#host = host;
	}

	get(name: string): EngineData | null {
		return this.#data.get(name) ?? null;
	}

	/** `first`: enough to look at; `all`: enough to train. */
	load(name: string, rows: 'first' | 'all', base: string, notify: Notify): Promise<DataState> {
		return this.#inTurn(name, () => this.#load(name, rows, base, notify));
	}

	/** The official files, read locally. They take the place of what was loaded under this name. */
	drop(name: string, files: { name: string; bytes: ArrayBuffer }[], notify: Notify): Promise<DataState> {
		return this.#inTurn(name, async () => {
			// Of the reader's own data sets none are the sample again.
			if (files.length === 0 && !name.startsWith('own-')) throw fail('drop_empty', {});
			const [engine, parcel] = await Promise.all([this.#engine(notify), this.#host.read({ name, files })]);
			// Not freed: a run may still be using the old rows.
			const data = engine.Data.from_parcel(parcel);
			this.#data.set(name, data);
			return data.state();
		});
	}

	#inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
		const before = this.#turns.get(name) ?? Promise.resolve();
		const result = before.then(work);
		this.#turns.set(
			name,
			result.catch(() => undefined)
		);
		return result;
	}

	#engine(notify: Notify) {
		return this.#host.engine((loaded, total) => notify({ type: 'engine', loaded, total }));
	}

	async #load(name: string, rows: 'first' | 'all', base: string, notify: Notify): Promise<DataState> {
		const folder = `${base}packs/${encodeURIComponent(name)}/`;
		let data = this.#data.get(name);
		if (!data) {
			// The manifest travels while the engine does.
			const [engine, manifest] = await Promise.all([this.#engine(notify), this.#manifest(folder)]);
			data = manifest
				? engine.Data.from_manifest(manifest)
				: engine.Data.from_parcel(await this.#host.read({ name, files: await this.#held(name, base) }));
			this.#data.set(name, data);
		}
		const wanted = data.wanted();
		// To look at: labels come first, then the first shard of pictures; the loop ends with the first row.
		const enough = () => rows === 'first' && data.state().train.ready > 0;
		const now = enough() ? [] : rows === 'first' ? wanted.slice(0, 2) : wanted;
		const total = now.reduce((sum, shard) => sum + shard.bytes, 0);
		let before = 0;
		let last = -Infinity;
		const progress = (loaded: number, always: boolean) => {
			const at = this.#host.now();
			if (!always && at - last < NOTICE_EVERY) return;
			last = at;
			const state = data.state();
			notify({ type: 'data', data: state, loaded_bytes: before + loaded, total_bytes: total });
		};
		try {
			for (const shard of now) {
				if (enough()) break;
				await this.#shard(data, folder, shard, (loaded) => progress(loaded, false));
				before += shard.bytes;
				progress(0, true);
			}
			return data.state();
		} catch (error) {
			// A pack that could not be closed is of no more use: the next try begins with a new one.
			if (asFailure(error).code === 'internal') this.#data.delete(name);
			throw error;
		}
	}

	/** Null: this site has no such pack. Without a connection the manifest of an earlier visit will do. */
	async #manifest(folder: string): Promise<Uint8Array | null> {
		const url = `${folder}manifest.json`;
		const { fetch, wait } = this.#host;
		const got = await fetchTwice(fetch, url, MANIFEST_LIMIT, () => {}, wait ?? pause);
		if (got.ok) {
			await this.#keep(url, got.bytes);
			return got.bytes;
		}
		if (got.status === 404 || got.status === 410) {
			await this.#put(url, missing());
			return null;
		}
		const kept = await this.#found(url);
		if (kept) return kept.ok ? new Uint8Array(await kept.arrayBuffer()) : null;
		throw fail('pack_unreachable', { file: 'manifest.json', status: String(got.status) });
	}

	/** Null: the site has no official file of it. */
	async #held(name: string, base: string): Promise<{ name: string; bytes: ArrayBuffer }[] | null> {
		const held = Object.hasOwn(HELD, name) ? HELD[name] : undefined;
		if (!held) return null;
		const url = base + held.at;
		const kept = await this.#kept(url);
		if (kept) return [{ name: held.name, bytes: kept.slice().buffer }];
		const { fetch, wait } = this.#host;
		const got = await fetchTwice(fetch, url, held.bytes, () => {}, wait ?? pause);
		if (got.ok) await this.#keep(url, got.bytes.slice());
		else if (got.status === 0) throw fail('pack_unreachable', { file: held.at, status: '0' });
		return got.ok ? [{ name: held.name, bytes: got.bytes.buffer }] : null;
	}

	async #shard(
		data: EngineData,
		folder: string,
		shard: { file: string; bytes: number },
		onBytes: (loaded: number) => void
	): Promise<void> {
		const url = folder + shard.file.split('/').map(encodeURIComponent).join('/');
		const kept = await this.#kept(url);
		if (kept) {
			if (this.#added(data, shard.file, kept)) return;
			await this.#forget(url);
		}
		const { fetch, wait } = this.#host;
		const taken = async (got: Fetched): Promise<boolean> => {
			if (!got.ok && got.status !== TOO_LONG) {
				throw fail('pack_unreachable', { file: shard.file, status: String(got.status) });
			}
			if (!got.ok || !this.#added(data, shard.file, got.bytes)) return false;
			await this.#keep(url, got.bytes);
			return true;
		};
		if (await taken(await fetchTwice(fetch, url, shard.bytes, onBytes, wait ?? pause))) return;
		// Wrong bytes: perhaps an old copy in the browser's own cache. Ask the server itself, once.
		if (await taken(await fetchOnce(fetch, url, shard.bytes, onBytes, { cache: 'reload' }))) return;
		throw fail('pack_checksum', { file: shard.file });
	}

	/** False where the checksum (or the packing) is wrong; other failures are not the transport's fault. */
	#added(data: EngineData, file: string, bytes: Uint8Array): boolean {
		try {
			data.add(file, bytes);
			return true;
		} catch (error) {
			const { code } = asFailure(error);
			if (code === 'worker_died' || code === 'unexpected' || code === 'internal') throw error;
			return false;
		}
	}

	async #found(url: string): Promise<Response | null> {
		try {
			return (await (await this.#host.caches?.open(CACHE))?.match(url)) ?? null;
		} catch {
			return null;
		}
	}

	async #kept(url: string): Promise<Uint8Array | null> {
		try {
			const found = await this.#found(url);
			return found?.ok ? new Uint8Array(await found.arrayBuffer()) : null;
		} catch {
			return null;
		}
	}

	#keep(url: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
		return this.#put(url, new Response(bytes));
	}

	async #put(url: string, response: Response): Promise<void> {
		try {
			await (await this.#host.caches?.open(CACHE))?.put(url, response);
		} catch {
			// No room or not allowed: it is fetched again next time.
		}
	}

	async #forget(url: string): Promise<void> {
		try {
			await (await this.#host.caches?.open(CACHE))?.delete(url);
		} catch {
			// Then it is overwritten by the good one.
		}
	}
}
