// A plan as a reader has it: begun, called off, gone on with, by as many workers as are asked for.

import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineClient } from '$lib/engine/client';
import { plan } from '$lib/engine/fakes';
import { KeptFits } from '$lib/engine/kept-fits';
import { Engines } from './engines.svelte';
import { ExperimentState } from './experiment.svelte';
import { fakeCard, fakeSite, quickTicker, until } from './fakes';
import { PlanState } from './plan.svelte';
import { TrainOwner } from './registry';
import { TrainedShelf } from './trained.svelte';

vi.mock('$app/paths', () => ({ base: '' }));

/** localStorage, which Node does not have. */
const kept = new Map<string, string>();
const store = {
	getItem: (key: string) => kept.get(key) ?? null,
	setItem: (key: string, value: string) => void kept.set(key, value),
	removeItem: (key: string) => void kept.delete(key)
};
vi.stubGlobal('localStorage', store);
beforeEach(() => kept.clear());

/** Long enough to be called off. */
const long = { ...plan, steps: 20 };

function setUp(using = long) {
	const site = fakeSite(using);
	const owner = new TrainOwner();
	const engines = new Engines({ gpu: () => null, owner });
	const opened: EngineClient[] = [];
	let closed = 0;
	const clients = (count: number) => {
		const spare = Array.from({ length: count - 1 }, () => site.spare());
		spare.forEach((client) => client.use('cpu'));
		opened.push(...spare);
		return {
			workers: [site.train, ...spare],
			close: () => {
				closed += 1;
				spare.forEach((client) => client.kill('the plan is done'));
			}
		};
	};
	const host = { client: () => site.train, engines, owner, ticker: quickTicker };
	const card = { ...fakeCard('6.2'), kind: 'sweep' as const, fits: 6 };
	const make = () => new PlanState(card, { ...host, clients, kept: new KeptFits(store) });
	const other = new ExperimentState(fakeCard('13.4'), { ...host, trained: new TrainedShelf() });
	return { ...site, card, make, other, opened, closed: () => closed };
}
const figures = (state: PlanState) => state.table?.points.map(({ folds }) => folds);
const all = [
	[0.5, 0.51, 0.52],
	[0.6, 0.61, 0.62]
];

describe('a plan', () => {
	it('says how many fits there are before anything was asked, and does them', async () => {
		const { make, opened, closed } = setUp(plan);
		const state = make();
		expect(state.fits).toBe(6);
		state.workers = 3;
		await state.start();
		expect(state.status).toBe('finished');
		expect(figures(state)).toEqual(all);
		expect(state.fitted).toHaveLength(6);
		expect([opened.length, closed()]).toEqual([2, 1]);
		expect(JSON.parse(kept.get('fireside.progress') ?? '{}')).toMatchObject({ started: ['6.2'] });
	});

	it('is called off as one, and goes on after a reload with what is missing', async () => {
		const { make, engine } = setUp();
		const state = make();
		state.workers = 2;
		const run = state.start();
		await until(() => state.fitted.length >= 2 && state.running.length > 0);
		await state.cancel();
		await run;
		expect(state.status).toBe('stopped');
		expect(state.running).toEqual([]);
		const done = state.fitted.length;
		expect(done).toBeLessThan(6);

		const begun = engine.sessions.length;
		const again = make();
		await again.look();
		expect([again.status, again.fitted.length]).toEqual(['stopped', done]);
		await again.start();
		expect(again.status).toBe('finished');
		expect(figures(again)).toEqual(all);
		expect(engine.sessions.length - begun).toBe(6 - done);
	});

	it('does not count fits of another text, and keeps both', async () => {
		const { make } = setUp(plan);
		const state = make();
		await state.start();
		await state.setText('another text');
		expect([state.status, state.fitted.length]).toEqual(['idle', 0]);
		await state.start();
		expect(figures(state)).toEqual(all);
		await state.restoreText();
		expect([state.status, state.fitted.length]).toEqual(['finished', 6]);
		await state.reset();
		expect([state.status, state.fitted.length]).toEqual(['idle', 0]);
		const fresh = make();
		await fresh.look();
		expect(fresh.status).toBe('idle');
	});

	it('gives way to another experiment, and the other way round', async () => {
		const { make, other } = setUp();
		const state = make();
		void state.start();
		await until(() => state.running.length > 0);
		void other.train();
		await until(() => other.status === 'running');
		expect(state.status).toBe('stopped');
		expect(state.note).toMatchObject({ code: 'ended_for_other', args: { id: '13.4' } });
		await state.start();
		expect(other.status).toBe('paused');
		expect(state.status).toBe('finished');
	});

	it('says what failed, and can be tried again', async () => {
		const { make } = setUp(plan);
		const state = make();
		await state.setText('bad text');
		await state.start();
		expect(state.status).toBe('failed');
		expect(state.failure).toMatchObject({ code: 'experiment_invalid' });
		await state.restoreText();
		await state.start();
		expect([state.status, state.failure]).toEqual(['finished', null]);
	});
});
