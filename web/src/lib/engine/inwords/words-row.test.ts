import { expect, it } from 'vitest';
import type { EngineSession } from '../engine-types';
import type { LayerSeen } from '../insight';
import { idsOf, wordsOf } from '../insight-engine';

const list = (...values: number[]) => Float32Array.from(values);

it('finds the ids of a row again by what the table gave for them', () => {
	const table = list(0, 1, 0, 2, 3, 4);
	expect([...idsOf(list(0, 2, 3, 4, 0, 1, 0, 3, NaN, 1), table, 2)]).toEqual([1, 2, 0, -1, -1]);
	// A zero is a zero, whatever its sign.
	expect([...idsOf(list(-0, 2), table, 2)]).toEqual([1]);
});

it('asks the engine for a row, and for what a layer gives for it', async () => {
	const asked: number[][] = [];
	const session = {
		inside: () => Promise.resolve([list(9, 9, 0, 1, 5, 5)]),
		look: (what: number, numbers: number[]) => {
			asked.push([what, ...numbers]);
			if (what === 8) return Promise.resolve([list(4), list(), list()]);
			return Promise.resolve([numbers[0] === 0 ? list(5, 5, 0, 1) : list(7), list(1)]);
		}
	} as unknown as EngineSession;
	const of = (type: string) => [{ type, units: 2 }] as LayerSeen[];
	const found = await wordsOf(session, of('Embedding'), 3, 2);
	expect([[...found.ids], found.label, found.all, [...found.values]]).toEqual([[2, 1], 1, 4, [7]]);
	expect(asked).toEqual([[8], [6, 0, 3, 1], [6, 2, 3, 1]]);
	await expect(wordsOf(session, of('Embedding'), 4, 2)).rejects.toThrow('out_of_range');
	await expect(wordsOf(session, of('Dense'), 0, 0)).rejects.toThrow('words_no_embedding');
});
