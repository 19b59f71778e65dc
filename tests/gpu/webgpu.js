// WebGPU in Node: Dawn is Chromium's, with the same compiler and the same checks, and starts in a second.

import { existsSync } from 'node:fs';
import { create, globals } from 'webgpu';

/** Chromium's software Vulkan, for machines without a card. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
if (!process.env['VK_DRIVER_FILES'] && existsSync(SWIFTSHADER)) process.env['VK_DRIVER_FILES'] = SWIFTSHADER;

/** Makes this Node look like a worker with WebGPU. */
export function install() {
	Object.assign(globalThis, globals);
	Object.defineProperty(globalThis, 'navigator', {
		value: { gpu: create([]), userAgent: 'node', hardwareConcurrency: 2 },
		configurable: true
	});
	// wgpu asks whether it is in a page or in a worker.
	const scope = class {
		static [Symbol.hasInstance]() {
			return true;
		}
	};
	Object.defineProperty(globalThis, 'WorkerGlobalScope', { value: scope, configurable: true });
}

/**
 * Bytes of the buffers that were made from here on and not destroyed.
 * @returns {() => number}
 */
export function heldBytes() {
	const sizes = new WeakMap();
	let held = 0;
	const { createBuffer } = GPUDevice.prototype;
	GPUDevice.prototype.createBuffer = function (/** @type {GPUBufferDescriptor} */ description) {
		const buffer = createBuffer.call(this, description);
		sizes.set(buffer, description.size);
		held += description.size;
		return buffer;
	};
	const { destroy } = GPUBuffer.prototype;
	GPUBuffer.prototype.destroy = function () {
		held -= sizes.get(this) ?? 0;
		sizes.delete(this);
		return destroy.call(this);
	};
	return () => held;
}
