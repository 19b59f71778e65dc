// Counts what an engine asks of the GPU, by standing in front of the calls.

/** @import { Counts } from './types.ts' */

/** @type {Counts} */
const total = { dispatches: 0, pipelines: 0, submits: 0 };

/**
 * @param {string} type
 * @param {string[]} methods
 * @param {keyof Counts} what
 */
function watch(type, methods, what) {
	const prototype = /** @type {Record<string, any>} */ (globalThis)[type]?.prototype;
	for (const method of methods) {
		const original = prototype?.[method];
		if (typeof original !== 'function') continue;
		prototype[method] = function (/** @type {unknown[]} */ ...args) {
			total[what]++;
			return original.apply(this, args);
		};
	}
}

/** Once, before any engine starts. WebGL's draws and programs count as dispatches and pipelines. */
export function install() {
	watch('GPUComputePassEncoder', ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect'], 'dispatches');
	watch('GPUDevice', ['createComputePipeline', 'createComputePipelineAsync'], 'pipelines');
	watch('GPUQueue', ['submit'], 'submits');
	watch('WebGL2RenderingContext', ['drawArrays', 'drawElements'], 'dispatches');
	watch('WebGL2RenderingContext', ['linkProgram'], 'pipelines');
}

/** @returns {Counts} */
export const counted = () => ({ ...total });
