// Counts what an engine asks of the GPU, by standing in front of the calls.

/** @import { Counts } from './types.ts' */

/** @type {Required<Counts>} */
const total = { dispatches: 0, pipelines: 0, submits: 0, uploads: 0 };

/**
 * @param {string} type
 * @param {string[]} methods
 * @param {keyof Counts} what
 * @param {(args: any[]) => boolean} [counts] -- whether a call does
 */
function watch(type, methods, what, counts = () => true) {
	const prototype = /** @type {Record<string, any>} */ (globalThis)[type]?.prototype;
	for (const method of methods) {
		const original = prototype?.[method];
		if (typeof original !== 'function') continue;
		prototype[method] = function (/** @type {unknown[]} */ ...args) {
			if (counts(args)) total[what]++;
			return original.apply(this, args);
		};
	}
}

/** Once, before any engine starts. WebGL's draws and programs count as dispatches and pipelines. */
export function install() {
	watch('GPUComputePassEncoder', ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect'], 'dispatches');
	watch('GPUDevice', ['createComputePipeline', 'createComputePipelineAsync'], 'pipelines');
	watch('GPUQueue', ['submit'], 'submits');
	watch('GPUQueue', ['writeBuffer', 'writeTexture'], 'uploads');
	watch('GPUDevice', ['createBuffer'], 'uploads', ([buffer]) => buffer.mappedAtCreation === true);
	watch('WebGL2RenderingContext', ['texSubImage2D', 'texImage2D'], 'uploads', (args) => args.at(-1) !== null);
	watch('WebGL2RenderingContext', ['drawArrays', 'drawElements'], 'dispatches');
	watch('WebGL2RenderingContext', ['linkProgram'], 'pipelines');
}

/** @returns {Required<Counts>} */
export const counted = () => ({ ...total });
