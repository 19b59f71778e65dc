import { describe, expect, it } from 'vitest';
import { helpersWanted } from './cores';
import { sharedMemory, withOwnMemory } from './own-memory';

const section = (id: number, bytes: number[]) => [id, bytes.length, ...bytes];
const name = (text: string) => [text.length, ...new TextEncoder().encode(text)];
const FLAGS = { own: 1, shared: 3 };

/** A module that imports a function and a memory of 1 to 2 pages, and stores 7 at 0 as it starts. */
function moduleWith(flags: number): Uint8Array<ArrayBuffer> {
	return new Uint8Array([
		...[0, 97, 115, 109, 1, 0, 0, 0],
		...section(1, [1, 96, 0, 0]),
		...section(2, [2, ...name('env'), ...name('f'), 0, 0, ...name('env'), ...name('m'), 2, flags, 1, 130, 0]),
		...section(3, [1, 0]),
		...section(8, [1]),
		...section(10, [1, 9, 0, 65, 0, 65, 7, 54, 2, 0, 11])
	]);
}

describe('a module that wants a shared memory', () => {
	it('is found to want one, with its sizes', () => {
		expect(sharedMemory(moduleWith(FLAGS.shared))).toMatchObject({ initial: 1, maximum: 2 });
		expect(sharedMemory(moduleWith(FLAGS.own))).toBeNull();
		expect(sharedMemory(new Uint8Array(3))).toBeNull();
	});

	it('runs on an ordinary one after the change', async () => {
		const shared = moduleWith(FLAGS.shared);
		const own = withOwnMemory(shared);
		if (!own) throw new Error('nothing found');
		const imports = { env: { f: () => undefined, m: own.memory } };
		await expect(WebAssembly.instantiate(shared, imports)).rejects.toThrow(/memory/);
		await WebAssembly.instantiate(own.code, imports);
		expect(own.memory.buffer).toBeInstanceOf(ArrayBuffer);
		expect(new Int32Array(own.memory.buffer)[0]).toBe(7);
		expect(withOwnMemory(moduleWith(FLAGS.own))).toBeNull();
	});
});

describe('helpers', () => {
	it('are as many as there are other cores, where memory can be shared', () => {
		expect(helpersWanted(2, true)).toBe(1);
		expect(helpersWanted(1, true)).toBe(0);
		expect(helpersWanted(undefined, true)).toBe(0);
		expect(helpersWanted(64, true)).toBe(7);
		expect(helpersWanted(8, false)).toBe(0);
	});
});
