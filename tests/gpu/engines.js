// The engines outside of a page, and what is asked of them there.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { install } from './webgpu.js';
import { parcel } from '../browser/parcel.js';

/** @param {string} root @param {'cpu' | 'gpu'} name @returns {Promise<any>} */
export async function engine(root, name) {
	const folder = join(root, 'web/src/lib/engine/wasm', name);
	const wasm = await import(pathToFileURL(join(folder, 'fireside.js')).href);
	await wasm.default({ module_or_path: readFileSync(join(folder, 'fireside_bg.wasm')) });
	await wasm.open((/** @type {string} */ reason) => {
		throw new Error(`the device was lost: ${reason}`);
	});
	return wasm;
}

/** Fails where there is no WebGPU. @param {string} root @returns {Promise<any>} */
export async function gpuEngine(root) {
	install();
	if (!(await navigator.gpu.requestAdapter())) throw new Error('no WebGPU adapter');
	return engine(root, 'gpu');
}

/** The data set that an experiment's text names; empty where it names none. @param {string} text */
export function dataset(text) {
	return /^\[data\]\nname = "([^"]+)"$/m.exec(text)?.[1] ?? '';
}

const MNIST = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];

/** The official digits, as an engine takes them. @param {string} root @param {string} data */
export function digits(root, data) {
	const files = MNIST.map((name) => join(data, 'mnist', `${name}-ubyte.gz`));
	return parcel(join(root, 'web/src/lib/engine/wasm'), 'mnist', files);
}

/** max|a - b| / max|b|; a missing or strange number is infinitely far. @param {any} a @param {any} b */
export function difference(a, b) {
	if (a.length !== b.length || b.length === 0) return Infinity;
	let far = 0;
	let scale = 0;
	for (let at = 0; at < b.length; at += 1) {
		const apart = Math.abs(a[at] - b[at]);
		if (!(apart <= far)) far = Number.isNaN(apart) ? Infinity : apart;
		scale = Math.max(scale, Math.abs(b[at]));
	}
	return far / (scale || 1);
}

/** The losses of the next steps, one by one or together. @param {any} session @param {number} count @param {number} stride */
export async function losses(session, count, stride = count) {
	/** @type {number[]} */
	const all = [];
	while (all.length < count) {
		const events = await session.advance(Math.min(stride, count - all.length));
		all.push(...events.map((/** @type {{ loss: number }} */ event) => event.loss));
	}
	return all;
}
