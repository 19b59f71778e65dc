// The page's end of a worker: promises for requests, callbacks for notices. The worker is made at the first
// request; when it dies, all that waits for it fails with `worker_died` and the next request makes a new one.
//
// A worker holds one engine. Another engine is another worker: `use` ends the one that is there. A GPU engine that
// does not start is replaced by the CPU's, and whoever waits does not notice.

import { base } from '$app/paths';
import { EngineFailure, fail, failure } from './failure';
import type { EngineKind } from './kinds';
import type { Answers, AnswerTo, FromWorker, Notice, Request, ToWorker } from './messages';
import type { Requester } from './requester';
import type { Failure } from './wire';
import { wordsAnswers } from './words';

/** The part of `Worker` that is used. */
export interface WorkerLike {
	postMessage(message: ToWorker, transfer: Transferable[]): void;
	terminate(): void;
	onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
	onmessageerror: ((event: MessageEvent) => void) | null;
	onerror: ((event: ErrorEvent) => void) | null;
}

export type ClientHost = {
	makeWorker(): WorkerLike;
	/** Absolute address of the site's root, with a slash at its end. */
	base(): string;
	/** Missing on pages without https: then a worker that is killed from outside is not noticed. */
	locks: Pick<LockManager, 'request'> | null;
	/** Requests wait for it: until it is known which engine the first worker is to load. */
	ready?: Promise<unknown>;
};

type Pending = {
	request: Request;
	/** The worker has it. */
	sent: boolean;
	resolve(reply: unknown): void;
	reject(error: EngineFailure): void;
	onNotice: ((notice: Notice) => void) | undefined;
};

/** What a fresh worker can answer as well as the old one. */
const repeatable: readonly Request['type'][] = [
	'check',
	'edit',
	'load_data',
	'saved',
	'probe',
	'plan',
	'table',
	'compute',
	'augment',
	'load_model'
];

export class EngineClient implements Requester {
	readonly #host: ClientHost;
	/** In the order in which they were asked. */
	readonly #pending = new Map<number, Pending>();
	#worker: WorkerLike | null = null;
	#mourning: AbortController | null = null;
	#lastId = 0;
	#ready: boolean;
	/** The worker was asked for something that needs its engine, and: its engine has answered. */
	#engineAsked = false;
	#engineRuns = false;
	#engine: EngineKind;
	generation = 0;
	/** Called when the GPU engine did not start, and the CPU's took its place. Without it that is a failure. */
	fellBack: ((failure: Failure) => void) | null = null;

	constructor(host: ClientHost, engine: EngineKind = 'cpu') {
		this.#host = host;
		this.#engine = engine;
		this.#ready = host.ready === undefined;
		void host.ready?.then(() => {
			this.#ready = true;
			this.#sendAll();
		});
	}

	get engine(): EngineKind {
		return this.#engine;
	}

	/** Its worker has an engine, or is loading it: another one would cost another download. */
	get committed(): boolean {
		return this.#engineAsked;
	}

	request<R extends Request>(request: R, onNotice?: (notice: Notice) => void): Promise<AnswerTo<R>> {
		return new Promise((resolve, reject) => {
			const id = ++this.#lastId;
			const answered = (reply: unknown) => resolve(reply as AnswerTo<R>);
			this.#pending.set(id, { request, sent: false, resolve: answered, reject, onNotice });
			this.#sendAll();
		});
	}

