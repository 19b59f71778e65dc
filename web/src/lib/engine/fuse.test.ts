import { expect, it } from 'vitest';
import { change, type Edit } from './fuse';

const edits: Edit[] = [
	[2, 11, 12, 13],
	[6, 14, 15]
];

it('changes the same bytes in whatever pieces the file comes', () => {
	for (let size = 1; size <= 10; size++) {
		const file = new Uint8Array(10);
		for (let from = 0; from < file.length; from += size) {
			const piece = file.slice(from, from + size);
			change(piece, from, edits);
			file.set(piece, from);
		}
		expect([...file]).toEqual([0, 0, 11, 12, 13, 0, 14, 15, 0, 0]);
	}
});

it('writes nothing past the end of a file that was cut off', () => {
	const file = new Uint8Array(3);
	change(file, 0, edits);
	expect([...file]).toEqual([0, 0, 11]);
});
