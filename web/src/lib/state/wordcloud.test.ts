import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { running } from './wordcloud.svelte';
import { bare, counted } from '../views/wordcloud/counts';
import { NARROW, sizeOf, WIDE } from '../views/wordcloud/layout';

vi.mock('$app/paths', () => ({ base: '' }));

describe('words of Alice', () => {
	const places = [process.env['FIRESIDE_DATA'], '../data', '../../shared/data'].filter(
		(one) => one !== undefined
	);
	const paths = places.map((place) => join(place, 'text/alice_in_wonderland_pg11.txt'));
	const path = paths.find((one) => existsSync(one));
	if (!path)
		throw new Error(`Alice is missing: put her official file into data/text; looked in ${paths.join(', ')}`);
	const file = readFileSync(path, 'utf8');
	const tokens = running(file);

	it('are those of the engine: as many as the catalog says', () => {
		expect(tokens).toHaveLength(33_265);
		expect(new Set(tokens).size).toBe(2_789);
		expect(tokens.slice(0, 4)).toEqual(['alice', 'was', 'beginning', 'to']);
		expect(tokens).not.toContain('chapter');
	});
	it('the, and, to are the most frequent ones, as the source says', () => {
		const printed = counted(tokens, { how: 'printed', stop: false });
		expect(printed.slice(0, 3).map(({ word }) => word)).toEqual(['the', 'and', 'to']);
		expect(printed.some(({ word }) => word === '--')).toBe(true);
	});
	it('mended: no marks, and a quotation mark makes no other word', () => {
		const printed = new Map(
			counted(tokens, { how: 'printed', stop: false }).map((one) => [one.word, one.count])
		);
		const mended = new Map(
			counted(tokens, { how: 'mended', stop: false }).map((one) => [one.word, one.count])
		);
		expect([...mended.keys()].filter((word) => !/[\p{L}\p{N}]/u.test(word))).toEqual([]);
		const i = tokens.filter((token) => /^['_]*i_?$/.test(token));
		expect(mended.get('i')).toBe(i.length);
		expect(printed.get('i')).toBeLessThan(i.length - 100);
		expect(printed.get("'i") ?? 0).toBeGreaterThan(100);
	});
	it('without words of grammar the story is seen', () => {
		const first = counted(tokens, { how: 'mended', stop: true }).slice(0, 12);
		expect(first.map(({ word }) => word)).toEqual(
			expect.arrayContaining(['said', 'alice', 'little', 'queen'])
		);
	});
});

it('a token is a word, an ending, or none', () => {
	expect(['--', "''", '*', "'oh", "'s", '`curious', '_very_', 'rabbit-hole', '1865', "'"].map(bare)).toEqual([
		null,
		null,
		null,
		'oh',
		"'s",
		'curious',
		'very',
		'rabbit-hole',
		'1865',
		null
	]);
});

it('equal counts stand in the order of the alphabet', () => {
	expect(counted(['b', 'a', 'c', 'c'], { how: 'mended', stop: false }).map(({ word }) => word)).toEqual([
		'c',
		'a',
		'b'
	]);
	expect(counted([], { how: 'printed', stop: true })).toEqual([]);
});

it('letters are as high as the root of the count, and never too small to read', () => {
	expect(sizeOf(1600, 1600, WIDE)).toBe(WIDE.largest);
	expect(sizeOf(400, 1600, WIDE)).toBe(WIDE.largest / 2);
	expect(sizeOf(1, 1600, NARROW)).toBe(NARROW.smallest);
});
