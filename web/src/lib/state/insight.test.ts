import { describe, expect, it } from 'vitest';
import { fail } from '$lib/engine/failure';
import type { Ask, LookNotice, SeenOf } from '$lib/engine/insight';
import { InsightState, PAGE, shotOf } from './insight.svelte';

const ALL = 60;
const strip = (first: number, count: number) => {
	const n = Math.max(0, Math.min(count, ALL - first));
	return {
		of: 'pictures',
		first,
		height: 1,
		width: 2,
		pixels: Uint8Array.from({ length: 2 * n }, (_, at) => 2 * first + at),
		labels: Array.from({ length: n }, (_, at) => (first + at) % 10),
		all: ALL
	};
};

type Answer = (ask: Ask, heard?: (notice: LookNotice) => void) => unknown;

/** A worker that answers as it is told; what nobody tells it is the plainest answer. */
function made(answer: Answer = () => undefined, at = () => 5) {
	const asked: Ask[] = [];
	let stops = 0;
	const plain = (ask: Ask): unknown => {
		if (ask.of === 'pictures') return strip(ask.first, ask.count);
		if (ask.of === 'layers') return { of: 'layers', layers: [{ index: 0, type: 'Conv2D', maps: true }] };
		return { ...ask, output: [], finished: true };
	};
	const state = new InsightState({
		at,
		take: () => Promise.resolve(),
		ask: async <A extends Ask>(ask: A, heard?: (notice: LookNotice) => void) => {
			asked.push(ask);
			return ((await answer(ask, heard)) ?? plain(ask)) as SeenOf<A>;
		},
		stop: () => Promise.resolve(void (stops += 1))
	});
	return { state, asked, stops: () => stops };
}
/** A promise that is kept when the test says so. */
function later(): { promise: Promise<void>; resolve: () => void } {
	let resolve = (): void => undefined;
	const promise = new Promise<void>((done) => (resolve = done));
	return { promise, resolve: () => resolve() };
}
const kinds = (asked: readonly Ask[]) => asked.map(({ of }) => of);

describe('looking inside', () => {
	it('begins with the layers, the first pictures, and the maps of the first one', async () => {
		const { state, asked } = made();
		await state.refresh();
		expect(kinds(asked)).toEqual(['layers', 'pictures', 'maps']);
		expect([state.at, state.shot?.row, state.strip?.labels.length]).toEqual([5, 0, PAGE]);
	});
	it('takes a picture out of the strip, and asks for one that is not there', async () => {
		const { state, asked } = made();
		await state.refresh();
		await state.choose(3);
		expect([...(state.shot?.pixels ?? [])]).toEqual([6, 7]);
		asked.length = 0;
		await state.choose(50);
		expect(kinds(asked)).toEqual(['pictures', 'maps']);
		expect(state.shot).toMatchObject({ row: 50, label: 0 });
		expect(shotOf(state.strip, 50)).toBeNull();
		// Pages have their fixed places, up to the last row.
		await state.page(1000);
		expect(state.strip?.first).toBe(48);
		expect(state.strip?.labels.length).toBe(12);
	});
	it('listens only to what was asked last', async () => {
		const slow = later();
		const { state } = made((ask) =>
			ask.of === 'maps' && 'row' in ask.picture && ask.picture.row === 1
				? slow.promise.then(() => ({ of: 'maps', output: [1], layers: [] }))
				: undefined
		);
		await state.refresh();
		const first = state.choose(1);
		await state.choose(2);
		slow.resolve();
		await first;
		expect(state.shot?.row).toBe(2);
		expect(state.maps).toMatchObject({ output: [] });
	});
	it('looks for the best test picture after the ascent, and not after one that was stopped', async () => {
		for (const finished of [true, false]) {
			const { state, asked } = made((ask, heard) => {
				if (ask.of === 'largest') return { of: 'largest', activation: 2, row: 7, rows: 60, finished: true };
				if (ask.of !== 'ascent') return undefined;
				heard?.({ of: 'ascent', step: 1, steps: 2, pixels: new Uint8Array(2), activation: 3 });
				expect(state.grown).toMatchObject({ activation: 3, finished: false });
				expect(state.doing).toMatchObject({ what: 'ascent', done: 1, total: 2 });
				return { of: 'ascent', activation: 4, curve: [], finished };
			});
			await state.refresh();
			asked.length = 0;
			await state.grow({ class: 1 }, { steps: 2, rate: 1, jitter: 0, blur: 0, l2: 0, seed: 1 });
			expect(kinds(asked)).toEqual(finished ? ['ascent', 'largest', 'pictures'] : ['ascent']);
			expect(state.grown).toMatchObject({ activation: 4, finished });
			expect(state.largest?.shot?.row).toBe(finished ? 7 : undefined);
			expect(state.doing).toBeNull();
		}
	});
	it('stops what is long before another long thing begins', async () => {
		const slow = later();
		const { state, stops } = made((ask) =>
			ask.of === 'occlusion' ? slow.promise.then(() => ({ of: 'occlusion', finished: false })) : undefined
		);
		await state.refresh();
		const first = state.occlude(null, 2, 1);
		await Promise.resolve();
		const second = state.embed(0, 1000, 'pca', 1);
		slow.resolve();
		await Promise.all([first, second]);
		expect(stops()).toBe(1);
		expect(state.occlusion).toBeNull();
		// No more rows are asked for than there are.
		expect(state.embedding).toMatchObject({ rows: ALL });
		expect(state.thumbs?.labels.length).toBe(ALL);
	});
	it('says what went wrong, and forgets everything with its run', async () => {
		let broken = true;
		const { state } = made((ask) => {
			if (ask.of === 'layers' && broken) throw fail('no_run', {});
		});
		await state.refresh();
		expect([state.failure?.code, state.at]).toEqual(['no_run', null]);
		broken = false;
		await state.refresh();
		expect([state.failure, state.at]).toEqual([null, 5]);
		state.clear();
		expect([state.at, state.strip, state.maps, state.layers.length]).toEqual([null, null, null, 0]);
	});
});
