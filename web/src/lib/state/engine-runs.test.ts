// Runs and engines: the choice, the switch in mid-run, a GPU that does not start, and one that goes away.

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { frailStore, loseWhen, plan } from '$lib/engine/fakes';
import type { GpuLike } from '$lib/engine/probe';
import type { Card } from '$lib/engine/wire';
import { Engines } from './engines.svelte';
import { ExperimentState } from './experiment.svelte';
import { fakeCard, fakeSite, goodGpu, quickTicker, until } from './fakes';
import { TrainOwner } from './registry';
import { TrainedShelf } from './trained.svelte';

vi.mock('$app/paths', () => ({ base: '' }));

/** localStorage, which Node does not have. */
const kept = new Map<string, string>();
vi.stubGlobal('localStorage', {
	getItem: (key: string) => kept.get(key) ?? null,
	setItem: (key: string, value: string) => void kept.set(key, value)
});
beforeEach(() => kept.clear());

/** Long enough to be interrupted. */
const long = { ...plan, steps: 60 };

/** A card whose network is worth a GPU. */
function card(id: string): Card {
	const dense = fakeCard(id);
	if (!dense.summary) throw new Error('no summary');
	const layer = {
		name: 'conv2d_1',
		type: 'Conv2D',
		output: [26, 26, 4],
		settings: [] as unknown[]
	} as (typeof dense.summary.layers)[number];
	return { ...dense, summary: { ...dense.summary, layers: [layer], flops: 1e8 } };
}

function setUp(using = long, gpuOf: GpuLike | null = goodGpu(), store = frailStore()) {
	const site = fakeSite(using, store);
	const owner = new TrainOwner();
	const engines = new Engines({ gpu: () => gpuOf, owner });
	site.train.fellBack = (failure) => engines.gpuFailed(failure);
	const trained = new TrainedShelf();
	const host = { client: () => site.train, engines, owner, trained, ticker: quickTicker };
	return { ...site, engines, host, a: new ExperimentState(card('13.4'), host) };
}
type Site = ReturnType<typeof setUp>;

/** The device of the worker that trains now goes away at this update. */
function loseAt({ devices, gpu }: Site, update: number): void {
	const [device, session] = [devices.at(-1), gpu.sessions.at(-1)];
	if (!device || !session) throw new Error('nothing to lose');
	loseWhen(device, session, update);
}
const running = (a: ExperimentState, update = 1) => a.status === 'running' && (a.run?.update ?? 0) >= update;

describe('the choice', () => {
	it('is the GPU for a network that is worth it, and its speed is remembered', async () => {
		const site = setUp(plan);
		const { a, gpu, engine, workers, engines } = site;
		const seen = new Set<string>();
		const done = a.train();
		await until(() => {
			if (a.loading) seen.add(a.loading.what);
			return a.status === 'finished';
		});
		await done;
		expect([gpu.sessions.length, engine.sessions.length, workers.length]).toEqual([1, 0, 1]);
		expect(seen).toContain('compile');
		expect([a.engine, a.note]).toEqual(['gpu', null]);
		expect(engines.measured(a)).toEqual({ cpu: null, gpu: 100 });
	});

	it('is the CPU where there is no GPU, or only a small network', async () => {
		const none = setUp(plan, null);
		await none.a.train();
		expect([none.a.engine, none.engines.choice(none.a).reason]).toEqual(['cpu', 'no_webgpu']);
		const site = setUp(plan);
		const dense = new ExperimentState(fakeCard('13.3'), site.host);
		await dense.train();
		expect([dense.engine, site.engines.choice(dense).reason]).toEqual(['cpu', 'dense']);
	});

	it('is the reader’s, and kept for the next visit', async () => {
		const { a, engines } = setUp(plan);
		await engines.setWish('cpu');
		await a.train();
		expect(a.engine).toBe('cpu');
		const next = setUp(plan);
		await next.a.train();
		expect([next.engines.wish, next.a.engine]).toEqual(['cpu', 'cpu']);
	});

	it('of two experiments may differ: the first is paused and saved, and goes on where it was', async () => {
		const { a, host, workers } = setUp();
		const dense = new ExperimentState(fakeCard('13.3'), host);
		const first = a.train();
		await until(() => running(a, 2));
		await dense.step();
		await first;
		expect([a.status, a.note?.code, a.engine]).toEqual(['paused', 'paused_for_other', null]);
		expect([dense.engine, workers.length]).toEqual(['cpu', 2]);
		const at = a.run?.update ?? 0;
		await a.step();
		expect([a.engine, a.run?.update]).toEqual(['gpu', at + 1]);
	});
});

describe('the switch', () => {
	it('in mid-run pauses and saves; the run goes on on the other engine and loses nothing', async () => {
		const { a, engines, engine, workers } = setUp();
		const first = a.train();
		await until(() => running(a, 3));
		await engines.setWish('cpu');
		await first;
		expect([a.status, a.engine]).toEqual(['paused', null]);
		expect(a.note).toEqual({ code: 'engine_switched', args: { engine: 'cpu' } });
		expect(workers.map(({ ended }) => ended)).toEqual([true]);
		const at = a.run?.update ?? 0;
		await a.step();
		expect([a.run?.update, a.engine, engine.sessions[0]?.at]).toEqual([at + 1, 'cpu', at + 1]);
		await engines.setWish('gpu');
		// It stood still already: there is nothing to say.
		expect([a.status, a.note]).toEqual(['paused', null]);
		await a.train();
		expect([a.status, a.engine, a.steps.x.length]).toEqual(['finished', 'gpu', 120]);
	});

	it('to what trains already changes nothing', async () => {
		const { a, engines, workers } = setUp();
		const first = a.train();
		await until(() => running(a));
		await engines.setWish('gpu');
		await engines.setWish('auto');
		expect([a.status, workers.length]).toEqual(['running', 1]);
		await first;
		expect(a.status).toBe('finished');
	});

	it('after the end leaves the network to be looked into', async () => {
		const { a, engines } = setUp(plan);
		await a.train();
		await engines.setWish('cpu');
		expect(a.status).toBe('finished');
		await a.loadReport();
		expect([a.report?.correct, a.failure, a.engine]).toEqual([60, null, 'cpu']);
	});
});

