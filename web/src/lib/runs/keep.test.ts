import { describe, expect, it } from 'vitest';
import { bytesOf, leaving, type Held } from './keep';
import { record } from './testdata';

const held = (id: string, part: Partial<Held> = {}): Held => ({
	id,
	experiment: '13.4',
	named: false,
	created: Number(id.slice(1)),
	bytes: 10,
	...part
});
const gone = (all: Held[], added: Held, runs: number, bytes: number) =>
	leaving(all, added, { runs, bytes }).map(({ id }) => id);

describe('who leaves for a new run', () => {
	const all = [held('r3'), held('r1', { named: true }), held('r2'), held('r4', { experiment: '13.5' })];
	it('is nobody as long as there is room', () => expect(gone(all, held('r9'), 4, 50)).toEqual([]));
	it('is the oldest of its experiment without a name, where there are too many', () => {
		expect(gone(all, held('r9'), 3, 1000)).toEqual(['r2']);
		expect(gone(all, held('r9'), 2, 1000)).toEqual(['r2', 'r3']);
		expect(gone(all, held('r9'), 1, 1000)).toEqual(['r2', 'r3', 'r1']);
	});
	it('is the oldest of all, where they are too large', () => {
		expect(gone(all, held('r9'), 9, 40)).toEqual(['r2']);
		expect(gone(all, held('r9', { bytes: 30 }), 9, 40)).toEqual(['r2', 'r3', 'r4']);
	});
	it('is never the run itself, which may have grown', () => {
		expect(gone(all, held('r2', { bytes: 20 }), 3, 40)).toEqual(['r3']);
		expect(gone([], held('r1', { bytes: 99 }), 1, 10)).toEqual([]);
	});
	it('is not one of another experiment with the same id', () => {
		expect(gone([held('r1', { experiment: '13.5' })], held('r1'), 1, 15)).toEqual(['r1']);
	});
});

it('counts what a run holds', () => {
	expect(bytesOf(record({ text: 'x'.repeat(5000) })) - bytesOf(record({ text: '' }))).toBe(5000);
});
