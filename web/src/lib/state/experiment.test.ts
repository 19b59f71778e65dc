import { describe, expect, it, vi } from 'vitest';
import { frailStore, plan } from '$lib/engine/fakes';
import type { ExperimentView } from '../views/experiment/types';
import { ExperimentState } from './experiment.svelte';
import { fakeCard, fakeSite, quickTicker, until } from './fakes';
import { TrainOwner } from './registry';
import { TrainedShelf } from './trained.svelte';

vi.mock('$app/paths', () => ({ base: '' }));

/** localStorage, which Node does not have. */
const kept = new Map<string, string>();
vi.stubGlobal('localStorage', {
	getItem: (key: string) => kept.get(key) ?? null,
	setItem: (key: string, value: string) => void kept.set(key, value)
});

let visits = 0;
/** Long enough to be interrupted. */
const long = { ...plan, steps: 60 };

function setUp(using = plan, store = frailStore()) {
	const site = fakeSite(using, store);
	const dataset = `mnist-${++visits}`;
	const owner = new TrainOwner();
	const trained = new TrainedShelf();
	const host = { client: () => site.train, owner, trained, ticker: quickTicker };
	const make = (id = '13.4') => new ExperimentState(fakeCard(id, dataset), host);
	return { ...site, owner, trained, make, a: make() };
}
const read = (bytes: ArrayBuffer | undefined) => new TextDecoder().decode(bytes);

it('is what the views want', () => {
	const view: ExperimentView = setUp().a;
	expect(view.status).toBe('idle');
	expect(view.edited).toBe(false);
});

describe('training', () => {
	it('goes through loading and running to its end, and shows everything', async () => {
		const { a, trained } = setUp();
		const seen = new Set<string>();
		const done = a.train();
		await until(() => {
			seen.add(a.status);
			return a.status === 'finished';
		});
		await done;
		expect([...seen]).toEqual(['loading', 'running', 'finished']);
		expect(a.steps.x).toHaveLength(10);
		expect(a.steps.x.at(-1)).toBe(2);
		expect(a.epochs.map(({ test }) => test.accuracy)).toEqual([0.91, 0.92]);
		expect(a.run).toMatchObject({ update: 10, finished: true });
		expect(a.msPerStep).toBe(100);
		expect([a.loading, a.evaluating, a.secondsLeft, a.failure]).toEqual([null, null, null, null]);
		expect(a.runs).toMatchObject([
			{ ended: 'finished', epochs: 2, planned: 2, accuracy: 0.92, edited: false, sample: true }
		]);
		expect(trained.latest).toMatchObject({ id: '13.4', accuracy: 0.92, epochs: 2 });
		expect(read(trained.latest?.bytes)).toContain('text 13.4');
		expect(JSON.parse(kept.get('fireside.progress') ?? '')).toMatchObject({
			done: { '13.4': { accuracy: 0.92 } }
		});
	});

	it('pauses, says how long it still takes, steps, and goes on to the same end', async () => {
		const { a, engine, trained } = setUp(long);
		const first = a.train();
		await until(() => (a.run?.update ?? 0) >= 2 && a.status === 'running');
		await a.pause();
		// When it stands still its network can be drawn with.
		expect([a.status, trained.latest?.id]).toEqual(['paused', '13.4']);
		await first;
		const at = a.run?.update ?? 0;
		expect(a.status).toBe('paused');
		expect(at).toBeLessThan(60);
		expect(a.secondsLeft).toBeCloseTo((120 - at) * 0.1 + 2 * 100 * (100 / 10 / 3 / 1000));
		await a.step();
		expect([a.status, a.run?.update]).toEqual(['paused', at + 1]);
		await a.train();
		expect(a.status).toBe('finished');
		expect(engine.sessions).toHaveLength(1);
		expect(a.steps.loss).toEqual(Array.from({ length: 120 }, (_, i) => 1 / (i + 1)));
	});

	it('stops for good and keeps the network; the next start is a new run', async () => {
		const { a, engine } = setUp();
		void a.train();
		await until(() => a.status === 'running' && (a.run?.update ?? 0) >= 6);
		await a.stop();
		expect(a.status).toBe('finished');
		expect(a.runs).toMatchObject([{ ended: 'stopped', epochs: 1, accuracy: 0.91 }]);
		await a.loadReport();
		expect(a.report).toMatchObject({ correct: 60 });
		await a.train();
		expect(engine.sessions).toHaveLength(2);
		expect(a.runs.map(({ ended }) => ended)).toEqual(['stopped', 'finished']);
	});

	it('is thrown away by reset, also while it runs', async () => {
		const { a, store } = setUp();
		void a.train();
		await until(() => a.status === 'running' && (a.run?.update ?? 0) >= 6);
		await a.reset();
		expect([a.status, a.run, a.epochs, a.steps.x]).toEqual(['ready', null, [], []]);
		expect(store.files.size).toBe(0);
		await a.train();
		expect([a.status, a.steps.x.length]).toEqual(['finished', 10]);
	});

	it('that is cancelled while it loads leaves the card as it was', async () => {
		const { a } = setUp();
		void a.train();
		expect(a.status).toBe('loading');
		await a.pause();
		expect([a.status, a.loading]).toEqual(['idle', null]);
		await a.train();
		expect([a.status, a.steps.x.length]).toEqual(['finished', 10]);
	});

	it('that is cancelled at the last moment leaves the finished run to look into', async () => {
		const { a, engine } = setUp();
		await a.train();
		void a.train();
		await until(() => a.loading?.what === 'start');
		await a.pause();
		expect(a.status).toBe('finished');
		await until(() => engine.sessions.length === 2);
		await a.loadReport();
		// All 17 events of the finished run, not the untouched new one.
		expect(a.report?.rows).toBe(17);
	});

	it('that diverges says so and is back in its last good state', async () => {
		const { a, engine } = setUp({ ...plan, divergesAt: 8 });
		await a.train();
		expect(a.status).toBe('diverged');
		const args = { epoch: '2', step: '3', reason: 'loss_nan', back: '5' };
		expect(a.failure).toEqual({ code: 'diverged', args });
		expect(a.run).toMatchObject({ update: 5 });
		expect(a.runs).toMatchObject([{ ended: 'diverged', epochs: 1 }]);
		// What was shown after that is no part of the run, but stays in sight.
		expect(a.steps.x).toHaveLength(5);
		expect(a.crashes).toMatchObject([{ update: 8, at: 8 / 5, back: 5, rate: 0.01 }]);
		expect(a.crashes[0]?.points.x).toEqual([6 / 5, 7 / 5]);
		// Unchanged it goes the same way again.
		await a.goOnAfterCrash([]);
		expect([a.status, a.run?.update, a.crashes.length]).toEqual(['diverged', 5, 2]);
		expect(engine.sessions.at(-1)?.text).toBe('text 13.4');
	});

	it('does not start with a text that has problems', async () => {
		const { a, engine } = setUp();
		await a.setText('bad');
		await a.train();
		expect(a.failure).toEqual({ code: 'experiment_invalid', args: { count: '1' } });
		expect([a.status, engine.sessions.length]).toEqual(['idle', 0]);
		a.restoreText();
		await a.train();
		expect(a.status).toBe('finished');
	});

	it('takes a learning rate while it runs', async () => {
		const { a, engine } = setUp();
		const done = a.train();
		await until(() => a.status === 'running' && (a.run?.update ?? 0) >= 1);
		a.setLearningRate(0.5);
		a.setLearningRate(NaN);
		a.setLearningRate(-1);
		await done;
		expect(engine.sessions[0]?.rates.map(({ rate }) => rate)).toEqual([0.5]);
	});
});