describe('a GPU engine that does not start', () => {
	it('is replaced by the CPU, and the page says so', async () => {
		const { a, gpuStart, engines } = setUp(plan);
		gpuStart.failure = { code: 'gpu_start', args: { reason: 'no' } };
		await a.train();
		expect([a.status, a.engine, a.failure]).toEqual(['finished', 'cpu', null]);
		expect(a.note).toEqual({ code: 'gpu_to_cpu', args: { reason: 'gpu_start' } });
		expect(engines.choice(a)).toMatchObject({ engine: 'cpu', reason: 'failed' });
		// Asked for by hand it gets another chance.
		gpuStart.failure = null;
		await engines.setWish('gpu');
		await a.train();
		expect([a.engine, a.note]).toEqual(['gpu', null]);
	});

	it('or fails while it compiles, too', async () => {
		const { a, gpu } = setUp(plan);
		const made = gpu.Session;
		gpu.Session = class extends made {
			constructor(...args: ConstructorParameters<typeof made>) {
				const session = super(...args) as unknown as InstanceType<typeof made>;
				session.warm_up = () => Promise.reject({ code: 'gpu_start', args: { reason: 'a kernel' } });
				return session;
			}
		} as typeof made;
		await a.train();
		expect([a.status, a.engine, a.note?.code]).toEqual(['finished', 'cpu', 'gpu_to_cpu']);
	});
});

describe('a GPU that goes away', () => {
	it('once: the run goes on by itself, on a new device, from what was saved, and says so', async () => {
		const site = setUp();
		const { a, gpu, workers } = site;
		const done = a.train();
		await until(() => running(a, 3));
		loseAt(site, 9);
		await done;
		expect([a.status, a.failure, a.engine]).toEqual(['finished', null, 'gpu']);
		expect(a.note).toEqual({ code: 'lost_then_gpu', args: { update: '1' } });
		expect([gpu.sessions.length, workers.length, workers[0]?.ended]).toEqual([2, 2, true]);
		expect(a.steps.loss).toEqual(Array.from({ length: 120 }, (_, i) => 1 / (i + 1)));
		expect(a.epochs).toHaveLength(2);
	});

	it('twice in a run: the CPU goes on, also for the next one', async () => {
		const site = setUp();
		const { a, engine, gpu, engines } = site;
		const done = a.train();
		await until(() => running(a, 2));
		loseAt(site, 70);
		await until(() => gpu.sessions.length === 2 && running(a, 62));
		loseAt(site, 80);
		await done;
		expect([a.status, a.failure, a.engine]).toEqual(['finished', null, 'cpu']);
		// The second worker had saved after its first step, which was the first of the second epoch.
		expect(a.note).toEqual({ code: 'lost_then_cpu', args: { update: '61' } });
		expect([engine.sessions.length, a.steps.x.length]).toEqual([1, 120]);
		expect(engines.choice(a)).toMatchObject({ engine: 'cpu', reason: 'failed' });
	});

	it('before anything was saved: the run begins again, whatever an earlier one left', async () => {
		const store = frailStore();
		const before = setUp(plan, goodGpu(), store);
		await before.a.train();
		const site = setUp(plan, goodGpu(), store);
		const { a, gpu } = site;
		store.failWrite = true;
		const done = a.train();
		await until(() => a.loading?.what === 'compile' || gpu.sessions.length === 1);
		loseAt(site, 2);
		await done;
		expect([a.status, a.engine, a.steps.x.length]).toEqual(['finished', 'gpu', 10]);
		expect(gpu.sessions).toHaveLength(2);
		// The last thing to know: it cannot be saved.
		expect(a.note?.code).toBe('save_full');
	});

	it('while it is being paused: it stays paused, and can go on', async () => {
		const site = setUp();
		const { a } = site;
		const done = a.train();
		await until(() => running(a, 3));
		site.devices.at(-1)?.say('destroyed');
		await a.pause();
		await done;
		expect([a.status, a.failure, a.note?.code]).toEqual(['paused', null, 'lost_then_gpu']);
		await a.train();
		expect([a.status, a.engine, a.steps.x.length]).toEqual(['finished', 'gpu', 120]);
	});

	it('while the run stands still costs nothing', async () => {
		const site = setUp(plan);
		const { a } = site;
		await a.step();
		site.devices.at(-1)?.say('asleep');
		await a.loadReport();
		expect([a.status, a.failure?.code, a.engine]).toEqual(['paused', 'device_lost', null]);
		await a.train();
		expect([a.status, a.failure, a.engine, a.steps.x.length]).toEqual(['finished', null, 'gpu', 10]);
	});

	it('and comes back can be called off while it does', async () => {
		const site = setUp();
		const { a } = site;
		const done = a.train();
		await until(() => running(a, 3));
		loseAt(site, 6);
		await until(() => a.status === 'loading');
		await a.pause();
		await done;
		await until(() => a.status !== 'loading');
		expect(['paused', 'running']).toContain(a.status);
		await a.pause();
		await a.train();
		expect([a.status, a.steps.x.length]).toEqual(['finished', 120]);
	});
});
