import { describe, expect, it, vi } from 'vitest';
import { frailStore, plan, turn } from '$lib/engine/fakes';
import { ExperimentState } from './experiment.svelte';
import { fakeCard, fakeSite, quickTicker, until } from './fakes';
import { InsideState } from './inside.svelte';
import { TrainOwner } from './registry';
import { TrainedShelf } from './trained.svelte';

vi.mock('$app/paths', () => ({ base: '' }));

const kept = new Map<string, string>();
vi.stubGlobal('localStorage', {
	getItem: (key: string) => kept.get(key) ?? null,
	setItem: (key: string, value: string) => void kept.set(key, value)
});

let visits = 0;
const long = { ...plan, steps: 60 };

function setUp(using = plan, store = frailStore()) {
	const site = fakeSite(using, store);
	const dataset = `steered-${++visits}`;
	const host = {
		client: () => site.train,
		owner: new TrainOwner(),
		trained: new TrainedShelf(),
		ticker: quickTicker
	};
	const make = (id = '13.4') => new ExperimentState(fakeCard(id, dataset), host);
	const asked = () => site.workers.flatMap((worker) => worker.asked.map(({ request }) => request.type));
	return { ...site, make, asked, a: make() };
}

describe('more epochs', () => {
	it('go on where the run ended, by its own text, and are noted', async () => {
		const { a, engine } = setUp();
		await a.train();
		// Edited since: the text of the run counts.
		await a.setText('text 13.4, other');
		engine.using = { ...plan, epochs: 3 };
		await a.moreEpochs(1);
		expect([a.status, a.run?.update, a.run?.epochs]).toEqual(['finished', 15, 3]);
		expect(a.text).toBe('text 13.4\ntraining.epochs = 3');
		expect(a.steps.loss).toEqual(Array.from({ length: 15 }, (_, i) => 1 / (i + 1)));
		expect(a.notes[0]).toEqual({ update: 10, what: 'more_epochs', from: 2, to: 3 });
		expect(a.epochs).toHaveLength(3);
	});
	it('are only for a run that has ended, and in whole numbers', async () => {
		const { a, asked } = setUp(long);
		await a.moreEpochs(1);
		const run = a.train();
		await until(() => (a.run?.update ?? 0) >= 2);
		await a.moreEpochs(1);
		await a.pause();
		await run;
		await a.moreEpochs(1);
		for (const count of [0, -1, 1.5, NaN]) await a.moreEpochs(count);
		expect(a.status).toBe('paused');
		expect(asked()).not.toContain('edit');
	});
});

describe('a single step', () => {
	it('says what it did until the run goes on', async () => {
		const { a } = setUp(long);
		await a.step();
		expect(a.oneUpdate).toMatchObject({ update: 1, before: 1, after: 0.25 });
		await a.step();
		expect(a.oneUpdate).toMatchObject({ update: 2 });
		expect(a.notes).toEqual([{ update: 2, what: 'step' }]);
		const run = a.train();
		await until(() => (a.run?.update ?? 0) >= 4);
		expect(a.oneUpdate).toBeNull();
		await a.stop();
		await run;
	});
});

describe('the table of runs', () => {
	it('has what the worker took down: once, and at the same updates', async () => {
		const { a } = setUp(long);
		const first = a.train();
		await until(() => (a.run?.update ?? 0) >= 2);
		a.setLearningRate(0.5);
		await until(() => a.notes.length === 1);
		await a.pause();
		await first;
		await a.step();
		await a.step();
		a.setLearningRate(0.25);
		await until(() => a.notes.length === 4);
		const rest = a.train();
		await until(() => a.status === 'running' && a.notes.length === 5);
		await a.stop();
		await rest;
		const what = ['learning_rate', 'paused', 'step', 'learning_rate', 'went_on', 'paused'];
		expect(a.notes.map((note) => note.what)).toEqual(what);
		const [run] = a.runs;
		const types = ['rate', 'paused', 'single_steps', 'rate', 'resumed'];
		expect(run?.notes.map(({ type }) => type)).toEqual(types);
		expect(run?.notes.map(({ update }) => update)).toEqual(a.notes.slice(0, 5).map(({ update }) => update));
		expect(run).toMatchObject({ ended: 'stopped', notes: [{}, {}, { count: 2 }, { to: 0.25 }, {}] });
	});
	it('has a rate that was changed while another experiment had the worker', async () => {
		const { make } = setUp(long);
		const [a, b] = [make('13.3'), make('13.4')];
		const first = a.train();
		await until(() => (a.run?.update ?? 0) >= 2);
		await a.pause();
		await first;
		const second = b.train();
		await until(() => (b.run?.update ?? 0) >= 2);
		// Not in the middle of the other one's run: that is said, and nothing is changed.
		a.setLearningRate(0.5);
		await until(() => a.failure !== null);
		expect([a.failure?.code, a.learningRate, a.notes.length]).toEqual(['other_running', 0.01, 1]);
		await b.pause();
		await second;
		a.setLearningRate(0.5);
		await until(() => a.notes.length === 2);
		expect(a.runs[0]?.notes.map(({ type }) => type)).toEqual(['paused', 'rate']);
	});
});

