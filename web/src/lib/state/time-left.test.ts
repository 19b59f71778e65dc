import { expect, it } from 'vitest';
import type { Summary } from '$lib/engine/wire';
import { estimate, measuredPace, rememberPace } from './pace';
import { emptySummary } from './text.svelte';
import { secondsLeft, type Work } from './time-left';

const work: Work = {
	updates: 0,
	totalUpdates: 100,
	evaluated: 0,
	epochs: 10,
	rowsPerEvaluation: 1000,
	rowsDone: 0,
	batchSize: 50
};

it('is not known before a step was measured', () => {
	expect(secondsLeft({ msPerStep: 0, msPerRow: 1 }, work)).toBeNull();
	expect(secondsLeft({ msPerStep: NaN, msPerRow: 1 }, work)).toBeNull();
});

it('is the remaining steps and the remaining evaluations', () => {
	expect(secondsLeft({ msPerStep: 200, msPerRow: 2 }, work)).toBeCloseTo(100 * 0.2 + 10 * 1000 * 0.002);
	const half = { ...work, updates: 50, evaluated: 5 };
	expect(secondsLeft({ msPerStep: 200, msPerRow: 2 }, half)).toBeCloseTo(50 * 0.2 + 5 * 1000 * 0.002);
	// In the middle of the last evaluation.
	const last = { ...work, updates: 100, evaluated: 9, rowsDone: 400 };
	expect(secondsLeft({ msPerStep: 200, msPerRow: 2 }, last)).toBeCloseTo(600 * 0.002);
	expect(secondsLeft({ msPerStep: 200, msPerRow: 2 }, { ...work, updates: 100, evaluated: 10 })).toBe(0);
});

it('takes a third of a training row for a row of evaluation until that is measured', () => {
	expect(secondsLeft({ msPerStep: 150, msPerRow: 0 }, work)).toBeCloseTo(100 * 0.15 + 10_000 * 0.001);
});

it('is never negative', () => {
	const beyond = { ...work, updates: 101, evaluated: 11, rowsDone: 5000 };
	expect(secondsLeft({ msPerStep: 150, msPerRow: 1 }, beyond)).toBe(0);
});

/** A store of one's own. */
function emptyStore() {
	const kept = new Map<string, string>();
	return {
		kept,
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => void kept.set(key, value)
	};
}

it('is measured for each engine by itself, and only for steps of this size', () => {
	const store = emptyStore();
	const step = { flops: 1e6, batch_size: 100 };
	expect(measuredPace('a', step, store)).toEqual({ cpu: null, gpu: null });
	rememberPace('a', 'cpu', step, 40, store);
	rememberPace('a', 'gpu', step, 8, store);
	const { cpu, gpu } = measuredPace('a', step, store);
	expect([cpu, gpu]).toEqual([expect.closeTo(40), expect.closeTo(8)]);
	expect(measuredPace('b', step, store)).toEqual({ cpu: null, gpu: null });
	expect(measuredPace('a', { ...step, batch_size: 120 }, store).cpu).toBeCloseTo(48);
	// A small step says nothing of a large one: on a GPU it takes as long.
	expect(measuredPace('a', { ...step, batch_size: 8 }, store)).toEqual({ cpu: null, gpu: null });
	// What an earlier version kept says how fast, but not with what.
	store.kept.set('fireside.pace', '{"a":1e9}');
	expect(measuredPace('a', step, store)).toEqual({ cpu: null, gpu: null });
});

it('is estimated before the start from what this device reached before', () => {
	const store = emptyStore();
	const { kept } = store;
	const summary: Summary = {
		...emptySummary,
		flops: 1e6,
		batch_size: 100,
		epochs: 2,
		steps_per_epoch: 10,
		test_rows: 300
	};
	expect(estimate('a', 'cpu', summary, null, store)).toBeNull();
	rememberPace('a', 'cpu', summary, 300, store);
	expect(estimate('a', 'cpu', summary, null, store)).toBeCloseTo(20 * 0.3 + 2 * 300 * 0.001);
	expect(estimate('b', 'cpu', summary, null, store)).toBeNull();
	// Twice the batch: twice the time of a step.
	expect(estimate('a', 'cpu', { ...summary, batch_size: 200, test_rows: 0 }, null, store)).toBeCloseTo(
		20 * 0.6
	);
	// A sample of a tenth of the rows.
	const sample = {
		name: 'x',
		origin: 'sample',
		train: { rows: 100, ready: 100 },
		test: { rows: 0, ready: 0 },
		checksum: ''
	} as const;
	expect(estimate('a', 'cpu', { ...summary, train_rows: 1000 }, sample, store)).toBeCloseTo(2 * 0.3);
	for (const hostile of ['{', '[]', '{"a":"fast"}', '{"a":-1}', '{"a":1e999}', '{"a":{"rate":2}}']) {
		kept.set('fireside.pace', hostile);
		expect(estimate('a', 'cpu', summary, null, store)).toBeNull();
	}
	rememberPace('a', 'cpu', { ...summary, flops: 0 }, 300, store);
	expect(estimate('a', 'cpu', summary, null, store)).toBeNull();
});
