// The CPU engine wants a memory that threads could share. A browser may have none of that kind, or not so much address
// space to set aside for one. Then the module is changed to take an ordinary one: a single bit of its code.

const IMPORTS = 2;
const MEMORY = 2;
/** Bits of a memory's limits. */
const [BOUNDED, SHARED] = [1, 2];

/** Where the memory's limits stand in the code, and its first size in pages. Null: there is no shared memory. */
export function sharedMemory(code: Uint8Array): { at: number; initial: number; maximum: number } | null {
	let at = 8;
	const byte = () => code[at++] ?? 0;
	const skip = (count: number) => {
		at += count;
	};
	/** A number of up to five bytes. */
	const number = () => {
		let value = 0;
		for (let shift = 0; shift < 35; shift += 7) {
			const next = byte();
			value += (next & 127) * 2 ** shift;
			if (next < 128) break;
		}
		return value;
	};
	while (at < code.length) {
		const [id, size] = [byte(), number()];
		if (id !== IMPORTS) {
			skip(size);
			continue;
		}
		for (let left = number(); left > 0; left--) {
			for (let name = 0; name < 2; name++) skip(number());
			const kind = byte();
			if (kind === MEMORY) {
				const flags = at;
				if (byte() !== (BOUNDED | SHARED)) return null;
				return { at: flags, initial: number(), maximum: number() };
			}
			// A function: its type. (Tables and globals stand behind the memory, or are none.)
			if (kind !== 0) return null;
			number();
		}
		return null;
	}
	return null;
}

/** The code with an ordinary memory, and that memory. */
export function withOwnMemory(
	code: Uint8Array<ArrayBuffer>
): { code: Uint8Array<ArrayBuffer>; memory: WebAssembly.Memory } | null {
	const found = sharedMemory(code);
	if (!found) return null;
	const { at, initial, maximum } = found;
	const own = code.slice();
	own[at] = BOUNDED;
	return { code: own, memory: new WebAssembly.Memory({ initial, maximum }) };
}
