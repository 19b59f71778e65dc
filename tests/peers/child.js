// The process that measures in Node: WebGPU is Dawn, Chromium's, as a Node module.

/** @import { Engine } from './types.ts' */

import { cpus } from 'node:os';
import { pathToFileURL } from 'node:url';
import { install } from './counters.js';
import { measure } from './measure.js';
import { load } from './workloads.js';

/** @type {{ work: string, engine: string, workload: string, webgpu: boolean, steps: number, budget: number }} */
const task = JSON.parse(process.argv[2] ?? '');

if (task.webgpu) {
	const { create, globals } = await import('webgpu');
	Object.assign(globalThis, globals);
	browserlike({ gpu: create([]) });
} else browserlike({});

/** What libraries look at to find WebGPU and cores. @param {object} more */
function browserlike(more) {
	const navigator = { userAgent: 'node', hardwareConcurrency: cpus().length, ...more };
	Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
	if (!task.webgpu) return;
	// wgpu asks whether it is in a page or in a worker.
	const scope = class {
		static [Symbol.hasInstance]() {
			return true;
		}
	};
	Object.defineProperty(globalThis, 'WorkerGlobalScope', { value: scope, configurable: true });
}

install();
const place = { base: pathToFileURL(`${task.work}/`).href, host: /** @type {const} */ ('node') };
const workload = await load(place, task.workload);
/** @type {{ default: Engine }} */
const { default: engine } = await import(new URL(`node/${task.engine}.mjs`, place.base).href);
try {
	const measured = await measure(engine, workload, place, task);
	process.send?.({ ...measured, download: null });
} catch (error) {
	process.send?.({ failed: error instanceof Error ? error.message : JSON.stringify(error) });
}
// Worker threads and the GPU device would keep the process alive.
setTimeout(() => process.exit(0), 50);
