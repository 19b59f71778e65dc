import { describe, expect, it } from 'vitest';
import { frailStore } from './fakes';
import { addEvent, emptyHistory } from './history';
import { nameOf, opfsStore, pack, SavedRuns, unpack, type Saved } from './saved';

const history = emptyHistory();
addEvent(
	history,
	{ type: 'step', epoch: 1, step: 1, update: 1, loss: 2, accuracy: 0.5, rows: 8, learning_rate: 0.1 },
	4
);
const run = {
	text: 'text',
	seed: 7,
	epoch: 1,
	step: 1,
	update: 1,
	steps_per_epoch: 4,
	epochs: 2,
	learning_rate: 0.001,
	finished: false,
	history: []
};
const saved: Saved = { id: '13.4', run, data: 'sum', history, checkpoint: new Uint8Array([1, 2, 3, 4, 5]) };

describe('the file of a saved run', () => {
	it('comes back as it was', async () => {
		expect(await unpack(await pack(saved))).toEqual(saved);
	});

	it('is refused when any one byte is changed', async () => {
		const file = await pack(saved);
		for (let at = 0; at < file.length; at++) {
			const changed = file.slice();
			changed[at] = (changed[at] ?? 0) ^ 0x10;
			expect(await unpack(changed), `byte ${at}`).toBeNull();
		}
	});

	it('is refused when it breaks off anywhere, or is something else', async () => {
		const file = await pack(saved);
		for (let end = 0; end < file.length; end++)
			expect(await unpack(file.slice(0, end)), `end ${end}`).toBeNull();
		expect(await unpack(new Uint8Array(5000).fill(0x46))).toBeNull();
	});
});

describe('saved runs', () => {
	it('keep the old one when the tab dies while the new one is written or moved', async () => {
		const store = frailStore();
		const runs = new SavedRuns(store);
		await runs.write(saved);
		const later = { ...saved, run: { ...run, update: 2 } };
		store.failMove = true;
		await expect(runs.write(later)).rejects.toThrow('closed');
		// This worker still knows, the next one has what is in the store.
		expect((await runs.read('13.4'))?.run.update).toBe(2);
		const next = new SavedRuns(store);
		expect((await next.read('13.4'))?.run.update).toBe(1);
		// Half a temporary file is no loss: not a word about it.
		store.files.set(`${nameOf('13.4')}.new`, new Uint8Array([1, 2]));
		expect((await next.read('13.4'))?.run.update).toBe(1);
	});

	it('are found under the temporary name where the old file was gone already', async () => {
		const store = frailStore();
		store.failMove = true;
		const runs = new SavedRuns(store);
		await expect(runs.write(saved)).rejects.toThrow('closed');
		expect(await runs.read('13.4')).toEqual(saved);
	});

	it('do not count half a first file as a loss', async () => {
		const store = frailStore();
		store.files.set(`${nameOf('13.4')}.new`, (await pack(saved)).slice(0, 50));
		expect(await new SavedRuns(store).read('13.4')).toBeNull();
		expect(store.files.size).toBe(0);
	});

	it('say once that a file is damaged, and remove it', async () => {
		const store = frailStore();
		const runs = new SavedRuns(store);
		await runs.write(saved);
		store.files.set(nameOf('13.4'), new Uint8Array(100));
		await expect(runs.read('13.4')).rejects.toMatchObject({
			failure: { code: 'checkpoint_corrupt', args: { id: '13.4' } }
		});
		expect(await runs.read('13.4')).toBeNull();
		expect(store.files.size).toBe(0);
	});

	it('are not mixed up', async () => {
		expect(nameOf('../a')).not.toContain('/');
		expect(nameOf('a_b')).not.toBe(nameOf('a/b'));
		const store = frailStore();
		const runs = new SavedRuns(store);
		await runs.write(saved);
		// A file under a wrong name is another experiment's run.
		store.files.set(nameOf('13.5'), await pack(saved));
		await expect(runs.read('13.5')).rejects.toMatchObject({ failure: { code: 'checkpoint_corrupt' } });
		expect(await runs.read('13.4')).toEqual(saved);
	});
});

/** As much of OPFS as is used; `move` can be missing or refuse to replace. */
function fakeFolder(move: 'replaces' | 'refuses' | 'missing') {
	const files = new Map<string, Uint8Array<ArrayBuffer>>();
	const handle = (name: string) => ({
		getFile: async () => new Blob([files.get(name) ?? new Uint8Array()]),
		createWritable: async () => {
			let written = new Uint8Array();
			return {
				write: async (bytes: Uint8Array<ArrayBuffer>) => void (written = bytes.slice()),
				close: async () => void files.set(name, written)
			};
		},
		...(move !== 'missing' && {
			move: async (to: string) => {
				if (move === 'refuses' && files.has(to)) throw new DOMException('exists', 'InvalidModificationError');
				files.set(to, files.get(name) ?? new Uint8Array());
				files.delete(name);
			}
		})
	});
	const folder = {
		getFileHandle: async (name: string, options?: { create?: boolean }) => {
			if (!files.has(name) && !options?.create) throw new DOMException('none', 'NotFoundError');
			if (!files.has(name)) files.set(name, new Uint8Array());
			return handle(name);
		},
		removeEntry: async (name: string) => {
			if (!files.delete(name)) throw new DOMException('none', 'NotFoundError');
		}
	};
	return { files, folder: folder as unknown as FileSystemDirectoryHandle };
}

describe.each(['replaces', 'refuses', 'missing'] as const)('OPFS whose move %s', (move) => {
	it('replaces, reads and removes', async () => {
		const { files, folder } = fakeFolder(move);
		const runs = new SavedRuns(opfsStore(folder));
		expect(await runs.read('13.4')).toBeNull();
		await runs.write(saved);
		await runs.write({ ...saved, run: { ...run, update: 3 } });
		expect((await runs.read('13.4'))?.run.update).toBe(3);
		expect([...files.keys()]).toEqual([nameOf('13.4')]);
		await runs.remove('13.4');
		expect(files.size).toBe(0);
	});
});
