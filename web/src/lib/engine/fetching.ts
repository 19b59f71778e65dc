// Fetching with progress, used for the engine, for data packs and for models.

/** More bytes came than there can be: wrong, but no reason to doubt the connection. */
export const TOO_LONG = -1;

/** What a fetch came to: the bytes, or the HTTP status that stands in their way (0: no connection). */
export type Fetched = { ok: true; bytes: Uint8Array<ArrayBuffer> } | { ok: false; status: number };

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** Bytes of a stream, counted while they come. Stops (null) as soon as there are more than `limit`. */
export async function readAll(
	stream: ReadableStream<Uint8Array>,
	limit: number,
	onBytes: (loaded: number) => void
): Promise<Uint8Array<ArrayBuffer> | null> {
	const reader = stream.getReader();
	const parts: Uint8Array[] = [];
	let loaded = 0;
	for (;;) {
		const { done, value } = await reader.read();
		if (done) break;
		loaded += value.byteLength;
		if (loaded > limit) {
			await reader.cancel();
			return null;
		}
		parts.push(value);
		onBytes(loaded);
	}
	const all = new Uint8Array(loaded);
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.byteLength;
	}
	return all;
}

/** One attempt. A body that is cut off counts as no connection. */
export async function fetchOnce(
	fetcher: Fetch,
	url: string,
	limit: number,
	onBytes: (loaded: number) => void,
	init?: RequestInit
): Promise<Fetched> {
	try {
		const response = await fetcher(url, init);
		if (!response.ok) return { ok: false, status: response.status };
		// A host that answers every unknown address with its start page has no such file.
		if (response.headers.get('content-type')?.startsWith('text/html')) return { ok: false, status: 404 };
		const bytes = response.body
			? await readAll(response.body, limit, onBytes)
			: new Uint8Array(await response.arrayBuffer());
		return bytes && bytes.byteLength <= limit ? { ok: true, bytes } : { ok: false, status: TOO_LONG };
	} catch {
		return { ok: false, status: 0 };
	}
}

/** Missing files stay missing; everything else (no connection, a busy server) deserves a second try. */
export function worthRetrying(status: number): boolean {
	return status === 0 || status === 408 || status === 429 || status >= 500;
}

export async function fetchTwice(
	fetcher: Fetch,
	url: string,
	limit: number,
	onBytes: (loaded: number) => void,
	wait: (ms: number) => Promise<void> = pause,
	init?: RequestInit
): Promise<Fetched> {
	const first = await fetchOnce(fetcher, url, limit, onBytes, init);
	if (first.ok || !worthRetrying(first.status)) return first;
	await wait(400);
	return fetchOnce(fetcher, url, limit, onBytes, init);
}

export function pause(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

/** SHA-256 in hex; null where the browser has no `crypto.subtle` (a page without https). */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string | null> {
	if (!globalThis.crypto?.subtle) return null;
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
