// A file of runs comes back as it was; a hostile one is named, and nothing of it is taken that is not sound.

import { describe, expect, it } from 'vitest';
import { exported, FILE_LIMIT, readExport, readFile, recordOrNull } from './exchange';
import { record, row } from './testdata';

type Json = Record<string, unknown>;
const now = 1_700_000_000_000;
const file = (runs: unknown, head: Json = {}) =>
	JSON.stringify({ format: 'fireside-runs', version: 1, runs, ...head });
const plain = (part: Json = {}): Json => ({ ...record(), ...part });
const problems = (text: string) => readExport(text, '13.4').problems;
const places = (text: string) => problems(text).map(({ code, place }) => `${place} ${code}`);

describe('what was exported', () => {
	it('comes back the same, with all kinds of notes', () => {
		const runs = [record(), record({ id: 'c3', number: 2, sets: null, name: '三 runs' })];
		expect(readExport(exported(runs, now), '13.4')).toEqual({ records: runs, problems: [] });
	});
	it('may have lost its numbers', () => {
		const rows = [row(1), row(2, NaN)];
		const [back] = readExport(exported([record({ rows })], now), '13.4').records;
		expect(back?.rows[1]?.test.loss).toBeNaN();
		expect(back?.loss).toBeNull();
	});
	it('lies in the storage in the same form', () => {
		expect(recordOrNull(structuredClone(record()))).toEqual(record());
		expect(recordOrNull({ ...record(), rows: 5 })).toBeNull();
		expect(recordOrNull(undefined)).toBeNull();
	});
});

describe('a file that is none', () => {
	it.each([
		['', 'file_not_json'],
		['{"format": "fireside-runs", "ru', 'file_not_json'],
		['[1, 2]', 'file_other'],
		['null', 'file_other'],
		['"fireside-runs"', 'file_other'],
		['{"epoch": [0], "history": {}}', 'file_other'],
		['epoch,loss\n0,1.0\n', 'file_csv'],
		['run,epoch,loss\n', 'file_csv'],
		['\x18\0\0\0\0\0\0\0xxxx\tbrain.Event:2', 'file_events'],
		[file([], { version: 2 }), 'file_newer'],
		['['.repeat(100_000), 'file_not_json']
	])('%#: says which', (text, code) => {
		expect(problems(text).map((problem) => problem.code)).toEqual([code]);
		expect(readExport(text, '13.4').records).toEqual([]);
	});
	it('is not even read when it is too large', async () => {
		const huge = { size: FILE_LIMIT + 1, text: () => Promise.reject(new Error('read')) } as unknown as Blob;
		expect((await readFile(huge, '13.4')).problems).toEqual([
			{ code: 'file_too_large', args: { megabytes: '21', limit: '20' }, place: '' }
		]);
		const gone = { size: 1, text: () => Promise.reject(new Error('NotReadable')) } as unknown as Blob;
		expect((await readFile(gone, '13.4')).problems).toMatchObject([
			{ code: 'file_unreadable', args: { reason: 'NotReadable' } }
		]);
	});
});

