// What both workers have in common: listening, and dying audibly.

import { failure } from './failure';
import type { FromWorker, ToWorker } from './messages';
import { clearUpperHalves } from './upper-halves';

/** The part of a worker's global scope that is used (TypeScript's page library does not know it). */
interface WorkerScope {
	postMessage(message: FromWorker, transfer: Transferable[]): void;
	addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
	addEventListener(type: 'unhandledrejection', listener: (event: PromiseRejectionEvent) => void): void;
}

const scope = self as unknown as WorkerScope;

export function post(message: FromWorker, transfer: Transferable[] = []): void {
	scope.postMessage(message, transfer);
}

export function serve(receive: (message: ToWorker) => Promise<void>): void {
	scope.addEventListener('message', (event) => {
		clearUpperHalves();
		void receive(event.data);
	});
	// Errors reach the page by themselves, rejections nobody waits for do not. Such a rejection comes from inside
	// the engine (a panic in one of its tasks): the worker can no longer be trusted.
	scope.addEventListener('unhandledrejection', (event) => {
		const reason = event.reason instanceof Error ? event.reason.message : String(event.reason);
		post({ id: 0, reply: { type: 'failed', failure: failure('worker_died', { reason }) } });
	});
	// A worker that closes itself or is killed fires no event in the page. The lock it leaves behind does.
	const lock = `fireside-worker-${Math.random().toString(36).slice(2)}`;
	navigator.locks
		?.request(lock, () => {
			post({ id: 0, notice: { type: 'alive', lock } });
			return new Promise<never>(() => {});
		})
		.catch(() => undefined);
}
