// Saved runs in IndexedDB, for browsers that have no OPFS: WebKitGTK, for one.

import type { ByteStore } from './saved';

const NAME = 'fireside';
const TABLE = 'runs';

/** The browser's own word of what it refused: no room, not allowed. */
function settled<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error ?? new DOMException('refused', 'UnknownError'));
	});
}

function open(): Promise<IDBDatabase> {
	const request = indexedDB.open(NAME, 1);
	request.onupgradeneeded = () => void request.result.createObjectStore(TABLE);
	return settled(request);
}

export async function indexedStore(): Promise<ByteStore> {
	const database = await open();
	// A newer version of the site, in another tab, must not wait for this one.
	database.onversionchange = () => database.close();
	/** Done when it is on the disk, all of it or nothing. */
	const change = (work: (table: IDBObjectStore) => void) =>
		new Promise<void>((resolve, reject) => {
			const transaction = database.transaction(TABLE, 'readwrite');
			const failed = () => reject(transaction.error ?? new DOMException('refused', 'AbortError'));
			transaction.oncomplete = () => resolve();
			transaction.onabort = failed;
			transaction.onerror = failed;
			work(transaction.objectStore(TABLE));
		});
	return {
		read: async (name) => {
			const table = database.transaction(TABLE, 'readonly').objectStore(TABLE);
			const found: unknown = await settled(table.get(name));
			return found instanceof Uint8Array ? new Uint8Array(found) : null;
		},
		write: (name, bytes) => change((table) => void table.put(bytes, name)),
		move: (from, to) =>
			change((table) => {
				const request = table.get(from);
				request.onsuccess = () => {
					if (request.result !== undefined) table.put(request.result, to);
					table.delete(from);
				};
			}),
		remove: (name) => change((table) => void table.delete(name))
	};
}
