// The worker that keeps the site for use without a connection: one cache for each version, filled with files whose
// checksums are right and with nothing else. A version is never mixed with another one: what a page of an older
// version asks for comes from that version's cache, or not at all.

import { fileAnswer, isolated, noConnection } from './answers';
import { cacheName, cachePrefix, digest, type FromKeeper } from './names';

/** Put into the worker when the site is built (`web/offline.js`): checksums by path, and what every page needs. */
export type SiteFiles = { version: string; files: Record<string, string>; shell: string[] };

/** The parts of a service worker that are used; TypeScript's page library has none of them. */
export type KeptClient = {
	id: string;
	type: string;
	postMessage(message: FromKeeper, transfer: Transferable[]): void;
};
export type KeeperHost = {
	scope: string;
	caches: CacheStorage;
	fetch: typeof fetch;
	client(id: string): Promise<KeptClient | undefined>;
	windows(): Promise<readonly KeptClient[]>;
	/** Looks whether the host has another version by now. */
	lookForUpdate(): void;
	/** A newer worker than this one is here, or coming: its cache is not an old one. */
	newer(): boolean;
};
export type Asked = {
	request: Request;
	clientId: string;
	resultingClientId: string;
	waitUntil(work: Promise<unknown>): void;
};

/** How long a page may take to say its version. A page that sleeps does not answer, and asks for nothing either. */
const ANSWER_WITHIN = 500;
/** Downloads at the same time. */
const LANES = 6;

const hashed = (path: string) => path.startsWith('_app/immutable/');
const isPage = (path: string) => path.endsWith('.html');
const isData = (path: string) => path.endsWith('__data.json');

export class Keeper {
	readonly #site: SiteFiles;
	readonly #host: KeeperHost;
	readonly #name: string;
	/** Pages that came from the host in another version than this one: none of their files is taken from here. */
	readonly #strangers = new Set<string>();

	constructor(site: SiteFiles, host: KeeperHost) {
		this.#site = site;
		this.#host = host;
		this.#name = cacheName(host.scope, site.version);
	}