describe('a run that is not sound', () => {
	const bad = (index: number, part: Json) => ({ ...row(index), ...part });
	it.each<[string, Json]>([
		['runs[0].id not_allowed', { id: '../x' }],
		['runs[0].id missing', { id: undefined }],
		['runs[0].experiment other_experiment', { experiment: '13.5' }],
		['runs[0].number out_of_range', { number: 0 }],
		['runs[0].number wrong_type', { number: 1.5 }],
		['runs[0].name wrong_type', { name: { toString: 'x' } }],
		['runs[0].name too_long', { name: 'x'.repeat(201) }],
		['runs[0].text too_long', { text: 'x'.repeat(65_537) }],
		['runs[0].created out_of_range', { created: 1e300 }],
		['runs[0].engine not_allowed', { engine: '<img src=x onerror=alert(1)>' }],
		['runs[0].ended not_allowed', { ended: 'constructor' }],
		['runs[0].sets[0][0] not_allowed', { sets: [['a&e=13.5', '1']] }],
		['runs[0].sets[0][1] not_allowed', { sets: [['seed', 'a\nb']] }],
		['runs[0].sets[0] other_length', { sets: [['seed']] }],
		['runs[0].edits too_long', { edits: Array.from({ length: 65 }, () => record().edits[0]) }],
		['runs[0].edits[0].name not_allowed', { edits: [{ path: 'a', name: '<b>', from: '', to: '' }] }],
		['runs[0].rows wrong_type', { rows: null }],
		['runs[0].rows too_long', { rows: Array.from({ length: 1001 }, (_, index) => row(index + 1)) }],
		['runs[0].rows not_rising', { rows: [row(2), row(2)] }],
		['runs[0].rows[1].test.loss wrong_type', { rows: [row(1), bad(2, { test: { loss: '0.1' } })] }],
		['runs[0].rows[0].test wrong_type', { rows: [bad(1, { test: [] })], ends: [1] }],
		[
			'runs[0].rows[0].figures[0].name not_allowed',
			{ rows: [bad(1, { figures: [{ name: '=1+1', value: 1 }] })] }
		],
		['runs[0].ends other_length', { ends: [1] }],
		['runs[0].points.loss other_length', { points: { x: [1], loss: [], accuracy: [1] } }],
		['runs[0].points.x too_long', { points: { x: new Array(401).fill(1), loss: [], accuracy: [] } }],
		['runs[0].points.x[0] wrong_type', { points: { x: [null], loss: [1], accuracy: [1] } }],
		['runs[0].notes[0].type not_allowed', { notes: [{ type: '__proto__', update: 1, at: 1 }] }],
		['runs[0].notes[0].to missing', { notes: [{ type: 'rate', from: 1, update: 1, at: 1 }] }],
		['runs[0].epochs out_of_range', { epochs: 1 }],
		['runs[0].seconds out_of_range', { seconds: -1 }]
	])('%s', (place, part) => {
		expect(places(file([plain(part)]))).toEqual([place]);
	});
	it('does not keep the sound ones out', () => {
		const read = readExport(file([plain(), plain({ id: 'b', rows: 3 }), plain({ id: 'c' })]), '13.4');
		expect(read.records.map(({ id }) => id)).toEqual(['a1b2', 'c']);
		expect(read.problems).toMatchObject([
			{ code: 'wrong_type', place: 'runs[1].rows', args: { expected: 'list', found: 'number' } }
		]);
	});
	it('is no list of runs, or a longer one than is read', () => {
		expect(places(file({ 0: plain() }))).toEqual(['runs wrong_type']);
		expect(places(file(new Array(501).fill(0)))).toEqual(['runs too_long']);
		expect(places(file([null, 7, []]))).toHaveLength(3);
	});
	it('gets nothing in that was not asked for', () => {
		const text = file([plain()]).replace('"id"', '"__proto__":{"polluted":1},"extra":"x","id"');
		const [back] = readExport(text, '13.4').records;
		expect(back).toEqual(record());
		expect(Object.keys(back ?? {})).not.toContain('extra');
		expect(({} as Json)['polluted']).toBeUndefined();
	});
	it('says figures that its rows have, whatever stands beside them', () => {
		const [back] = readExport(file([plain({ accuracy: 1, loss: 0 })]), '13.4').records;
		expect([back?.accuracy, back?.loss]).toEqual([0.92, 0.5]);
	});
	it('has a name of one line without hidden letters', () => {
		const [back] = readExport(file([plain({ name: ' a\u202eb\n\u0000c'.padEnd(150, 'x') })]), '13.4').records;
		expect(back?.name.startsWith('a b c')).toBe(true);
		expect(back?.name).toHaveLength(60);
	});
});