describe('a reload', () => {
	it('in mid-training finds the saved run, with its charts and its text', async () => {
		const store = frailStore();
		const before = setUp(plan, store);
		await before.a.setValue('seed', '9');
		void before.a.train();
		await until(() => before.a.epochs.length >= 1 && before.a.status === 'running');
		before.workers.forEach((worker) => worker.terminate());
		// What runs on unheard in this thread must not save any more.
		const left = frailStore();
		store.files.forEach((bytes, name) => left.files.set(name, bytes));

		const after = setUp(plan, left);
		await after.a.lookForSaved();
		expect(after.a.saved).toMatchObject({ text: 'text 13.4\nseed = 9', update: 5, finished: false });
		await after.a.resumeSaved();
		expect(after.a.status).toBe('finished');
		expect(after.a.text).toBe('text 13.4\nseed = 9');
		expect(after.a.steps.x).toHaveLength(10);
		expect(after.a.epochs).toHaveLength(2);
		expect(after.engine.sessions.map(({ text }) => text)).toEqual(['text 13.4\nseed = 9']);
	});

	it('after the end shows the finished run without training', async () => {
		const store = frailStore();
		await setUp(plan, store).a.train();
		const { a, trained } = setUp(plan, store);
		await a.lookForSaved();
		expect(a.saved).toMatchObject({ finished: true });
		await a.resumeSaved();
		expect([a.status, a.epochs.length, a.runs.length]).toEqual(['finished', 2, 0]);
		expect(trained.latest?.accuracy).toBe(0.92);
		await a.loadReport();
		expect(a.report).not.toBeNull();
	});

	it('can throw the saved run away', async () => {
		const store = frailStore();
		await setUp(plan, store).a.step();
		const { a } = setUp(plan, store);
		await a.lookForSaved();
		await a.discardSaved();
		expect([a.saved, store.files.size]).toEqual([null, 0]);
	});

	it('with a damaged saved run says so once', async () => {
		const store = frailStore();
		await setUp(plan, store).a.step();
		for (const name of store.files.keys()) store.files.set(name, new Uint8Array(9));
		const { a } = setUp(plan, store);
		await a.lookForSaved();
		expect([a.saved, a.failure?.code]).toEqual([null, 'checkpoint_corrupt']);
		await a.train();
		expect([a.status, a.failure]).toEqual(['finished', null]);
	});
});

