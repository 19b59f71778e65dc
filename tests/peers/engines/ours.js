// Our own engines, through the same exports that the site's worker uses.

/** @import { Engine, Place } from '../types.ts' */
/** @import { Joining } from './ours-threads.js' */

import { webgpu } from '../adapter.js';
import { bytes } from '../place.js';

/** The engine as this browser gets it: changed like the site changes it. @param {(file: string) => URL} at */
async function compiled(at) {
	const { canFuse, change } = await import('../../../web/src/lib/engine/fuse.ts');
	const code = await bytes(at('fireside_bg.wasm'));
	if (canFuse()) change(code, 0, JSON.parse(new TextDecoder().decode(await bytes(at('fused.json')))));
	return WebAssembly.compile(code);
}

/**
 * @param {'cpu' | 'gpu'} build
 * @param {(wasm: Record<string, any>, joining: Joining, place: Place) => Promise<void>} [join] -- gets helpers
 * @returns {Engine}
 */
export function ours(build, join) {
	/** @type {Place} */
	let place;
	// The glue code is made at build time: there are no types of it here.
	/** @type {Record<string, any>} */
	let wasm;
	/** @type {any} */
	let data;
	/** @type {any} */
	let session;
	/** @type {any} */
	let product;
	return {
		async start(where, { product }) {
			place = where;
			// The site's engines have no export for a bare product: the checks' module is compiled like them.
			const folder = product === undefined ? build : `${build}-checks`;
			const at = (/** @type {string} */ file) => new URL(`ours/${folder}/${file}`, place.base);
			wasm = await import(at('fireside.js').href);
			const code = await compiled(at);
			const { memory } = await wasm['default']({ module_or_path: code });
			await join?.(wasm, { address: at('fireside.js').href, code, memory }, place);
			const lost = (/** @type {string} */ reason) => console.error(`device lost: ${reason}`);
			await (product === undefined ? wasm['open'](lost) : wasm['open'](lost, lost, lost));
		},
		async fill(workload) {
			if (workload.data) data = await dataset(wasm, place, workload.data);
		},
		async build(workload) {
			if (workload.product === undefined) {
				session = new wasm['Session'](workload.text, data);
				await session.warm_up(() => {});
			} else product = new wasm['Product'](workload.product, ...workload.weights.map(({ values }) => values));
		},
		async step(batches) {
			if (product) return [await product.multiply(batches.length)];
			/** @type {number[]} */
			const losses = [];
			while (losses.length < batches.length) {
				const events = await session.advance(batches.length - losses.length);
				losses.push(...events.map(lossOf));
			}
			return losses;
		},
		info: async () => (build === 'gpu' ? webgpu() : null)
	};
}

/**
 * @param {Record<string, any>} wasm
 * @param {Place} place
 * @param {string} name
 */
export async function dataset(wasm, place, name) {
	return wasm['Data'].from_parcel(await bytes(new URL(`data/${name}.parcel`, place.base)));
}

/** @param {{ type: string, loss: number }} event */
function lossOf(event) {
	// Workloads are shorter than an epoch: nothing else can come.
	if (event.type !== 'step') throw new Error(`expected a step, got: ${event.type}`);
	return event.loss;
}
