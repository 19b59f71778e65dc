// The checks of `tests/tests/parity` in wasm: `node main.js FOLDER_OF_THE_MODULE cpu|gpu [PART_OF_A_NAME]`.
// Ends with the counts, as lines that `cargo xtask test` reads.

/** @typedef {{ code: WebAssembly.Module, how: string }} Engine -- `how`: what is said of it behind a check's name */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { speed } from './product.js';

const [folder = '', engine = '', part = ''] = process.argv.slice(2);
const root = resolve(import.meta.dirname, '../..');

/** A file of the checkout, or of the official data. @param {string} path */
function read(path) {
	const data = process.env['FIRESIDE_DATA'];
	const places = [join(root, path)];
	if (data && path.startsWith('data/')) places.unshift(join(data, path.slice('data/'.length)));
	for (const place of places) {
		try {
			return new Uint8Array(readFileSync(place));
		} catch {
			// The next place.
		}
	}
	return undefined;
}

// What browsers have, Node 20 has behind a flag.
setFlagsFromString('--experimental-wasm-relaxed-simd');
const file = readFileSync(join(folder, 'fireside_bg.wasm'));
/** As a browser without the multiply-add gets it. @type {Engine} */
const plain = { code: new WebAssembly.Module(file), how: ', without the multiply-add' };
for (const [at, ...bytes] of JSON.parse(readFileSync(join(folder, 'fused.json'), 'utf8')))
	file.set(bytes, at);
/** As the others get it: `web/src/lib/engine/fuse.ts`. @type {Engine} */
const fused = { code: new WebAssembly.Module(file), how: '' };
let started = 0;
/** What a check says while it runs. @type {string[]} */
let said = [];
/** A panic ends the module, and what waits for it waits in vain. @type {(reason: Error) => void} */
let fail = () => {};
const hear = (/** @type {string} */ message) => fail(new Error(message));
// After a panic comes wasm's own `unreachable`; what is no panic fails the check, too.
process.on('uncaughtException', (error) => fail(error));

/** What a call of the module gives, or its panic. @param {() => Promise<unknown>} call @returns {Promise<unknown>} */
const settled = (call) =>
	new Promise((good, bad) => {
		fail = bad;
		call().then(good, bad);
	});

/** Pieces that helpers did, over all modules. @type {(() => number)[]} */
const helped = [];

/** A module of its own; the CPU engine gets a second thread. @param {Engine} of @returns {Promise<any>} */
async function open({ code }, second = engine === 'cpu') {
	const address = pathToFileURL(join(folder, 'fireside.js')).href;
	const wasm = await import(`${address}?${started++}`);
	const { memory } = await wasm.default({ module_or_path: code });
	if (second) {
		const workerData = { address, code, memory };
		new Worker(join(import.meta.dirname, 'helper.js'), { workerData }).unref();
		while (wasm.threads() < 2) await new Promise((resolve) => setTimeout(resolve, 5));
		helped.push(wasm.helped);
	}
	await settled(() => wasm.open(read, print, hear));
	return wasm;
}

/** @type {string[]} */
const failed = [];
let passed = 0;

/** @param {string} name @param {() => unknown} check @returns {Promise<boolean>} */
async function judge(name, check) {
	said = [];
	const since = performance.now();
	const took = () => `${((performance.now() - since) / 1000).toFixed(1)} s`;
	try {
		await check();
		passed += 1;
		console.log(`  ok      ${name} (${took()})`);
	} catch (error) {
		failed.push(name);
		console.log(`  FAILED  ${name} (${took()})\n${error instanceof Error ? error.message : error}`);
	}
	for (const line of said.join('\n').split('\n').filter(Boolean)) console.log(`            ${line}`);
	return failed.at(-1) !== name;
}

/** All checks of the engine whose names pass. @param {Engine} of @param {(name: string) => boolean} wanted */
async function all(of, wanted) {
	let wasm = await open(of);
	for (const name of wasm.checks().filter(wanted))
		if (!(await judge(name + of.how, () => settled(() => wasm.run(name))))) wasm = await open(of);
}

const wanted = (/** @type {string} */ name) => name.includes(part);
const multiplies = (/** @type {string} */ name) => /^(layers|recurrent)::/.test(name);
const print = (/** @type {string} */ lines) => said.push(lines.trimEnd());
const began = performance.now();
if (engine === 'gpu') {
	const { install } = await import('../gpu/webgpu.js');
	const { listen, untouched } = await import('./kernels.js');
	install();
	listen();
	await all(fused, wanted);
	// The engine multiplies differently on a card and on a processor that plays one. Both ways are to be right.
	Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { get: () => false });
	await all({ ...fused, how: ', as on a card' }, (name) => wanted(name) && multiplies(name));
	if (!part)
		await judge('every kernel took part', () => {
			const left = untouched(root);
			if (left.length) throw new Error(`compiled by no check: ${left.join(', ')}`);
		});
} else {
	await all(fused, wanted);
	await all(plain, (name) => wanted(name) && multiplies(name));
	if (!part) {
		await judge('a product uses what the processor has', async () => {
			await speed(await open(fused, false), await open(fused), print);
		});
	}
	if (!part)
		await judge('a second thread took part', () => {
			const pieces = helped.map((count) => count());
			console.log(`            ${pieces.join(' + ')} pieces done by the second thread`);
			if (!pieces.some((count) => count > 1000)) throw new Error('it did next to nothing');
		});
}

console.log(`  ${engine}: ${((performance.now() - began) / 1000).toFixed(1)} s in all`);
for (const name of failed) console.log(`  failed: ${name}`);
console.log(`  ${passed} passed`);
if (failed.length) console.log(`  ${failed.length} failed`);
process.exit(failed.length || !passed ? 1 : 0);
