// The page that measures in Chromium: one engine, one workload, then the browser is closed.

/** @import { Engine, Measured, Options } from './types.ts' */

import { install } from './counters.js';
import { measure } from './measure.js';
import { load } from './workloads.js';

/**
 * @param {string} name -- of the engine
 * @param {string} id -- of the workload
 * @param {Options} options
 * @returns {Promise<Omit<Measured, 'download' | 'memory_mb'> | { failed: string }>}
 */
async function bench(name, id, options) {
	try {
		install();
		const place = { base: location.href, host: /** @type {const} */ ('chromium') };
		const workload = await load(place, id);
		/** The engine's code is fetched within the time that is measured. @type {Engine | null} */
		let engine = null;
		const get = () => {
			if (!engine) throw new Error('not started');
			return engine;
		};
		/** @type {Engine} */
		const fetched = {
			async start(where, one) {
				const { default: found } = await import(new URL(`chromium/${name}/engine.js`, place.base).href);
				engine = /** @type {Engine} */ (found);
				await engine.start(where, one);
			},
			fill: async (one) => get().fill?.(one),
			build: (one) => get().build(one),
			step: (batches) => get().step(batches),
			info: () => get().info()
		};
		return await measure(fetched, workload, place, options);
	} catch (error) {
		return { failed: error instanceof Error ? error.message : JSON.stringify(error) };
	}
}

Object.assign(globalThis, { bench });
