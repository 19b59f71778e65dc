// localStorage as it really is: missing, full, forbidden, or holding what somebody else wrote there.

export type Store = Pick<Storage, 'getItem' | 'setItem'>;

export function localStore(): Store | null {
	try {
		return typeof localStorage === 'undefined' ? null : localStorage;
	} catch {
		return null;
	}
}

/** The stored object, or null for anything else. */
export function readObject(store: Store | null, key: string): Record<string, unknown> | null {
	try {
		const value: unknown = JSON.parse(store?.getItem(key) ?? 'null');
		if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
		return value as Record<string, unknown>;
	} catch {
		return null;
	}
}

export function writeObject(store: Store | null, key: string, value: object): void {
	try {
		store?.setItem(key, JSON.stringify(value));
	} catch {
		// Full or forbidden: it is a convenience, the page works without.
	}
}
