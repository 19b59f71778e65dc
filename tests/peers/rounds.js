// All measurements, one at a time, the engines taking turns: a machine that slows down slows all of them.

/** @import { Host, Outcome } from './types.ts' */
/** @import { Entry } from './engines/table.js' */
/** @import { Task } from './workloads.js' */

import { chromium, node } from './hosts.js';
import { median } from './numbers.js';

/**
 * @typedef {{
 *   work: string, host: Host, engines: Entry[], workloads: Task[],
 *   processes: number, steps: number, budget: number
 * }} Plan
 * @typedef {{ version: string, outcomes: Map<string, Outcome[]> }} Everything
 */

/** @param {string} engine @param {string} workload */
export const key = (engine, workload) => `${engine} ${workload}`;

/**
 * @param {Plan} plan
 * @returns {Promise<Everything>}
 */
export async function measureAll({ work, host, engines, workloads, processes, steps, budget }) {
	const running = await (host === 'node' ? node(work) : chromium(work));
	let stopped = false;
	const stop = async () => {
		stopped = true;
		console.error('\nstopped: nothing is written');
		await running.close();
		process.exit(130);
	};
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
	/** @type {Map<string, Outcome[]>} */
	const outcomes = new Map();
	const all = processes * workloads.length * engines.length;
	// Start, first step and the fewest steps may take long on a software adapter.
	const limit = budget * 2_000 + 300_000;
	let done = 0;
	try {
		for (let round = 0; round < processes; round++) {
			for (const { id } of workloads) {
				for (let turn = 0; turn < engines.length; turn++) {
					const engine = /** @type {Entry} */ (engines[(turn + round) % engines.length]);
					const before = outcomes.get(key(engine.id, id)) ?? [];
					const options = { steps, budget: budget * 1000 };
					// Too slow once is too slow the next time: the others are not kept waiting.
					if (before.some((one) => outlasts(one, budget))) {
						console.log(
							`[${++done}/${all}] ${id} ${engine.id}: a step takes longer than ${budget} s: once is enough`
						);
						continue;
					}
					const late = before.find((one) => 'failed' in one && one.late);
					const outcome = late ?? (await running.run(engine, id, options, limit));
					// Closing it ends the measurement too; the process ends with the closing.
					if (stopped) await new Promise(() => {});
					outcomes.set(key(engine.id, id), [...before, outcome]);
					console.log(`[${++done}/${all}] ${id} ${engine.id}: ${said(outcome)}`);
				}
			}
		}
	} finally {
		process.off('SIGINT', stop);
		process.off('SIGTERM', stop);
		await running.close();
	}
	return { version: running.version, outcomes };
}

/** One step of it takes longer than a process has for all of them. @param {Outcome} one @param {number} budget */
const outlasts = (one, budget) => 'steps_ms' in one && median(one.steps_ms) > budget * 1000;

/** @param {Outcome} outcome */
function said(outcome) {
	if ('failed' in outcome) return `failed: ${outcome.failed}`;
	const { start_ms, build_ms, first_step_ms, steps_ms, losses } = outcome;
	const ready = ((start_ms + build_ms + first_step_ms) / 1000).toFixed(1);
	const step = median(steps_ms).toFixed(1);
	return `first step after ${ready} s, then ${step} ms (${steps_ms.length} steps), loss ${losses[0]?.toFixed(4)}`;
}
