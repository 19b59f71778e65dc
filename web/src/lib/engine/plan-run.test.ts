import { describe, expect, it } from 'vitest';
import type { Requester } from './requester';
import { fail } from './failure';
import { FakeClock, fakeEngine, turn } from './fakes';
import { KeptFits, type FitStore } from './kept-fits';
import type { AnswerTo, Notice, Request } from './messages';
import { PlanRun, type PlanProgress } from './plan-run';
import type { Fitted, Job } from './wire';

function memory(): FitStore & { values: Map<string, string>; full: boolean } {
	const values = new Map<string, string>();
	const store = {
		values,
		full: false,
		getItem: (name: string) => values.get(name) ?? null,
		setItem: (name: string, value: string) => {
			if (store.full) throw new DOMException('full', 'QuotaExceededError');
			values.set(name, value);
		},
		removeItem: (name: string) => void values.delete(name)
	};
	return store;
}

const figure = ({ point, fold }: Job) => 0.5 + point / 10 + fold / 100;

/** A worker whose fits end when it is let; dies or fails where it is told. */
class FakeWorker implements Requester {
	generation = 0;
	engine = 'cpu' as const;
	readonly asked: Job[] = [];
	failing: ((job: Job) => ReturnType<typeof fail> | null) | null = null;
	hold = false;
	#stop: (() => void) | null = null;
	readonly #fake = fakeEngine(new FakeClock());

	use(): void {}

	async request<R extends Request>(request: R, onNotice?: (notice: Notice) => void): Promise<AnswerTo<R>> {
		return (await this.#answer(request, onNotice)) as AnswerTo<R>;
	}

	async #answer(request: Request, onNotice?: (notice: Notice) => void) {
		await turn();
		if (request.type === 'plan') return { type: 'plan', plan: this.#fake.plan(request.text) };
		if (request.type === 'table') return { type: 'table', table: this.#fake.table('', request.done) };
		if (request.type === 'stop') {
			this.#stop?.();
			return { type: 'done' };
		}
		if (request.type !== 'fit') throw new Error(request.type);
		const { job } = request;
		this.asked.push(job);
		onNotice?.({ type: 'fit', job, update: 1, updates: 2, loss: 0.3, epochs: [] });
		const stopped = this.hold && (await new Promise<boolean>((end) => (this.#stop = () => end(true))));
		const failure = this.failing?.(job);
		if (failure) throw failure;
		const fitted: Fitted = { job, figure: figure(job), loss: 0.3, epochs: 1, steps: 2, curve: [] };
		return { type: 'fitted', fitted: stopped ? null : fitted };
	}
}

function setUp(count = 2) {
	const workers = Array.from({ length: count }, () => new FakeWorker());
	const store = memory();
	const heard: PlanProgress[] = [];
	let ms = 0;
	const make = (text = 'text') =>
		new PlanRun(
			{
				workers,
				kept: new KeptFits(store),
				now: () => (ms += 10),
				onProgress: (progress) => void heard.push(progress)
			},
			'6.2',
			text
		);
	const jobs = () => workers.flatMap((worker) => worker.asked);
	return { workers, store, heard, make, jobs };
}

const key = ({ point, fold }: Job) => `${point}/${fold}`;
const all = ['0/0', '0/1', '0/2', '1/0', '1/1', '1/2'];

describe('all fits of a plan', () => {
	it.each([1, 2, 5, 9])('are done once each by %i workers, with the same table', async (count) => {
		const { make, jobs, heard } = setUp(count);
		const table = await make().run();
		expect(jobs().map(key).sort()).toEqual(all);
		expect(table.points.map(({ folds }) => folds)).toEqual([
			[0.5, 0.51, 0.52],
			[0.6, 0.61, 0.62]
		]);
		expect(heard[0]).toMatchObject({ fits: 6, done: 0, leftMs: null, running: [] });
		expect(heard.at(-1)).toMatchObject({ fits: 6, done: 6, leftMs: 0, running: [], table });
	});

	it('show each fit that is under way', async () => {
		const { make, heard } = setUp(2);
		await make().run();
		const most = Math.max(...heard.map(({ running }) => running.length));
		expect(most).toBe(2);
		expect(heard.some(({ running }) => running.some(({ update }) => update === 1))).toBe(true);
	});

	it('stop together, and go on with the rest later', async () => {
		const { make, workers, jobs, store } = setUp(2);
		const first = make();
		const run = first.run();
		while (jobs().length < 4) await turn();
		for (const worker of workers) worker.hold = true;
		while (jobs().length < 6) await turn();
		await first.cancel();
		const done = (await run).points.flatMap(({ folds }) => folds).length;
		expect(done).toBeLessThan(6);
		for (const worker of workers) {
			worker.hold = false;
			worker.asked.length = 0;
		}
		const table = await make().run();
		expect(jobs()).toHaveLength(6 - done);
		expect(table.points.flatMap(({ folds }) => folds)).toHaveLength(6);
		// Another text is another plan, and so is one whose fits were damaged.
		for (const worker of workers) worker.asked.length = 0;
		await make('other').run();
		expect(jobs()).toHaveLength(6);
		for (const name of store.values.keys())
			store.values.set(name, '{"outcome":"other","done":[{"job":1},3]}');
		await make('other').run();
		expect(jobs()).toHaveLength(12);
	});

	it('try a fit again whose worker died, once', async () => {
		const { make, workers, jobs } = setUp(1);
		const [worker] = workers;
		let deaths = 0;
		if (worker) {
			worker.failing = ({ point, fold }) =>
				point === 0 && fold === 1 && deaths++ === 0 ? fail('worker_died', { reason: 'killed' }) : null;
		}
		const table = await make().run();
		expect(table.points.flatMap(({ folds }) => folds)).toHaveLength(6);
		expect(jobs()).toHaveLength(7);
		if (worker) worker.failing = () => fail('worker_died', { reason: 'killed' });
		await expect(make('other').run()).rejects.toMatchObject({ failure: { code: 'worker_died' } });
	});

	it('end at the first failure, and keep what is done', async () => {
		const { make, workers, jobs, store } = setUp(2);
		for (const worker of workers) {
			worker.failing = ({ point }) => (point === 1 ? fail('device_lost', { reason: 'gone' }) : null);
		}
		await expect(make().run()).rejects.toMatchObject({ failure: { code: 'device_lost' } });
		expect(jobs().length).toBeLessThanOrEqual(5);
		for (const worker of workers) worker.failing = null;
		expect([...store.values.values()].join()).toContain('"fold":2');
		expect((await make().run()).points.flatMap(({ folds }) => folds)).toHaveLength(6);
	});

	it('go on where nothing can be kept, and say so', async () => {
		const { make, store, heard } = setUp();
		store.full = true;
		await make().run();
		expect(heard.at(-1)).toMatchObject({ done: 6, kept: false });
	});
});
