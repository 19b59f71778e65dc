// Stand-ins for the states' unit tests: a real trainer with a fake engine behind a fake worker, and a clock that
// is moved by hand. Nothing of the site imports this.

import { EngineClient, type WorkerLike } from '$lib/engine/client';
import { Answerer } from '$lib/engine/answerer';
import { FakeClock, fakeEngine, fakeRead, frailStore, plan, turn } from '$lib/engine/fakes';
import type { EngineKind } from '$lib/engine/kinds';
import { DeviceWatch } from '$lib/engine/lost';
import type { FromWorker, ToWorker } from '$lib/engine/messages';
import { Datasets } from '$lib/engine/packs';
import { SavedRuns } from '$lib/engine/saved';
import { Trainer } from '$lib/engine/trainer';
import type { GpuLike } from '$lib/engine/probe';
import type { Card, Failure, Summary } from '$lib/engine/wire';
import type { Ticker } from './frame';

export { until } from '$lib/engine/fakes';

/** A worker in the same thread: messages are copied and delivered later, as between threads. */
export class InlineWorker implements WorkerLike {
	onmessage: WorkerLike['onmessage'] = null;
	onmessageerror: WorkerLike['onmessageerror'] = null;
	onerror: WorkerLike['onerror'] = null;
	ended = false;
	readonly asked: ToWorker[] = [];
	readonly #receive: (message: ToWorker) => Promise<void>;

	constructor(make: (post: (message: FromWorker) => void) => (message: ToWorker) => Promise<void>) {
		this.#receive = make((message) => {
			const data = structuredClone(message);
			setTimeout(() => !this.ended && this.onmessage?.({ data } as MessageEvent<FromWorker>), 0);
		});
	}
	postMessage(message: ToWorker): void {
		const data = structuredClone(message);
		this.asked.push(data);
		setTimeout(() => !this.ended && void this.#receive(data), 0);
	}
	terminate(): void {
		this.ended = true;
	}
	/** Like a trap in the engine. */
	die(): void {
		this.onerror?.({ message: 'RuntimeError: unreachable' } as ErrorEvent);
	}
}

export function fakeSite(using = plan, store = frailStore()) {
	const clock = new FakeClock();
	const engine = fakeEngine(clock, using);
	const gpu = fakeEngine(clock, using, 'gpu');
	/** What the GPU engine says when it is started; null: it starts. */
	const gpuStart: { failure: Failure | null } = { failure: null };
	/** One for each worker that trains. */
	const devices: DeviceWatch[] = [];
	const workers: InlineWorker[] = [];
	const saved = new SavedRuns(store);
	const client = (answers: boolean, engineKind: EngineKind = 'cpu') =>
		new EngineClient(
			{
				makeWorker: () => {
					const worker = new InlineWorker((post) => {
						let kind: EngineKind = 'cpu';
						const source = async () => {
							if (kind === 'cpu') return engine;
							if (gpuStart.failure) throw gpuStart.failure;
							return gpu;
						};
						if (answers) {
							const answerer = new Answerer(source, post);
							return (message) => answerer.receive(message);
						}
						const device = new DeviceWatch();
						devices.push(device);
						const fetch = async () => new Response('', { status: 404 });
						const datasets = new Datasets({
							engine: source,
							fetch,
							caches: null,
							read: fakeRead,
							now: clock.now
						});
						const trainer = new Trainer(
							{ engine: source, device, datasets, saved, now: clock.now, breathe: turn },
							post
						);
						return (message) => {
							kind = message.engine;
							return trainer.receive(message);
						};
					});
					workers.push(worker);
					return worker;
				},
				base: () => 'https://x/',
				locks: null
			},
			engineKind
		);
	const spare = () => client(false, 'gpu');
	const [train, answer] = [client(false), client(true)];
	return { clock, engine, gpu, gpuStart, devices, workers, store, train, answer, spare };
}

/** Timers that fire when the test says so. */
export class HandTicker implements Ticker {
	ms = 0;
	#due: { at: number; work: () => void }[] = [];
	now = () => this.ms;
	after(ms: number, work: () => void): () => void {
		const entry = { at: this.ms + ms, work };
		this.#due.push(entry);
		return () => {
			this.#due = this.#due.filter((other) => other !== entry);
		};
	}
	advance(ms: number): void {
		this.ms += ms;
		const due = this.#due.filter(({ at }) => at <= this.ms);
		this.#due = this.#due.filter(({ at }) => at > this.ms);
		due.forEach(({ work }) => work());
	}
}

/** Fires in the next turn of the event loop. */
export const quickTicker: Ticker = {
	now: () => performance.now(),
	after(_ms, work) {
		const timer = setTimeout(work, 0);
		return () => clearTimeout(timer);
	}
};

const summary: Summary = {
	layers: [],
	input: [28, 28, 1],
	input_sheet: [1, 28, 28],
	parameters: 10,
	non_trainable: 0,
	flops: 100,
	train_rows: 50,
	validation_rows: 0,
	test_rows: 100,
	classes: 10,
	epochs: 2,
	batch_size: 10,
	steps_per_epoch: 5,
	loss: 'categorical_crossentropy',
	optimizer: 'adam',
	learning_rate: 0.01,
	seed: 7,
	settings: []
};

/** A browser with a good GPU. */
export const goodGpu = (
	info = { vendor: 'apple', architecture: 'metal-3', isFallbackAdapter: false }
): GpuLike => ({
	requestAdapter: async () => ({
		features: new Set(['timestamp-query']),
		limits: {
			maxStorageBuffersPerShaderStage: 8,
			maxComputeInvocationsPerWorkgroup: 256,
			maxComputeWorkgroupSizeX: 256,
			maxComputeWorkgroupStorageSize: 16_384
		},
		info
	})
});

let cards = 0;

/** A card with a data set of its own: what is loaded is remembered for the whole visit. */
export function fakeCard(id = '13.4', dataset = `mnist-${++cards}`): Card {
	const title = { en: id, zh: id };
	return {
		id,
		kind: 'train',
		chapter: 13,
		title,
		intro: title,
		dataset,
		text: `text ${id}`,
		summary,
		fits: 1,
		reported: [],
		curve: null,
		errata: [],
		question: null
	};
}
