// Where a step of an experiment spends its time on the WebGPU engine: every kernel between two timestamps, in a pass of its
// own. By hand: `node tests/gpu/kernels.js . ../shared/data 13.4 64` (experiment, batch size; the built engines are needed).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataset, gpuEngine, losses } from './engines.js';
import { install } from './webgpu.js';
import { parcel } from '../browser/parcel.js';
import { known, official } from '../peers/data.js';
import { median } from '../peers/numbers.js';

const [root = '', data = '', id = '', batch = '', maxlen = ''] = process.argv.slice(2);
/** Steps before those that are measured, and those. */
const [WARM, MEASURED] = [3, 7];
/** Most kernels of a step. */
const MOST = 2_048;

install();

/** @type {{ name: string, groups: number[] }[]} */
let launched = [];
/** @type {{ device: GPUDevice, stamps: GPUQuerySet, resolved: GPUBuffer, read: GPUBuffer } | undefined} */
let clock;

const { requestDevice } = GPUAdapter.prototype;
GPUAdapter.prototype.requestDevice = async function (/** @type {GPUDeviceDescriptor} */ wanted = {}) {
	const requiredFeatures = /** @type {GPUFeatureName[]} */ ([
		...(wanted.requiredFeatures ?? []),
		'timestamp-query'
	]);
	const device = await requestDevice.call(this, { ...wanted, requiredFeatures });
	const size = MOST * 16;
	clock = {
		device,
		stamps: device.createQuerySet({ type: 'timestamp', count: MOST * 2 }),
		resolved: device.createBuffer({ size, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC }),
		read: device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST })
	};
	return device;
};

/** Our kernels are all called `main`: what they read and write, and the sizes they were made for, tell them apart. @param {string} code */
function nameOf(code) {
	const bound = [...code.matchAll(/var<storage, (read|read_write)> (\w+)/g)];
	const of = (/** @type {string} */ access) => bound.filter((one) => one[1] === access).map((one) => one[2]);
	const sizes = [...code.matchAll(/const ([A-Z][A-Z_]+): u32 = (\d+)u;/g)].map(
		([, name, value]) => `${name} ${value}`
	);
	return `${of('read').join(' ')} > ${of('read_write').join(' ')}  ${sizes.slice(1, 9).join(' ')}`;
}

/** @type {WeakMap<GPUShaderModule, string>} */
const codes = new WeakMap();
/** @type {WeakMap<GPUComputePipeline, string>} */
const names = new WeakMap();
const { createShaderModule, createComputePipeline } = GPUDevice.prototype;
GPUDevice.prototype.createShaderModule = function (/** @type {GPUShaderModuleDescriptor} */ description) {
	const made = createShaderModule.call(this, description);
	codes.set(made, description.code);
	return made;
};
GPUDevice.prototype.createComputePipeline = function (
	/** @type {GPUComputePipelineDescriptor} */ description
) {
	const made = createComputePipeline.call(this, description);
	names.set(made, nameOf(codes.get(description.compute.module) ?? ''));
	return made;
};

const { beginComputePass } = GPUCommandEncoder.prototype;
/** A pass that becomes one for each kernel. @this {GPUCommandEncoder} @returns {any} */
GPUCommandEncoder.prototype.beginComputePass = function () {
	/** @type {GPUComputePipeline} */
	let pipeline;
	/** @type {Map<number, any[]>} */
	const bound = new Map();
	return {
		setPipeline: (/** @type {GPUComputePipeline} */ one) => (pipeline = one),
		setBindGroup: (/** @type {number} */ at, /** @type {any[]} */ ...rest) => bound.set(at, rest),
		dispatchWorkgroups: (/** @type {number[]} */ ...groups) => {
			const at = launched.length;
			if (!clock || at >= MOST) throw new Error(`a step has more than ${MOST} kernels`);
			const timestampWrites = {
				querySet: clock.stamps,
				beginningOfPassWriteIndex: 2 * at,
				endOfPassWriteIndex: 2 * at + 1
			};
			const pass = beginComputePass.call(this, { timestampWrites });
			pass.setPipeline(pipeline);
			for (const [at, [group, ...rest]] of bound) pass.setBindGroup(at, group, ...rest);
			pass.dispatchWorkgroups(groups[0] ?? 1, groups[1], groups[2]);
			pass.end();
			launched.push({ name: names.get(pipeline) ?? '', groups });
		},
		end: () => {}
	};
};

/** The kernels since the last call, with the milliseconds that each took. */
async function taken() {
	if (!clock) throw new Error('no device was asked for');
	const { device, stamps, resolved, read } = clock;
	const kernels = launched;
	launched = [];
	const commands = device.createCommandEncoder();
	commands.resolveQuerySet(stamps, 0, kernels.length * 2, resolved, 0);
	commands.copyBufferToBuffer(resolved, 0, read, 0, kernels.length * 16);
	device.queue.submit([commands.finish()]);
	await read.mapAsync(GPUMapMode.READ);
	const stamp = new BigUint64Array(read.getMappedRange().slice(0, kernels.length * 16));
	read.unmap();
	return kernels.map((one, at) => ({
		...one,
		ms: Number((stamp[2 * at + 1] ?? 0n) - (stamp[2 * at] ?? 0n)) / 1e6
	}));
}

const wasm = await gpuEngine(root);
let text = readFileSync(join(root, `crates/book/experiments/${id}.toml`), 'utf8');
if (batch !== '') text = wasm.edit(text, 'training.batch_size', batch);
if (maxlen !== '') text = wasm.edit(text, 'data.maxlen', maxlen);
const name = dataset(text);
// Of the others the sample that is built in: the kernels are the same, the vocabulary of a text may be smaller.
const files = known(name) ? official(root, data, name) : [];
console.log(`${name}: ${files.length > 0 ? files.join(' ') : 'the built-in sample'}`);
const rows = wasm.Data.from_parcel(await parcel(join(root, 'web/src/lib/engine/wasm'), name, files));
const session = new wasm.Session(text, rows);
await session.warm_up(() => {});
await losses(session, WARM);
await taken();
/** @type {number[]} */
const steps = [];
/** @type {Awaited<ReturnType<typeof taken>>[]} */
const all = [];
while (all.length < MEASURED) {
	const began = performance.now();
	await losses(session, 1);
	steps.push(performance.now() - began);
	all.push(await taken());
}
const kernels = (all[0] ?? []).map((one, at) => ({
	...one,
	ms: median(all.map((step) => step[at]?.ms ?? NaN))
}));
const sum = kernels.reduce((total, { ms }) => total + ms, 0);
for (const { name, groups, ms } of kernels)
	console.log(
		`${ms.toFixed(3).padStart(10)} ms ${((100 * ms) / sum).toFixed(1).padStart(5)} %  ${groups.join('x').padEnd(12)} ${name}`
	);
console.log(
	`${id}: a step ${median(steps).toFixed(1)} ms, ${kernels.length} kernels ${sum.toFixed(1)} ms (medians of ${MEASURED} steps)`
);
process.exit(0);
