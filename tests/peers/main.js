// The same training steps in our engines and in their peers, on this machine. `cargo xtask bench --peers` starts it.

import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { official } from './data.js';
import { ENGINES } from './engines/table.js';
import { about } from './machine.js';
import { measureAll } from './rounds.js';
import { before, merged, print, save } from './results.js';
import { experiment } from './stored.js';
import { stated } from './experiment.js';
import { WORKLOADS } from './workloads.js';

const root = resolve(import.meta.dirname, '../..');

const { values } = parseArgs({
	options: {
		dawn: { type: 'boolean', default: false },
		processes: { type: 'string', default: '5' },
		steps: { type: 'string', default: '40' },
		budget: { type: 'string', default: '30' },
		engines: { type: 'string' },
		workloads: { type: 'string' },
		out: { type: 'string', default: join(root, 'static/bench.json') },
		data: { type: 'string' },
		wasm: { type: 'string', default: join(root, 'web/src/lib/engine/wasm') },
		checks: { type: 'string', default: join(root, 'target/wasm/bindgen/parity') },
		work: { type: 'string', default: join(root, 'target/peers') },
		prepared: { type: 'boolean', default: false },
		'only-prepare': { type: 'boolean', default: false }
	}
});

/** @param {string} name @param {string} text */
function number(name, text) {
	const value = Number(text);
	if (!(value >= 1)) throw new Error(`--${name} ${text}: give a number from 1 on`);
	return value;
}

/**
 * The rows of a table that were asked for; all when nothing was said.
 * @template {{ id: string }} T
 * @param {T[]} all
 * @param {string | undefined} list
 * @param {string} what
 */
function chosen(all, list, what) {
	if (list === undefined) return all;
	return list.split(',').map((id) => {
		const found = all.find((one) => one.id === id);
		if (!found)
			throw new Error(`there is no ${what} ${id}; there are ${all.map((one) => one.id).join(', ')}`);
		return found;
	});
}

async function bench() {
	const processes = number('processes', values.processes);
	const steps = number('steps', values.steps);
	const budget = number('budget', values.budget);
	/** @type {import('./types.ts').Host} */
	const host = values.dawn ? 'node' : 'chromium';
	const workloads = chosen(WORKLOADS, values.workloads, 'workload');
	const wanted = chosen(ENGINES, values.engines, 'engine');
	const here = wanted.filter((engine) => engine.hosts.includes(host));
	const left_out = wanted
		.filter((engine) => !here.includes(engine))
		.map((engine) => ({ engine: engine.id, why: `${host} cannot run it` }));
	const out = resolve(values.out);
	// A file that cannot be added to is better known now than in an hour.
	before(out);
	const work = resolve(values.work);
	if (!values.prepared) {
		const { prepare } = await import('./prepare.js');
		// First step, single steps, steps in groups of ten.
		const batches = 1 + 2 * steps + 10;
		console.log(`preparing ${work}`);
		const { wasm, dawn } = values;
		const checks = resolve(values.checks);
		/** @type {Record<string, string[]>} */
		const data = {};
		for (const workload of workloads.filter(({ product }) => product === undefined)) {
			const name = /** @type {import('./types.ts').Dataset} */ (
				stated(await experiment(root, workload)).data['name']
			);
			data[name] ??= official(root, values.data, name);
		}
		for (const [name, files] of Object.entries(data)) {
			if (files.length === 0) console.log(`no files of ${name} found: the built-in sample is used`);
		}
		await prepare({ root, work, wasm: resolve(wasm), checks, dawn, data, engines: here, workloads, batches });
	}
	if (values['only-prepare']) return true;
	const plan = { work, host, engines: here, workloads, processes, steps, budget };
	const measured = await measureAll(plan);
	const run = merged(await about(root, work, host, here), plan, left_out, measured);
	print(run);
	await save(out, run);
	console.log(`\nwritten to ${out}`);
	const wrong = run.rows.filter((row) => row.failed !== undefined || row.agrees === false);
	for (const row of wrong) {
		const why = row.failed ?? `its losses differ by ${row.difference?.toExponential(1)}`;
		console.error(`error: ${row.engine} on ${row.workload}: ${why}`);
	}
	return wrong.length === 0;
}

try {
	process.exitCode = (await bench()) ? 0 : 1;
} catch (error) {
	console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
	process.exitCode = 1;
}
