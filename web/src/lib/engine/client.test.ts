import { afterEach, describe, expect, it, vi } from 'vitest';
import { EngineClient, type WorkerLike } from './client';
import { turn } from './fakes';
import type { FromWorker, Notice, Reply, ToWorker } from './messages';

vi.mock('$app/paths', () => ({ base: '' }));

class FakeWorker implements WorkerLike {
	sent: ToWorker[] = [];
	transferred: Transferable[][] = [];
	ended = false;
	onmessage: WorkerLike['onmessage'] = null;
	onmessageerror: WorkerLike['onmessageerror'] = null;
	onerror: WorkerLike['onerror'] = null;
	postMessage(message: ToWorker, transfer: Transferable[]) {
		this.sent.push(message);
		this.transferred.push(transfer);
	}
	terminate() {
		this.ended = true;
	}
	say(data: FromWorker) {
		this.onmessage?.({ data } as MessageEvent<FromWorker>);
	}
}

function setUp(ready?: Promise<unknown>) {
	const workers: FakeWorker[] = [];
	/** Locks as the browser gives them: the second one waits until the first is let go. */
	const held = new Map<string, () => void>();
	const waiting = new Map<string, () => void>();
	const locks = {
		request: async (name: string, options: LockOptions, granted: () => void) => {
			options.signal?.addEventListener('abort', () => waiting.delete(name));
			waiting.set(name, granted);
			held.set(name, () => waiting.get(name)?.());
		}
	} as unknown as LockManager;
	const client = new EngineClient({
		makeWorker: () => {
			const worker = new FakeWorker();
			workers.push(worker);
			return worker;
		},
		base: () => 'https://x/fireside/',
		locks,
		...(ready ? { ready } : {})
	});
	return { client, workers, held, waiting };
}

const saved = { type: 'saved', id: 'a' } as const;
const none = { type: 'saved', run: null } as const;
const died = { failure: { code: 'worker_died' } };

afterEach(() => vi.restoreAllMocks());

describe('a client', () => {
	it('makes its worker at the first request and answers each request with its own reply', async () => {
		const { client, workers } = setUp();
		expect(workers).toHaveLength(0);
		const [first, second] = [client.request(saved), client.request({ type: 'check', text: 'x' })];
		expect(workers).toHaveLength(1);
		const [a, b] = workers[0]?.sent ?? [];
		expect(a).toMatchObject({ base: 'https://x/fireside/', request: saved });
		const checked: Reply = { type: 'checked', checked: { ok: true, summary: null, problems: [] } };
		workers[0]?.say({ id: b?.id ?? -1, reply: checked });
		workers[0]?.say({ id: a?.id ?? -1, reply: none });
		expect(await second).toEqual(checked);
		expect(await first).toEqual(none);
	});

	it('gives notices to the request they belong to', async () => {
		const { client, workers } = setUp();
		const heard: [string, Notice][] = [];
		void client.request(saved, (notice) => heard.push(['a', notice]));
		void client.request(saved, (notice) => heard.push(['b', notice]));
		workers[0]?.say({ id: workers[0].sent[1]?.id ?? -1, notice: { type: 'engine', loaded: 1, total: 2 } });
		expect(heard).toEqual([['b', { type: 'engine', loaded: 1, total: 2 }]]);
	});

	it('hands over dropped files instead of copying them', () => {
		const { client, workers } = setUp();
		const bytes = new ArrayBuffer(8);
		void client.request({ type: 'drop_data', name: 'mnist', files: [{ name: 'x', bytes }] });
		void client.request({ type: 'load_model', bytes });
		expect(workers[0]?.transferred).toEqual([[bytes], []]);
	});

	it('passes failures on, and goes on', async () => {
		const { client, workers } = setUp();
		const request = client.request(saved);
		workers[0]?.say({
			id: 1,
			reply: { type: 'failed', failure: { code: 'checkpoint_corrupt', args: { id: 'a' } } }
		});
		await expect(request).rejects.toMatchObject({
			failure: { code: 'checkpoint_corrupt', args: { id: 'a' } }
		});
		const odd = client.request(saved);
		workers[0]?.say({ id: 2, reply: { type: 'done' } });
		await expect(odd).rejects.toMatchObject({ failure: { code: 'unexpected' } });
		expect(workers).toHaveLength(1);
	});
});

