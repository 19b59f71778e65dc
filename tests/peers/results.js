// The results file, which the site shows: the last run of every host and adapter.

/** @import { Adapter, Bench, Measured, Run } from './types.ts' */
/** @import { About } from './machine.js' */
/** @import { Everything, Plan } from './rounds.js' */

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMPARED } from './measure.js';
import { ratios, row, TOLERANCE } from './numbers.js';
import { key } from './rounds.js';

/**
 * @param {About} about
 * @param {Plan} plan
 * @param {Run['left_out']} left_out
 * @param {Everything} everything
 * @returns {Run}
 */
export function merged({ machine, versions, data }, plan, left_out, { version, outcomes }) {
	const of = (/** @type {string} */ engine, /** @type {string} */ workload) =>
		outcomes.get(key(engine, workload)) ?? [];
	/** @param {string} engine @returns {Measured | undefined} */
	const any = (engine) => {
		const all = plan.workloads.flatMap(({ id }) => of(engine, id));
		return /** @type {Measured | undefined} */ (all.find((one) => !('failed' in one)));
	};
	const rows = plan.workloads.flatMap(({ id }) => {
		// The first engine of the table that has losses: ours on the CPU unless it was left out.
		const reference = plan.engines.flatMap((engine) => of(engine.id, id)).find((one) => 'losses' in one);
		const losses = reference && 'losses' in reference ? reference.losses : [];
		return plan.engines.map((engine) => row(engine.id, id, of(engine.id, id), losses));
	});
	const adapters = plan.engines.map((engine) => any(engine.id)?.adapter ?? null);
	/** @type {Adapter | null} */
	const adapter = adapters.find((one) => one?.api === 'webgpu') ?? adapters.find((one) => one) ?? null;
	return {
		host: plan.host,
		host_version: version,
		date: new Date().toISOString().slice(0, 10),
		machine,
		adapter,
		software: adapters.some((one) => one?.software),
		versions,
		data,
		processes: plan.processes,
		steps: plan.steps,
		budget_s: plan.budget,
		tolerance: TOLERANCE,
		compared_losses: COMPARED,
		engines: plan.engines.map((engine) => ({
			id: engine.id,
			library: engine.library,
			version: engine.package ? (versions[engine.package] ?? '') : (versions['fireside'] ?? ''),
			backend: engine.backend,
			class: engine.class,
			download: any(engine.id)?.download ?? null,
			adapter: any(engine.id)?.adapter ?? null
		})),
		workloads: plan.workloads.map(({ id, experiment, batch }) => {
			const { parameters } = JSON.parse(readFileSync(join(plan.work, 'workloads', `${id}.json`), 'utf8'));
			return { id, experiment, batch, parameters };
		}),
		rows: ratios(rows, plan.engines),
		left_out
	};
}

/**
 * Writes the file; other runs in it stay.
 * @param {string} file
 * @param {Run} run
 */
export async function save(file, run) {
	const same = (/** @type {Run} */ other) =>
		other.host === run.host && other.adapter?.description === run.adapter?.description;
	const others = before(file).runs.filter((other) => !same(other));
	/** @type {Bench} */
	const bench = { schema: 1, runs: [run, ...others] };
	// Lists of numbers on one line each: the file is read by people too.
	const text = JSON.stringify(bench, null, '\t').replace(
		/\[\s+(-?\d[^[\]{}"]*?)\s+\]/g,
		(_, list) => `[${list.replace(/\s+/g, ' ')}]`
	);
	await writeFile(file, `${text}\n`);
}

/** @param {string} file @returns {Bench} */
function before(file) {
	try {
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { schema: 1, runs: [] };
		throw error;
	}
}

/** @param {Run} run */
export function print(run) {
	const cell = (/** @type {number | null | undefined} */ value, digits = 1) =>
		value === null || value === undefined ? '-' : value.toFixed(digits);
	for (const { id } of run.workloads) {
		console.log(`\n${id}`);
		const rows = run.rows.filter((one) => one.workload === id);
		console.table(
			Object.fromEntries(
				rows.map((one) => [
					one.engine,
					{
						'first step s': cell((one.ready_ms ?? NaN) / 1000, 2),
						'step ms': cell(one.step_ms),
						'p95 ms': cell(one.p95_ms),
						'read every 10': cell(one.step10_ms),
						'x ours': cell(one.ratio, 2),
						dispatches: one.processes[0]?.counts?.dispatches ?? '-',
						pipelines: one.processes[0]?.counts?.pipelines ?? '-',
						submits: one.processes[0]?.counts?.submits ?? '-',
						steps: one.processes.map(({ steps_ms }) => steps_ms.length).join(' '),
						losses: one.agrees === undefined ? '-' : one.agrees ? 'agree' : 'DIFFER'
					}
				])
			)
		);
	}
	if (run.software)
		console.log(`\n${run.adapter?.description} is not a GPU: its times say nothing about GPUs`);
}
