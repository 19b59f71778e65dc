// The page's end of a worker: promises for requests, callbacks for notices. The worker is made at the first
// request; when it dies, all that waits for it fails with `worker_died` and the next request makes a new one.

import { base } from '$app/paths';
import { EngineFailure, fail, failure } from './failure';
import type { Answers, AnswerTo, FromWorker, Notice, Request, ToWorker } from './messages';
import type { Failure } from './wire';

/** What states need of a client; tests give them a smaller one. */
export interface Requester {
	request<R extends Request>(request: R, onNotice?: (notice: Notice) => void): Promise<AnswerTo<R>>;
	/** Counts the workers that died: what one had been told, the next one does not know. */
	readonly generation: number;
}

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
};

type Pending = {
	answer: Answers[Request['type']];
	resolve(reply: unknown): void;
	reject(error: EngineFailure): void;
	onNotice: ((notice: Notice) => void) | undefined;
};

export class EngineClient implements Requester {
	readonly #host: ClientHost;
	readonly #pending = new Map<number, Pending>();
	#worker: WorkerLike | null = null;
	#mourning: AbortController | null = null;
	#lastId = 0;
	generation = 0;

	constructor(host: ClientHost) {
		this.#host = host;
	}

	request<R extends Request>(request: R, onNotice?: (notice: Notice) => void): Promise<AnswerTo<R>> {
		return new Promise((resolve, reject) => {
			const id = ++this.#lastId;
			const answer = answers[request.type];
			this.#pending.set(id, { answer, resolve: (reply) => resolve(reply as AnswerTo<R>), reject, onNotice });
			try {
				this.#worker ??= this.#start();
				this.#worker.postMessage({ id, base: this.#host.base(), request }, transferOf(request));
			} catch (error) {
				this.#pending.delete(id);
				reject(fail('unexpected', { message: error instanceof Error ? error.message : String(error) }));
			}
		});
	}

	/** Ends the worker; whoever waits for it gets `worker_died`. */
	kill(reason: string): void {
		this.#died(failure('worker_died', { reason }));
	}

	#start(): WorkerLike {
		const worker = this.#host.makeWorker();
		const dies = (reason: string) => {
			if (worker === this.#worker) this.kill(reason);
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
		if (reply.type === 'failed' && reply.failure.code === 'worker_died') {
			this.#died(reply.failure);
			return;
		}
		const pending = this.#pending.get(id);
		if (!pending) return;
		this.#pending.delete(id);
		if (reply.type === 'failed') pending.reject(new EngineFailure(reply.failure));
		else if (reply.type === pending.answer) pending.resolve(reply);
		else pending.reject(fail('unexpected', { message: `${reply.type} is no answer` }));
	}

	#watch(lock: string): void {
		const worker = this.#worker;
		const mourning = new AbortController();
		this.#mourning = mourning;
		this.#host.locks
			?.request(lock, { signal: mourning.signal }, () => {
				if (worker === this.#worker) this.kill('the worker was ended');
			})
			.catch(() => undefined);
	}

	#died(value: Failure): void {
		this.#mourning?.abort();
		this.#mourning = null;
		this.#worker?.terminate();
		this.#worker = null;
		this.generation += 1;
		const orphans = [...this.#pending.values()];
		this.#pending.clear();
		for (const pending of orphans) pending.reject(new EngineFailure(value));
	}
}

const answers: Answers = {
	check: 'checked',
	edit: 'text',
	load_data: 'data',
	drop_data: 'data',
	wall: 'wall',
	prepare: 'run',
	play: 'run',
	pause: 'done',
	learning_rate: 'done',
	reset: 'done',
	report: 'report',
	weights: 'weights',
	saved: 'saved',
	load_model: 'done',
	draw: 'drawing'
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

let train: EngineClient | null = null;
let answer: EngineClient | null = null;

/** The client of the worker that trains: one for the whole site. */
export function trainClient(): EngineClient {
	train ??= new EngineClient(
		host(() => new Worker(new URL('./train.worker.ts', import.meta.url), { type: 'module', name: 'train' }))
	);
	return train;
}

/** The client of the worker that answers drawings: one for the whole site. */
export function answerClient(): EngineClient {
	answer ??= new EngineClient(
		host(() => new Worker(new URL('./answer.worker.ts', import.meta.url), { type: 'module', name: 'answer' }))
	);
	return answer;
}
