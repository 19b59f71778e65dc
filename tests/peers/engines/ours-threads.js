// Ours on every core, as on an isolated page: in a browser the engine is in a worker, because a page must not wait for its
// helpers, and each helper is a worker of the same file. In Node the process itself may wait.

/** @import { Engine, Place } from '../types.ts' */

import { STACK } from '../../../web/src/lib/engine/helpers.ts';
import { ours } from './ours.js';

const here = import.meta.url;

/** @typedef {{ address: string, code: WebAssembly.Module, memory: WebAssembly.Memory }} Joining */
/** @typedef {{ id: number, call: 'start' | 'fill' | 'build' | 'step', given: any[] }} Request */
/** @typedef {{ id: number, answer?: any, failed?: string }} Answer */
/**
 * A worker's own side: the types of pages do not have it.
 * @typedef {{ name: string, onmessage: (event: MessageEvent) => void, postMessage(message: Answer): void }} Scope
 */

/** @param {Joining} joining */
async function help({ address, code, memory }) {
	const wasm = await import(address);
	wasm.initSync({ module: code, memory, thread_stack_size: STACK });
	wasm.help();
}

/** @param {Record<string, any>} wasm @param {Joining} joining @param {Place} place */
async function join(wasm, joining, place) {
	const wanted = navigator.hardwareConcurrency;
	for (let threads = 1; threads < wanted; threads++) {
		if (place.host === 'node') {
			const { Worker } = await import('node:worker_threads');
			new Worker(new URL(here), { workerData: joining }).unref();
		} else new Worker(here, { type: 'module', name: 'help' }).postMessage(joining);
	}
	while (wasm['threads']() < wanted) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** In the worker that has the engine: does what the page asks for. @param {Scope} scope */
function host(scope) {
	const engine = ours('cpu', join);
	scope.onmessage = async ({ data }) => {
		const { id, call, given } = /** @type {Request} */ (data);
		try {
			scope.postMessage({ id, answer: await /** @type {any} */ (engine)[call](...given) });
		} catch (error) {
			scope.postMessage({ id, failed: error instanceof Error ? error.message : JSON.stringify(error) });
		}
	};
}

/** In the page. @returns {Engine} */
function asked() {
	const worker = new Worker(here, { type: 'module', name: 'host' });
	let last = 0;
	/** @param {Request['call']} call @param {any[]} given @returns {Promise<any>} */
	const ask = (call, given) =>
		new Promise((resolve, reject) => {
			const id = ++last;
			worker.addEventListener('message', function heard({ data }) {
				/** @type {Answer} */
				const { id: of, answer, failed } = data;
				if (of !== id) return;
				worker.removeEventListener('message', heard);
				if (failed === undefined) resolve(answer);
				else reject(new Error(failed));
			});
			worker.onerror = ({ message }) => reject(new Error(message));
			worker.postMessage({ id, call, given });
		});
	return {
		start: (place, { product }) => ask('start', [place, { product }]),
		// Our own engine makes its batches from the data: what else a workload holds need not travel.
		fill: ({ data }) => ask('fill', [{ data }]),
		build: ({ text, product, weights }) => ask('build', [{ text, product, weights: product ? weights : [] }]),
		step: (batches) => ask('step', [{ length: batches.length }]),
		info: async () => null
	};
}

/** @returns {Promise<Engine | null>} */
async function role() {
	if (typeof process === 'object') {
		const { isMainThread, workerData } = await import('node:worker_threads');
		if (isMainThread) return ours('cpu', join);
		await help(workerData);
		return null;
	}
	if (typeof document === 'object') return asked();
	const scope = /** @type {Scope} */ (/** @type {unknown} */ (globalThis));
	if (scope.name === 'host') host(scope);
	else scope.onmessage = ({ data }) => help(data);
	return null;
}

export default await role();
