// The page's end of the worker that looks inside networks on words. It is made at the first question; when it dies, all that
// waits fails, and the next question makes a new one, which holds no network.

import { EngineFailure, fail } from '../failure';
import type { Ask, FromDesk, Heard, Reply, ReplyTo, ToDesk } from './inwords';

/** The part of `Worker` that is used. */
export interface DeskWorker {
	postMessage(message: ToDesk): void;
	terminate(): void;
	onmessage: ((event: MessageEvent<FromDesk>) => void) | null;
	onerror: ((event: ErrorEvent) => void) | null;
}
type Waiting = {
	resolve(reply: Reply): void;
	reject(error: EngineFailure): void;
	heard: ((heard: Heard) => void) | undefined;
};

const makeWorker = (): DeskWorker =>
	new Worker(new URL('./inwords.worker.ts', import.meta.url), {
		type: 'module',
		name: 'inwords'
	}) as DeskWorker;

export class DeskClient {
	readonly #make: () => DeskWorker;
	readonly #waiting = new Map<number, Waiting>();
	#worker: DeskWorker | null = null;
	#last = 0;

	constructor(make: () => DeskWorker = makeWorker) {
		this.#make = make;
	}

	ask<A extends Ask>(ask: A, heard?: (heard: Heard) => void): Promise<ReplyTo<A>> {
		return new Promise((resolve, reject) => {
			const id = ++this.#last;
			this.#waiting.set(id, { resolve: (reply) => resolve(reply as ReplyTo<A>), reject, heard });
			this.#begun().postMessage({ id, ask });
		});
	}

	/** Ends what takes long: it is answered with what there is. */
	stop(): void {
		this.#worker?.postMessage({ stop: true });
	}

	/** Nobody looks any more. What was asked is not answered. */
	end(): void {
		this.#worker?.terminate();
		this.#worker = null;
		this.#waiting.clear();
	}

	#begun(): DeskWorker {
		if (this.#worker) return this.#worker;
		const worker = this.#make();
		worker.onmessage = ({ data }) => {
			const waiting = this.#waiting.get(data.id);
			if ('heard' in data) return waiting?.heard?.(data.heard);
			this.#waiting.delete(data.id);
			if ('reply' in data) waiting?.resolve(data.reply);
			else waiting?.reject(new EngineFailure(data.failure));
		};
		worker.onerror = (event) => {
			worker.terminate();
			this.#worker = null;
			const failed = fail('unexpected', { message: event.message || 'onerror' });
			for (const { reject } of this.#waiting.values()) reject(failed);
			this.#waiting.clear();
		};
		return (this.#worker = worker);
	}
}