	/** All of the shell, or nothing: a version that is not whole does not become the one that answers. */
	async install(): Promise<void> {
		const cache = await this.#host.caches.open(this.#name);
		const waiting = [...this.#site.shell];
		const lane = async () => {
			for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
				if (await this.#kept(cache, path)) continue;
				const bytes = (await this.#fromOlder(path)) ?? (await this.#fetched(path));
				if (!bytes) throw new Error(`${path} is not of version ${this.#site.version}`);
				await cache.put(this.#url(path), fileAnswer(path, bytes));
			}
		};
		await Promise.all(Array.from({ length: LANES }, lane));
	}

	/** Null: not this site's, the browser does as without a worker. */
	answer(asked: Asked): Promise<Response> | null {
		const { request, clientId } = asked;
		if (request.method !== 'GET' || !request.url.startsWith(this.#host.scope)) return null;
		const path = this.#path(request.url);
		// Packs are kept by the worker that reads them, with checksums of their own; this one is asked by nobody else.
		if (path === null || path.startsWith('packs/') || path === '_app/version.json') return null;
		const page = request.mode === 'navigate';
		if (page) asked.waitUntil(this.#sweep());
		if (!page && this.#strangers.has(clientId)) return this.#fromHost(request);
		if (Object.hasOwn(this.#site.files, path)) return this.#file(path, asked);
		if (page && Object.hasOwn(this.#site.files, `${path}/index.html`)) {
			const { search } = new URL(request.url);
			return Promise.resolve(Response.redirect(`${this.#url(path)}/${search}`, 302));
		}
		return this.#other(request, page);
	}

	/** What this version does not know: a file of an older page, or of the host. */
	async #other(request: Request, page: boolean): Promise<Response> {
		if (!page) {
			for (const name of await this.#older()) {
				const found = await (await this.#host.caches.open(name)).match(request.url);
				if (found) return found;
			}
			return this.#fromHost(request);
		}
		return this.#fromHost(request).catch(() => noConnection(this.#host.scope));
	}

	async #fromHost(request: Request): Promise<Response> {
		return isolated(await this.#host.fetch(request));
	}

	async #file(path: string, asked: Asked): Promise<Response> {
		const page = asked.request.mode === 'navigate';
		const from = page || hashed(path) ? this.#name : await this.#cacheOf(asked.clientId);
		const cache = await this.#host.caches.open(from);
		if (from !== this.#name) {
			const old = await cache.match(this.#url(path));
			// The page asks again as a whole, and gets the new version.
			return old ?? (isData(path) ? new Response(null, { status: 503 }) : this.#fromHost(asked.request));
		}
		const kept = await this.#kept(cache, path);
		if (kept) {
			if (isPage(path) || isData(path)) asked.waitUntil(this.#keepTwin(path));
			return fileAnswer(path, kept);
		}
		const older = hashed(path) ? await this.#fromOlder(path) : null;
		if (older) {
			asked.waitUntil(cache.put(this.#url(path), fileAnswer(path, older)));
			return fileAnswer(path, older);
		}
		let response: Response;
		try {
			// A page's own request follows redirects only as a page may; what is kept is asked for by its full name.
			response = await this.#host.fetch(this.#url(path), { cache: 'no-cache', signal: asked.request.signal });
		} catch (error) {
			if (page) return noConnection(this.#host.scope);
			throw error;
		}
		if (!response.ok) return isolated(response);
		if (!isPage(path) && !isData(path)) return this.#passing(path, response, asked);
		const bytes = await response.arrayBuffer();
		if ((await digest(bytes)) === this.#site.files[path]) {
			asked.waitUntil(cache.put(this.#url(path), fileAnswer(path, bytes)).then(() => this.#keepTwin(path)));
			return fileAnswer(path, bytes);
		}
		// The host has another version. Its page is shown as it is; data for a page of this version are of no use.
		this.#host.lookForUpdate();
		if (!page) return new Response(null, { status: 503 });
		this.#strangers.add(asked.resultingClientId);
		return fileAnswer(path, bytes);
	}

	/** To the page while it comes, as engines show their progress; kept when it was whole and right. */
	#passing(path: string, response: Response, asked: Asked): Response {
		const copy = response.clone();
		const keep = async () => {
			const bytes = await copy.arrayBuffer();
			if ((await digest(bytes)) !== this.#site.files[path]) return;
			const cache = await this.#host.caches.open(this.#name);
			await cache.put(this.#url(path), fileAnswer(path, bytes));
		};
		// Cut off, or no room: it is fetched again next time.
		asked.waitUntil(keep().catch(() => undefined));
		return isolated(response);
	}

	/** A page that was opened by a link has only asked for its data, and one that was loaded only for its text. */
	async #keepTwin(path: string): Promise<void> {
		const twin = isPage(path)
			? path.replace(/index\.html$/, '__data.json')
			: path.replace(/__data\.json$/, 'index.html');
		if (!Object.hasOwn(this.#site.files, twin)) return;
		const cache = await this.#host.caches.open(this.#name);
		if (await cache.match(this.#url(twin))) return;
		const bytes = await this.#fetched(twin).catch(() => null);
		if (bytes) await cache.put(this.#url(twin), fileAnswer(twin, bytes));
	}

	/** Bytes in the cache, if they are still what they were: a cache is no better than the network. */
	async #kept(cache: Cache, path: string): Promise<ArrayBuffer | null> {
		const found = await cache.match(this.#url(path)).catch(() => undefined);
		if (!found) return null;
		const bytes = await found.arrayBuffer();
		if ((await digest(bytes)) === this.#site.files[path]) return bytes;
		await cache.delete(this.#url(path));
		return null;
	}

	/** Null: the host has something else by that name. Without a connection it throws. */
	async #fetched(path: string): Promise<ArrayBuffer | null> {
		const response = await this.#host.fetch(this.#url(path), { cache: 'no-cache' });
		if (!response.ok) return null;
		const bytes = await response.arrayBuffer();
		return (await digest(bytes)) === this.#site.files[path] ? bytes : null;
	}

	/** The same file in the cache of an older version need not be fetched again. */
	async #fromOlder(path: string): Promise<ArrayBuffer | null> {
		for (const name of await this.#older()) {
			const found = await (await this.#host.caches.open(name)).match(this.#url(path));
			const bytes = await found?.arrayBuffer();
			if (bytes && (await digest(bytes)) === this.#site.files[path]) return bytes;
		}
		return null;
	}

	/** Caches of other versions of this site. */
	async #older(): Promise<string[]> {
		const prefix = cachePrefix(this.#host.scope);
		const names = await this.#host.caches.keys();
		return names.filter((name) => name.startsWith(prefix) && name !== this.#name);
	}

	/** The cache of the version that a page is of. */
	async #cacheOf(clientId: string): Promise<string> {
		const older = await this.#older();
		const client = older.length > 0 && clientId ? await this.#host.client(clientId) : undefined;
		const version = client?.type === 'window' ? await this.#ask(client) : null;
		const name = version && cacheName(this.#host.scope, version);
		return name && older.includes(name) ? name : this.#name;
	}

	#ask(client: KeptClient): Promise<string | null> {
		return new Promise((resolve) => {
			const { port1, port2 } = new MessageChannel();
			port1.onmessage = ({ data }) => resolve(typeof data === 'string' ? data : null);
			setTimeout(() => resolve(null), ANSWER_WITHIN);
			client.postMessage({ type: 'which version' }, [port2]);
		});
	}

	/** Old caches go when no page of theirs is open any more. What they hold of this version moves over first. */
	async #sweep(): Promise<void> {
		const older = await this.#older();
		if (older.length === 0 || this.#host.newer()) return;
		const windows = await this.#host.windows();
		const versions = await Promise.all(windows.map((client) => this.#ask(client)));
		// One that does not answer sleeps, or is only just opening.
		if (versions.some((version) => version !== this.#site.version) || this.#host.newer()) return;
		const mine = await this.#host.caches.open(this.#name);
		for (const name of older) {
			const cache = await this.#host.caches.open(name);
			for (const { url } of await cache.keys()) {
				const path = this.#path(url);
				if (path === null || !Object.hasOwn(this.#site.files, path) || (await mine.match(url))) continue;
				const bytes = await this.#fromOlder(path);
				if (bytes) await mine.put(url, fileAnswer(path, bytes));
			}
			await this.#host.caches.delete(name);
		}
	}

	#url(path: string): string {
		return this.#host.scope + path.split('/').map(encodeURIComponent).join('/');
	}

	/** Path of a file below the site's root; folders mean their `index.html`. Null: not a path. */
	#path(url: string): string | null {
		try {
			const inner = new URL(url).pathname.slice(new URL(this.#host.scope).pathname.length);
			const path = decodeURIComponent(inner);
			return path === '' || path.endsWith('/') ? `${path}index.html` : path;
		} catch {
			return null;
		}
	}
}
