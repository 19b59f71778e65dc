// A long run of 13.4 in batches of 8 on one engine: what every tenth of it costs, in memory and in time. Prints a line of JSON. By
// hand: `node tests/gpu/long.js . ../shared/data gpu 2000` (the built engines are needed).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digits, engine, gpuEngine, losses } from './engines.js';
import { heldBytes } from './webgpu.js';
import { median } from '../peers/numbers.js';

const [root = '', data = '', which = '', steps = ''] = process.argv.slice(2);
const PARTS = 10;
const each = Math.floor(Number(steps) / PARTS);
if (!(each > 0)) throw new Error(`${steps} steps: give at least ${PARTS}`);

const wasm = which === 'gpu' ? await gpuEngine(root) : await engine(root, 'cpu');
const held = which === 'gpu' ? heldBytes() : () => 0;
const { memory } = await wasm.default();

const rows = wasm.Data.from_parcel(await digits(root, data));
const text = readFileSync(join(root, 'crates/book/experiments/13.4.toml'), 'utf8');
const session = new wasm.Session(wasm.edit(text, 'training.batch_size', '8'), rows);
await session.warm_up(() => {});

const parts = [];
for (let part = 0; part < PARTS; part += 1) {
	/** @type {number[]} */
	const times = [];
	/** @type {number[]} */
	const all = [];
	while (times.length < each) {
		const began = performance.now();
		all.push(...(await losses(session, 1)));
		times.push(performance.now() - began);
	}
	parts.push({
		ms: Number(median(times).toFixed(3)),
		loss: Number((all.reduce((sum, loss) => sum + loss, 0) / all.length).toFixed(4)),
		/** Of the module, of the device, of the process. */
		bytes: [memory.buffer.byteLength, held(), process.memoryUsage().rss]
	});
}
console.log(JSON.stringify({ engine: which, steps: each * PARTS, parts }));
process.exit(0);
