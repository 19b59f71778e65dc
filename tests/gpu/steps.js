// Three steps of every experiment that learns, on the WebGPU engine and on the CPU engine, in small batches of the built-in
// samples (Alice from her file: her sample has fewer words than the network). Prints a line of JSON for each.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { dataset, difference, engine, gpuEngine, losses } from './engines.js';
import { parcel } from '../browser/parcel.js';

const [root = '', data = '', ...only] = process.argv.slice(2);
const BATCH = 8;
const STEPS = 3;
/** Without these files the sample would not fit the network. */
/** @type {Record<string, string[]>} */
const FILES = { alice: ['text/alice_in_wonderland_pg11.txt'] };

const modules = join(root, 'web/src/lib/engine/wasm');
const folder = join(root, 'crates/book/experiments');
const texts = readdirSync(folder)
	.sort()
	.map((name) => ({ id: name.replace(/\.toml$/, ''), text: readFileSync(join(folder, name), 'utf8') }))
	.filter(({ id, text }) => (only.length > 0 ? only.includes(id) : learns(text)));

/** @param {string} text */
function learns(text) {
	return /^kind = "(train|sweep|generate)"$/m.test(text);
}

const gpu = await gpuEngine(root);
const cpu = await engine(root, 'cpu');
/** @type {Map<string, Uint8Array>} */
const parcels = new Map();

for (const { id, text } of texts) {
	const name = dataset(text);
	const files = (FILES[name] ?? []).map((file) => join(data, file));
	const rows = parcels.get(name) ?? (await parcel(modules, name, files));
	parcels.set(name, rows);
	const began = performance.now();
	/** @type {number[][]} */
	const both = [];
	for (const wasm of [gpu, cpu]) {
		const small = wasm.edit(text, 'training.batch_size', `${BATCH}`);
		const ours = wasm.Data.from_parcel(rows);
		const session = wasm.Session.fit(small, ours, 0, 0);
		both.push(await losses(session, STEPS));
		session.free();
		ours.free();
	}
	const [mine = [], yours = []] = both;
	const ms = Math.round(performance.now() - began);
	console.log(JSON.stringify({ id, mine, yours, apart: difference(mine, yours), ms }));
}
process.exit(0);
