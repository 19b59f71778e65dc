// What the page and the worker that keeps the site both have to know.

/** A file that somebody has listed: its bytes are right, or they are not taken. */
export type Listed = { path: string; bytes: number; sha256: string };
/** `offline.json`: which files an engine is. */
export type OfflineFile = { version: string; engines: Partial<Record<'cpu' | 'gpu', Listed>> };

/** Several sites may live on one host: the path is part of the name. */
export const cachePrefix = (root: string): string => `fireside-site ${new URL(root).pathname} `;
export const cacheName = (root: string, version: string): string => cachePrefix(root) + version;

/** The page -> the worker. */
export type ToKeeper = { type: 'version' } | { type: 'take over' };
/** The worker -> a page: which version are you? The answer comes through the port. */
export type FromKeeper = { type: 'which version' };

/** SHA-256 in hex. */
export async function digest(bytes: ArrayBuffer): Promise<string> {
	const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	return Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