describe('a link', () => {
	const link = { id: '13.4', sets: [], text: 'text of a link', tab: 'text', hide: ['settings' as const] };

	it('does not touch the text of a run that is on', async () => {
		const { a } = setUp(long);
		const run = a.train();
		await until(() => (a.run?.update ?? 0) >= 2);
		await a.applyLink(link);
		expect([a.text, a.note?.code]).toEqual(['text 13.4', 'link_kept']);
		await a.stop();
		await run;
		await a.applyLink(link);
		expect([a.text, a.note, a.tab, a.hidden]).toEqual(['text of a link', null, 'text', ['settings']]);
		expect(a.link()).toEqual(link);
	});
	it('starts at once where nothing is there, and only there', async () => {
		const store = frailStore();
		const { a, make } = setUp(plan, store);
		await a.trainAtOnce();
		expect(a.status).toBe('finished');
		await a.trainAtOnce();
		expect(a.note?.code).toBe('link_start_kept');
		// Another visit, whose saved run must not be written over.
		const files = new Map(store.files);
		const later = make();
		await Promise.all([later.lookForSaved(), later.trainAtOnce()]);
		expect([later.status, later.note?.code]).toEqual(['idle', 'link_start_kept']);
		expect(later.saved).toMatchObject({ update: 10 });
		expect(store.files).toEqual(files);
	});
	it('that was not understood starts nothing', async () => {
		const { a, asked } = setUp();
		a.note = { code: 'link_damaged', args: {} };
		await a.trainAtOnce();
		expect(asked()).not.toContain('play');
	});
});

describe('the inside', () => {
	const live = (update: number) => ({
		update,
		pace: null,
		memory: null,
		threads: 1,
		helped: 0,
		dispatches: 0,
		pipelines: 0,
		loss: 1,
		layers: []
	});
	it('is asked for while it is watched and the run moves, not otherwise', async () => {
		let at: number | null = 1;
		let asked = 0;
		const inside = new InsideState(
			{
				at: () => at,
				live: async () => ((asked += 1), live(at ?? 0)),
				histogram: () => Promise.reject(new Error('no')),
				take: async () => undefined
			},
			1
		);
		const wait = () => new Promise((resolve) => setTimeout(resolve, 30));
		const stop = inside.watch();
		await wait();
		expect([asked, inside.live?.update]).toEqual([1, 1]);
		at = 2;
		await wait();
		expect([asked, inside.live?.update]).toEqual([2, 2]);
		at = null;
		await wait();
		at = 3;
		stop();
		await wait();
		expect(asked).toBe(2);
		await inside.look('weights', 0);
		expect(inside.failure?.code).toBe('unexpected');
		expect(inside.busy).toBe(false);
	});
	it('of a run whose worker has turned to another one is taken up again', async () => {
		const { make } = setUp();
		const [a, b] = [make('13.3'), make('13.4')];
		await a.train();
		await b.train();
		expect(a.engine).toBeNull();
		await a.inside.open();
		expect(a.inside.live).toMatchObject({ update: 10, layers: [{ gradient: 5 }] });
		await a.inside.look('activations', 0);
		expect(a.inside.histogram).toMatchObject({ of: 'activations', count: 4 });
		await turn();
	});
});