describe('a worker that dies', () => {
	it('while training leaves an offer, and trying again goes on from what was saved', async () => {
		const { a, workers, engine } = setUp();
		const first = a.train();
		await until(() => a.epochs.length >= 1 && a.status === 'running');
		workers[0]?.die();
		await first;
		expect([a.status, a.failure?.code]).toEqual(['failed', 'worker_died']);
		expect(a.saved).toMatchObject({ update: 5 });
		await a.train();
		expect([a.status, a.failure, a.steps.x.length]).toEqual(['finished', null, 10]);
		expect(engine.sessions.at(-1)?.rates).toEqual([]);
		expect(workers.length).toBeGreaterThan(1);
	});

	it('loses nothing where the reader tries again before what was saved is found', async () => {
		const { a, workers } = setUp();
		const first = a.train();
		await until(() => a.epochs.length >= 1 && a.status === 'running');
		workers[0]?.die();
		await until(() => a.status === 'failed');
		expect(a.saved).toBeNull();
		const again = a.train();
		await until(() => a.status === 'running');
		expect(a.run?.update).toBeGreaterThanOrEqual(5);
		await Promise.all([first, again]);
		expect([a.status, a.steps.x.length]).toEqual(['finished', 10]);
	});

	it('while the run is paused costs nothing', async () => {
		const { a, engine } = setUp();
		await a.step();
		engine.trapNextCheck = true;
		await a.setText('x');
		expect(a.failure?.code).toBe('worker_died');
		engine.trapNextCheck = false;
		await a.train();
		expect([a.status, a.steps.x.length, a.run?.text]).toEqual(['finished', 10, 'text 13.4']);
	});
});

describe('two experiments', () => {
	it('share the worker: the first is paused and saved, says so, and can go on', async () => {
		const { a, make, trained } = setUp(long);
		const b = make('13.5');
		const first = a.train();
		await until(() => a.status === 'running' && (a.run?.update ?? 0) >= 2);
		await b.step();
		await first;
		expect(a.status).toBe('paused');
		expect(a.note).toEqual({ code: 'paused_for_other', args: { id: '13.5' } });
		expect(b.run?.update).toBe(1);
		const at = a.run?.update ?? 0;
		expect(read(trained.of('13.4')?.bytes)).toContain('text 13.4');
		expect(read(trained.of('13.5')?.bytes)).toContain('text 13.5');

		await a.step();
		expect([a.run?.update, a.note]).toEqual([at + 1, null]);
		await a.train();
		await b.train();
		expect([a.status, b.status]).toEqual(['finished', 'finished']);
		expect(a.steps.x).toHaveLength(120);
		expect(b.steps.x).toHaveLength(120);
	});

	it('do not disturb each other to look into a network', async () => {
		const { a, make } = setUp();
		const b = make('13.5');
		await a.train();
		const second = b.train();
		await until(() => b.status === 'running');
		await a.loadReport();
		expect(a.failure).toEqual({ code: 'other_running', args: { id: '13.5' } });
		await second;
		expect(b.status).toBe('finished');
		await a.loadReport();
		expect([a.failure, a.report?.correct]).toEqual([null, 60]);
	});

	it('started at the same moment end up with one running and one paused', async () => {
		const { a, make } = setUp();
		const b = make('13.5');
		const both = [a.train(), b.train()];
		await until(() => a.status === 'running' || b.status === 'running');
		await Promise.all(both);
		const statuses = [a.status, b.status];
		expect(statuses.filter((status) => status === 'finished')).toHaveLength(1);
		const other = a.status === 'finished' ? b : a;
		expect(other.note?.code).toBe('paused_for_other');
		await other.train();
		expect(other.status).toBe('finished');
		expect(other.steps.x).toHaveLength(10);
	});
});

describe('dropped files', () => {
	const file = (name: string, size = 3) => new File([new Uint8Array(size)], name);

	it('become the data', async () => {
		const { a } = setUp();
		await a.dropFiles([file('train-images-idx3-ubyte.gz')]);
		expect([a.data?.origin, a.status, a.failure]).toEqual(['official', 'ready', null]);
	});

	it('that are wrong are refused with a sentence, and the page goes on', async () => {
		const { a } = setUp();
		await a.dropFiles([file('book.pdf')]);
		expect(a.failure).toMatchObject({ code: 'foreign_file' });
		await a.dropFiles([]);
		expect(a.failure?.code).toBe('drop_empty');
		const huge = {
			name: 'x',
			size: 2 ** 40,
			arrayBuffer: () => Promise.reject(new Error('read'))
		} as unknown as File;
		await a.dropFiles([huge]);
		expect(a.failure).toEqual({ code: 'drop_too_large', args: { megabytes: '1048576', limit: '400' } });
		await a.train();
		expect([a.status, a.failure]).toEqual(['finished', null]);
	});
});
