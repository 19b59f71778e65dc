import { describe, expect, it } from 'vitest';
import { BINS, histogram, PaceMeter } from './inside';
import { note, readNotes, type Note } from './notes';

describe('a histogram', () => {
	it('counts every number once, the largest one, too', () => {
		const values = new Float32Array([-1, -1, 0, 0.5, 1]);
		const { low, high, counts, count, mean, sd, zeros, broken } = histogram(values);
		expect([low, high, count, zeros, broken]).toEqual([-1, 1, 5, 1, 0]);
		expect(counts).toHaveLength(BINS);
		expect([counts[0], counts[BINS / 2], counts[(3 * BINS) / 4], counts[BINS - 1]]).toEqual([2, 1, 1, 1]);
		expect(counts.reduce((sum, n) => sum + n)).toBe(5);
		expect(mean).toBeCloseTo(-0.1);
		expect(sd).toBeCloseTo(Math.sqrt((0.81 + 0.81 + 0.01 + 0.36 + 1.21) / 5));
	});
	it('says how many are no numbers, and stands up to nothing, to one value, and to only such', () => {
		expect(histogram(new Float32Array([NaN, 1, Infinity]))).toMatchObject({
			count: 1,
			broken: 2,
			counts: [1]
		});
		expect(histogram(new Float32Array([3, 3]))).toMatchObject({ low: 3, high: 3, counts: [2], sd: 0 });
		expect(histogram(new Float32Array([NaN]))).toMatchObject({ counts: [], count: 0, broken: 1 });
		expect(histogram(new Float32Array())).toMatchObject({ counts: [], count: 0, mean: 0 });
	});
});

describe('the pace', () => {
	it('is what the clock says of the last calls: computing and waiting', () => {
		const meter = new PaceMeter();
		expect(meter.now()).toBeNull();
		// Calls of 80 ms, 20 ms between them.
		for (let i = 0; i < 50; i++) meter.push(i * 100, i * 100 + 80, 1);
		const pace = meter.now();
		expect(pace?.steps_per_second).toBeCloseTo(10);
		expect(pace?.computing).toBeCloseTo(80);
		expect(pace?.waiting).toBeCloseTo(20);
	});
	it('does not take a pause or an evaluation for waiting', () => {
		const meter = new PaceMeter();
		meter.push(0, 10, 1);
		meter.push(10, 20, 1);
		meter.rest();
		meter.push(100_000, 100_010, 1);
		expect(meter.now()).toMatchObject({ steps_per_second: 100, waiting: 0 });
		meter.push(100_020, 100_030, 1);
		meter.push(100_030, 100_500, 0);
		expect(meter.now()).toMatchObject({ steps_per_second: 50, waiting: 10 });
	});
	it('knows several steps of one call', () => {
		const meter = new PaceMeter();
		meter.push(0, 100, 10);
		meter.push(100, 200, 10);
		expect(meter.now()).toMatchObject({ steps_per_second: 100, computing: 10 });
	});
});

describe('notes', () => {
	const rate: Note = { update: 3, what: 'learning_rate', from: 0.1, to: 0.01 };
	it('are kept in order; steps in a row are one', () => {
		const notes: Note[] = [];
		for (const entry of [rate, { update: 4, what: 'step' }, { update: 5, what: 'step' }] as Note[])
			note(notes, entry);
		expect(notes).toEqual([rate, { update: 5, what: 'step' }]);
	});
	it('never grow without bound', () => {
		const notes: Note[] = [];
		for (let update = 0; update < 3000; update++) note(notes, { update, what: 'paused' });
		expect(notes).toHaveLength(1000);
		expect(notes.at(-1)?.update).toBe(2999);
		expect(readNotes(notes)).toEqual(notes);
	});
	it.each([
		[{}],
		['x'],
		[[{ update: 1, what: 'burnt' }]],
		[[{ what: 'paused' }]],
		[[{ update: 1, what: 'learning_rate', from: '1', to: 2 }]],
		[[null]],
		[Array.from({ length: 2000 }, () => rate)]
	])('of a damaged file are none', (value) => expect(readNotes(value)).toBeNull());
	it('of an older file are empty', () => expect(readNotes(undefined)).toEqual([]));
});