type Death = (worker: FakeWorker | undefined, client: EngineClient, held: Map<string, () => void>) => void;
const deaths: [string, Death][] = [
	['an error in it', (worker) => worker?.onerror?.({ message: 'RuntimeError: unreachable' } as ErrorEvent)],
	['a message nobody can read', (worker) => worker?.onmessageerror?.({} as MessageEvent)],
	[
		'a trap that it reports',
		(worker) =>
			worker?.say({
				id: 2,
				reply: { type: 'failed', failure: { code: 'worker_died', args: { reason: 'unreachable' } } }
			})
	],
	[
		'a rejection inside the engine',
		(worker) =>
			worker?.say({
				id: 0,
				reply: { type: 'failed', failure: { code: 'worker_died', args: { reason: 'panic' } } }
			})
	],
	['being killed from outside', (_worker, _client, held) => held.get('its lock')?.()],
	['being killed from inside', (_worker, client) => client.kill('asked to')]
];

describe.each(deaths)('when a worker dies of %s', (_name, die) => {
	it('all that wait for it fail, and the next request has a fresh one', async () => {
		const { client, workers, held } = setUp();
		const pending = [client.request(saved), client.request({ type: 'pause', id: 'a' })].map((request) =>
			request.catch((error: unknown) => error)
		);
		workers[0]?.say({ id: 0, notice: { type: 'alive', lock: 'its lock' } });
		const generation = client.generation;
		die(workers[0], client, held);
		for (const error of await Promise.all(pending)) {
			expect(error).toMatchObject(died);
			expect((error as { failure: { args: { reason: string } } }).failure.args.reason).not.toBe('');
		}
		expect(workers[0]?.ended).toBe(true);
		expect(client.generation).not.toBe(generation);

		const next = client.request(saved);
		expect(workers).toHaveLength(2);
		// The dead one can still be heard; nobody listens.
		workers[0]?.say({ id: 3, reply: { type: 'failed', failure: { code: 'x', args: {} } } });
		workers[0]?.onerror?.({ message: 'late' } as ErrorEvent);
		workers[1]?.say({ id: 3, reply: none });
		expect(await next).toEqual(none);
	});
});

it('stops waiting for the lock of a worker that it has ended itself', async () => {
	const { client, workers, waiting } = setUp();
	const request = client.request(saved).catch(() => null);
	workers[0]?.say({ id: 0, notice: { type: 'alive', lock: 'its lock' } });
	await turn();
	expect(waiting.has('its lock')).toBe(true);
	client.kill('asked to');
	await request;
	expect(waiting.has('its lock')).toBe(false);
});

