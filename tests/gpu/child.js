// The WebGPU engine in Node: lays what the GPU engine computes beside the CPU engine, and prints one line of JSON.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { difference, digits, engine, losses } from './engines.js';
import { heldBytes, install } from './webgpu.js';

const [root = '', data = '', adapterIs = ''] = process.argv.slice(2);

install();
// The engine multiplies differently on a card and on a processor that plays one. Both ways are to be right.
if (adapterIs === 'card')
	Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { get: () => false });

/** What the device is asked for. */
const seen = { dispatches: 0, submits: 0, pipelines: 0, uploads: 0 };
const held = heldBytes();
/** @param {any} type @param {string} method @param {() => void} look */
function watch(type, method, look) {
	const original = type.prototype[method];
	type.prototype[method] = function (/** @type {any[]} */ ...args) {
		look();
		return original.apply(this, args);
	};
}
watch(GPUComputePassEncoder, 'dispatchWorkgroups', () => seen.dispatches++);
watch(GPUQueue, 'submit', () => seen.submits++);
watch(GPUQueue, 'writeBuffer', () => seen.uploads++);
watch(GPUDevice, 'createComputePipeline', () => seen.pipelines++);

const text = (/** @type {string} */ id) =>
	readFileSync(join(root, `crates/book/experiments/${id}.toml`), 'utf8');

const adapter = await navigator.gpu.requestAdapter();
if (!adapter) throw new Error('no WebGPU adapter');
const gpu = await engine(root, 'gpu');
const cpu = await engine(root, 'cpu');
const rows = await digits(root, data);
const [ofGpu, ofCpu] = [gpu, cpu].map((wasm) => wasm.Data.from_parcel(rows));

/** @type {Record<string, unknown>} */
const found = { adapter: adapter.info.description || adapter.info.vendor };

/** @type {Record<string, { layers: [string, number][], losses: number, pipelines: number }>} */
const experiments = {};
for (const id of ['13.3', '13.4', '13.5', '002-LENET']) {
	/** @type {any[][]} */
	const [theirs = [], expected = []] = [await gpu.probe(text(id), 8), await cpu.probe(text(id), 8)];
	/** @type {[string, number][]} */
	const layers = expected.map((layer, at) => {
		const other = theirs[at];
		const pairs = [
			[other.forward, layer.forward],
			[other.input_gradient, layer.input_gradient],
			...layer.weight_gradients.map((/** @type {any} */ weight, /** @type {number} */ which) => [
				other.weight_gradients[which].values,
				weight.values
			])
		];
		return [layer.name, Math.max(...pairs.map(([a, b]) => difference(a, b)))];
	});
	if (adapterIs === 'card') {
		experiments[id] = { layers, losses: 0, pipelines: 0 };
		continue;
	}
	const [mine, yours] = [new gpu.Session(text(id), ofGpu), new cpu.Session(text(id), ofCpu)];
	let pipelines = 0;
	await mine.warm_up((/** @type {number} */ made, /** @type {number} */ expected) => {
		if (made === expected) pipelines = made;
	});
	const pair = [await losses(mine, 3), await losses(yours, 3)];
	experiments[id] = { layers, losses: difference(pair[0], pair[1]), pipelines };
	mine.free();
	yours.free();
}
found['experiments'] = experiments;
if (adapterIs === 'card') {
	console.log(JSON.stringify(found));
	process.exit(0);
}

// Every update rule, and what can surround one: five losses of the dense network.
const RULES = [
	'{ name = "sgd", learning_rate = 0.1 }',
	'{ name = "sgd", momentum = 0.9, decay = 0.1 }',
	'{ name = "sgd", momentum = 0.9, nesterov = true }',
	...['rmsprop', 'adagrad', 'adadelta', 'adamw', 'adamax', 'nadam'].map((name) => `"${name}"`),
	'{ name = "sgd", learning_rate = 0.5, momentum = 0.9, clipnorm = 1, clipvalue = 0.01 }'
];
const AROUND =
	'kernel_regularizer = { name = "l1_l2", l1 = 1e-4, l2 = 0.01 }\n' +
	'kernel_constraint = { name = "max_norm", max_value = 1 }\nbias_constraint = "non_neg"';
/** @type {Record<string, number>} */
const rules = {};
for (const rule of RULES) {
	let changed = text('13.3').replace(/^optimizer = .*$/m, `optimizer = ${rule}`);
	if (rule.includes('clip')) changed = changed.replace(/^units = 784$/m, `units = 784\n${AROUND}`);
	if (!changed.includes(rule) || (rule.includes('clip') && !changed.includes(AROUND)))
		throw new Error('13.3 is written in another way');
	const [mine, yours] = [new gpu.Session(changed, ofGpu), new cpu.Session(changed, ofCpu)];
	rules[rule] = difference(await losses(mine, 5), await losses(yours, 5));
	mine.free();
	yours.free();
}
found['rules'] = rules;

// 13.4 at batch 8: what a step asks of the device, whether it grows, and whether a run can move to the CPU.
const small = gpu.edit(text('13.4'), 'training.batch_size', '8');
const run = new gpu.Session(small, ofGpu);
await run.warm_up(() => {});
await losses(run, 10);
const before = { ...seen };
const began = performance.now();
await losses(run, 1);
const counted = Object.fromEntries(
	Object.entries(seen).map(([name, value]) => [name, value - before[/** @type {keyof seen} */ (name)]])
);
found['step'] = { ...counted, ms: performance.now() - began };
const bytes = held();
await losses(run, 40, 10);
found['growth'] = { bytes: held() - bytes, live: held() };
const moved = cpu.Session.resume(await run.checkpoint(), ofCpu);
found['moved'] = difference(await losses(run, 3), await losses(moved, 3));
const counts = run.counts();
found['counts'] = counts;

console.log(JSON.stringify(found));
process.exit(0);