	use(engine: EngineKind): void {
		if (engine === this.#engine) return;
		this.#engine = engine;
		// A worker without an engine yet loads the new one.
		if (!this.#worker || !this.#engineAsked) return;
		this.#end();
		for (const [id, pending] of this.#pending) {
			if (repeatable.includes(pending.request.type)) continue;
			this.#pending.delete(id);
			pending.reject(fail('engine_switched', { engine }));
		}
		this.#sendAll();
	}

	/** Ends the worker; whoever waits for it gets `worker_died`. */
	kill(reason: string): void {
		this.#bury(failure('worker_died', { reason }));
	}

	#sendAll(): void {
		if (!this.#ready) return;
		for (const [id, pending] of this.#pending) {
			if (pending.sent) continue;
			const { request } = pending;
			try {
				this.#worker ??= this.#start();
				const message = { id, base: this.#host.base(), engine: this.#engine, request };
				this.#worker.postMessage(message, transferOf(request));
				pending.sent = true;
				if (request.type !== 'saved') this.#engineAsked = true;
			} catch (error) {
				this.#pending.delete(id);
				const message = error instanceof Error ? error.message : String(error);
				pending.reject(fail('unexpected', { message }));
			}
		}
	}

	#start(): WorkerLike {
		const worker = this.#host.makeWorker();
		const dies = (reason: string) => {
			if (worker === this.#worker) this.#died(failure('worker_died', { reason }));
		};
		worker.onmessage = (event) => {
			if (worker === this.#worker) this.#receive(event.data);
		};
		worker.onmessageerror = () => dies('a message could not be read');
		worker.onerror = (event) => {
			event.preventDefault?.();
			dies(event.message || 'the worker could not be started');
		};
		return worker;
	}

	#receive(message: FromWorker): void {
		if ('notice' in message) {
			if (message.notice.type === 'alive') this.#watch(message.notice.lock);
			else this.#pending.get(message.id)?.onNotice?.(message.notice);
			return;
		}
		const { id, reply } = message;
		// After either the worker is of no use.
		const ends = ['worker_died', 'device_lost'];
		if (reply.type === 'failed' && ends.includes(reply.failure.code)) return this.#died(reply.failure);
		if (reply.type === 'failed' && this.#fallBack(reply.failure)) return;
		const pending = this.#pending.get(id);
		if (!pending) return;
		this.#pending.delete(id);
		const { type } = pending.request;
		if (reply.type === 'failed') return pending.reject(new EngineFailure(reply.failure));
		if (type !== 'saved') this.#engineRuns = true;
		if (reply.type === answers[type]) pending.resolve(reply);
		else pending.reject(fail('unexpected', { message: `${reply.type} is no answer` }));
	}

	#watch(lock: string): void {
		const worker = this.#worker;
		const mourning = new AbortController();
		this.#mourning = mourning;
		this.#host.locks
			?.request(lock, { signal: mourning.signal }, () => {
				if (worker === this.#worker) this.#died(failure('worker_died', { reason: 'the worker was ended' }));
			})
			.catch(() => undefined);
	}

	/** The GPU engine did not start: nothing of what waits was begun, so that the CPU engine can do all of it. */
	#fallBack(value: Failure): boolean {
		if (this.#engine !== 'gpu' || !this.#engineAsked || this.#engineRuns) return false;
		if (!this.fellBack || !startFailures.test(value.code)) return false;
		const { code, args } = value;
		this.#engine = 'cpu';
		this.#end();
		for (const [id, pending] of this.#pending) {
			// Its files were handed over, and are gone.
			if (pending.request.type !== 'drop_data') continue;
			this.#pending.delete(id);
			pending.reject(new EngineFailure(value));
		}
		this.fellBack(code === 'worker_died' ? failure('gpu_start', { reason: args['reason'] ?? '' }) : value);
		this.#sendAll();
		return true;
	}

	#died(value: Failure): void {
		if (!this.#fallBack(value)) this.#bury(value);
	}

	#bury(value: Failure): void {
		this.#end();
		for (const [id, pending] of this.#pending) {
			this.#pending.delete(id);
			pending.reject(new EngineFailure(value));
		}
	}

	#end(): void {
		this.#mourning?.abort();
		this.#mourning = null;
		this.#worker?.terminate();
		this.#worker = null;
		this.#engineAsked = this.#engineRuns = false;
		this.generation += 1;
		for (const pending of this.#pending.values()) pending.sent = false;
	}
}

/** What says that an engine could not be had; every other failure is one of the request. */
const startFailures = /^(gpu_\w+|device_lost|worker_died|engine_(missing|damaged|unreachable))$/;

const answers: Answers = {
	...wordsAnswers,
	check: 'checked',
	edit: 'text',
	load_data: 'data',
	drop_data: 'data',
	wall: 'wall',
	prepare: 'run',
	play: 'run',
	pause: 'done',
	learning_rate: 'done',
	inside: 'inside',
	histogram: 'histogram',
	look: 'seen',
	reset: 'done',
	calibrate: 'calibrated',
	report: 'report',
	weights: 'weights',
	saved: 'saved',
	probe: 'probe',
	plan: 'plan',
	table: 'table',
	compute: 'computed',
	augment: 'augmented',
	fit: 'fitted',
	stages: 'staged',
	generate: 'generated',
	stop: 'done',
	answers: 'answers',
	load_model: 'model',
	draw: 'drawing',
	judge: 'judged',
	captcha: 'captcha'
};

/** Dropped files are handed over: they can be large, and the page needs them no more. */
function transferOf(request: Request): Transferable[] {
	return request.type === 'drop_data' ? request.files.map((file) => file.bytes) : [];
}

/** Absolute address of the site's root. Workers have another base address than the page. */
export function siteRoot(): string {
	return new URL(`${base}/`, location.href).href;
}

function host(makeWorker: () => Worker): ClientHost {
	return { makeWorker, base: siteRoot, locks: navigator.locks ?? null };
}

const trainHost = () =>
	host(() => new Worker(new URL('./train.worker.ts', import.meta.url), { type: 'module', name: 'train' }));

let train: EngineClient | null = null;
let answer: EngineClient | null = null;

let open = () => {};
const engineKnown = new Promise<void>((resolve) => (open = resolve));
/** From now on the training worker may start; before it is known whether there is a GPU it waits. */
export const firstEngineKnown = (): void => open();

/** The client of the worker that trains: one for the whole site. */
export function trainClient(): EngineClient {
	return (train ??= new EngineClient({ ...trainHost(), ready: engineKnown }));
}

/** A worker of its own for the self-check, where the one that trains is not on the GPU. `kill` it afterwards. */
export function spareGpuClient(): EngineClient {
	return new EngineClient(trainHost(), 'gpu');
}

/** A worker of its own on the CPU, beside the one that trains: what it does is called off by ending it (`kill`). */
export function spareClient(): EngineClient {
	return new EngineClient(trainHost());
}

/**
 * Workers for a plan of many fits: the one that trains, and spare ones with the same engine up to `count`. `close`
 * ends the spare ones.
 */
export function fitClients(count: number): { workers: EngineClient[]; close(): void } {
	const own = trainClient();
	const spare = Array.from(
		{ length: Math.max(0, count - 1) },
		() => new EngineClient(trainHost(), own.engine)
	);
	return {
		workers: [own, ...spare],
		close: () => spare.forEach((client) => client.kill('the plan is done'))
	};
}

/** The client of the worker that answers drawings: one for the whole site. */
export function answerClient(): EngineClient {
	answer ??= new EngineClient(
		host(() => new Worker(new URL('./answer.worker.ts', import.meta.url), { type: 'module', name: 'answer' }))
	);
	return answer;
}