describe('another engine', () => {
	const check = { type: 'check', text: 'x' } as const;
	const checked: Reply = { type: 'checked', checked: { ok: true, summary: null, problems: [] } };

	it('is said with every message; the first worker waits until it is known', async () => {
		let known = () => {};
		const { client, workers } = setUp(new Promise<void>((resolve) => (known = resolve)));
		const request = client.request(check);
		expect(workers).toHaveLength(0);
		client.use('gpu');
		known();
		await turn();
		expect(workers[0]?.sent).toMatchObject([{ engine: 'gpu', request: check }]);
		workers[0]?.say({ id: 1, reply: checked });
		expect(await request).toEqual(checked);
		expect([client.engine, client.generation, client.committed]).toEqual(['gpu', 0, true]);
	});

	it('is another worker, as soon as there is an engine in this one', async () => {
		const { client, workers } = setUp();
		void client.request(saved);
		// A saved run is read without an engine.
		client.use('gpu');
		expect([workers.length, workers[0]?.ended, client.generation]).toEqual([1, false, 0]);
		const [repeated, gone] = [client.request(check), client.request({ type: 'weights', id: 'a' })];
		client.use('gpu');
		expect(workers).toHaveLength(1);
		client.use('cpu');
		expect([workers.length, workers[0]?.ended, client.generation]).toEqual([2, true, 1]);
		await expect(gone).rejects.toMatchObject({
			failure: { code: 'engine_switched', args: { engine: 'cpu' } }
		});
		// The new worker answers what does not depend on the old one.
		expect(workers[1]?.sent.map(({ engine, request }) => [engine, request.type])).toEqual([
			['cpu', 'saved'],
			['cpu', 'check']
		]);
		workers[1]?.say({ id: 2, reply: checked });
		expect(await repeated).toEqual(checked);
	});

	const starts: [string, (worker: FakeWorker | undefined) => void, string][] = [
		[
			'says why it cannot start',
			(worker) =>
				worker?.say({
					id: 1,
					reply: { type: 'failed', failure: { code: 'gpu_missing', args: { feature: 'x' } } }
				}),
			'gpu_missing'
		],
		[
			'is not there',
			(worker) =>
				worker?.say({ id: 1, reply: { type: 'failed', failure: { code: 'engine_missing', args: {} } } }),
			'engine_missing'
		],
		[
			'dies at once',
			(worker) => worker?.onerror?.({ message: 'RuntimeError: unreachable' } as ErrorEvent),
			'gpu_start'
		]
	];
	it.each(starts)('takes the place of a GPU engine that %s', async (_name, fails, code) => {
		const { client, workers } = setUp();
		const heard: string[] = [];
		client.fellBack = (failure) => heard.push(failure.code);
		client.use('gpu');
		const load = { type: 'load_data', name: 'mnist', rows: 'all' } as const;
		const requests = [client.request(check), client.request(load)];
		fails(workers[0]);
		expect([heard, client.engine, client.generation]).toEqual([[code], 'cpu', 1]);
		expect(workers[1]?.sent.map(({ engine, request }) => [engine, request.type])).toEqual([
			['cpu', 'check'],
			['cpu', 'load_data']
		]);
		workers[1]?.say({ id: 1, reply: checked });
		expect(await requests[0]).toEqual(checked);
		// The CPU engine has nobody to take its place.
		workers[1]?.onerror?.({ message: 'RuntimeError' } as ErrorEvent);
		await expect(requests[1]).rejects.toMatchObject(died);
		expect(heard).toHaveLength(1);
	});

	it('does not take the place of one that has worked; a lost device ends its worker', async () => {
		const { client, workers } = setUp();
		client.fellBack = () => expect.unreachable();
		client.use('gpu');
		const first = client.request(check);
		workers[0]?.say({ id: 1, reply: checked });
		await first;
		const requests = [client.request({ type: 'play', id: 'a', only_one: false }), client.request(check)].map(
			(request) => request.catch((error: unknown) => error)
		);
		const lost = { code: 'device_lost', args: { reason: 'destroyed' } };
		workers[0]?.say({ id: 2, reply: { type: 'failed', failure: lost } });
		for (const error of await Promise.all(requests)) expect(error).toMatchObject({ failure: lost });
		expect([workers[0]?.ended, client.engine, client.generation]).toEqual([true, 'gpu', 1]);
	});

	it('is not taken where nobody asked for it', async () => {
		const { client, workers } = setUp();
		client.use('gpu');
		const request = client.request(check);
		const failure = { code: 'gpu_start', args: { reason: 'no' } };
		workers[0]?.say({ id: 1, reply: { type: 'failed', failure } });
		await expect(request).rejects.toMatchObject({ failure });
		expect(client.engine).toBe('gpu');
	});
});
