// The results file, which the site shows: what was measured last of every workload, on every host and adapter.

/** @import { Adapter, Bench, Measured, Run } from './types.ts' */
/** @import { About } from './machine.js' */
/** @import { Everything, Plan } from './rounds.js' */
/** @import { Stored } from './workloads.js' */

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ENGINES } from './engines/table.js';
import { COMPARED } from './measure.js';
import { ratios, row, TOLERANCE } from './numbers.js';
import { key } from './rounds.js';
import { WORKLOADS } from './workloads.js';

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
	/** @param {string} engine @param {Plan['workloads']} workloads @returns {Measured | undefined} */
	const any = (engine, workloads = plan.workloads) =>
		/** @type {Measured | undefined} */ (
			workloads.flatMap(({ id }) => of(engine, id)).find((one) => !('failed' in one))
		);
	// A product comes from a module of its own, which is not what a reader downloads.
	const networks = plan.workloads.filter(({ product }) => product === undefined);
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
		machine,
		adapter,
		software: adapters.some((one) => one?.software),
		versions,
		tolerance: TOLERANCE,
		compared_losses: COMPARED,
		engines: plan.engines.map((engine) => ({
			id: engine.id,
			library: engine.library,
			version: engine.package ? (versions[engine.package] ?? '') : (versions['fireside'] ?? ''),
			backend: engine.backend,
			class: engine.class,
			download: any(engine.id, networks)?.download ?? null,
			adapter: any(engine.id)?.adapter ?? null
		})),
		workloads: plan.workloads.map(({ id, experiment, batch }) => {
			/** @type {Stored} */
			const stored = JSON.parse(readFileSync(join(plan.work, 'workloads', `${id}.json`), 'utf8'));
			const source = data[stored.data ?? ''];
			if (!source && stored.data) throw new Error(`${plan.work} was prepared without ${stored.data}`);
			return {
				...{ id, experiment, batch },
				...(stored.maxlen !== undefined && { maxlen: stored.maxlen }),
				...(stored.product !== undefined && { product: stored.product }),
				parameters: stored.parameters,
				...(source && { data: source }),
				date: new Date().toISOString().slice(0, 10),
				processes: plan.processes,
				steps: plan.steps,
				budget_s: plan.budget
			};
		}),
		rows: ratios(rows, plan.engines),
		left_out
	};
}

/** @param {Run} run @param {Run} other */
const sameMachine = (run, other) =>
	other.host === run.host && other.adapter?.description === run.adapter?.description;

/** What makes a step of another run another step. @param {Run} run @param {Run} other */
function differs(run, other) {
	const versions = Object.keys(run.versions).filter(
		(name) => (other.versions[name] ?? run.versions[name]) !== run.versions[name]
	);
	const machine = JSON.stringify(run.machine) !== JSON.stringify(other.machine);
	return [
		...(run.host_version === other.host_version ? [] : [other.host_version]),
		...(machine ? ['another machine'] : []),
		...versions.map((name) => `${name} ${other.versions[name]}`)
	];
}

/**
 * A run with what was measured before of other workloads, by the same engines in the same place. Rows of other
 * versions go: their downloads and times are not those of the engines that the run lists.
 * @param {Run} run
 * @param {Run | undefined} other
 * @returns {Run}
 */
export function joined(run, other) {
	const kept = other?.workloads.filter(({ id }) => run.workloads.every((one) => one.id !== id)) ?? [];
	if (!other || kept.length === 0) return run;
	const why = differs(run, other);
	if (why.length > 0) {
		const ids = kept.map(({ id }) => id).join(', ');
		console.log(`\nwhat was measured of ${ids} goes: that was ${why.join(', ')}`);
		return run;
	}
	const place = (/** @type {{ id: string }[]} */ table, /** @type {string} */ id) =>
		table.findIndex((one) => one.id === id);
	const workloads = [...run.workloads, ...kept].sort(
		(a, b) => place(WORKLOADS, a.id) - place(WORKLOADS, b.id)
	);
	const own = run.engines.map((engine) => ({
		...engine,
		download: engine.download ?? other.engines.find(({ id }) => id === engine.id)?.download ?? null
	}));
	const engines = [...own, ...other.engines.filter(({ id }) => place(run.engines, id) < 0)];
	const rows = [...run.rows, ...other.rows.filter((row) => place(run.workloads, row.workload) < 0)];
	return {
		...run,
		versions: { ...other.versions, ...run.versions },
		engines: engines.sort((a, b) => place(ENGINES, a.id) - place(ENGINES, b.id)),
		workloads,
		rows: workloads.flatMap(({ id }) => rows.filter((row) => row.workload === id)),
		left_out: [...run.left_out, ...other.left_out.filter((one) => place(run.engines, one.engine) < 0)].filter(
			(one, at, all) => all.findIndex(({ engine }) => engine === one.engine) === at
		)
	};
}

/**
 * Writes the file; other runs in it stay, and so does what was measured of other workloads in the same place.
 * @param {string} file
 * @param {Run} run
 */
export async function save(file, run) {
	const { runs } = before(file);
	const last = runs.find((other) => sameMachine(run, other));
	/** @type {Bench} */
	const bench = { schema: 2, runs: [joined(run, last), ...runs.filter((other) => other !== last)] };
	// Lists of numbers on one line each: the file is read by people too.
	const text = JSON.stringify(bench, null, '\t').replace(
		/\[\s+(-?\d[^[\]{}"]*?)\s+\]/g,
		(_, list) => `[${list.replace(/\s+/g, ' ')}]`
	);
	await writeFile(file, `${text}\n`);
}

/** What the file holds. @param {string} file @returns {Bench} */
export function before(file) {
	try {
		const bench = JSON.parse(readFileSync(file, 'utf8'));
		if (bench.schema !== 2) throw new Error(`${file} has schema ${bench.schema}, not 2: name another --out`);
		return bench;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { schema: 2, runs: [] };
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
						uploads: one.processes[0]?.counts?.uploads ?? '-',
						MB: cell(one.memory_mb, 0),
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
