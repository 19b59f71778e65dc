// One engine, one workload, one fresh process: the same code in Chromium and in Node.

/** @import { Batch, Engine, Measured, Options, Place, Workload } from './types.ts' */

import { counted } from './counters.js';

/** Losses that are compared between engines. */
export const COMPARED = 5;
/** Fewest later steps, however slow an engine is: its losses are compared. */
const FEWEST = COMPARED - 1;
const GROUP = 10;

/**
 * @param {Engine} engine
 * @param {Workload} workload
 * @param {Place} place
 * @param {Options} options
 * @returns {Promise<Omit<Measured, 'download' | 'memory_mb'>>}
 */
export async function measure(engine, workload, place, { steps, budget }) {
	const clock = () => performance.now();
	let next = 0;
	const take = (/** @type {number} */ count) =>
		Array.from({ length: count }, () => workload.batch_of(next++));
	// Ours draws its own batches and would end its epoch.
	const enough = (/** @type {number} */ count) => next + count <= workload.batches;
	/** @param {Batch[]} batches @returns {Promise<[number, number[]]>} */
	const timed = async (batches) => {
		const begin = clock();
		const losses = await engine.step(batches);
		return [clock() - begin, losses];
	};

	const began = clock();
	await engine.start(place, workload);
	const started = clock();
	await engine.fill?.(workload);
	const filled = clock();
	await engine.build(workload);
	const built = clock();
	const [first, losses] = await timed(take(1));
	const atFirst = counted();

	/** @type {number[]} */
	const single = [];
	const allowed = clock() + budget;
	while (single.length < steps && enough(1) && (single.length < FEWEST || clock() < allowed)) {
		const [time, read] = await timed(take(1));
		single.push(time);
		if (losses.length < COMPARED) losses.push(...read);
	}
	const later = counted();

	/** @type {number[]} */
	const groups = [];
	// Half of the budget again; an engine too slow for a single group of ten has none.
	const end = clock() + budget / 2;
	let last = single.at(-1) ?? first;
	// A library that computes what is read, and no more, would make one product of ten.
	const grouped = workload.product === undefined;
	while (grouped && groups.length * GROUP < steps && enough(GROUP) && clock() + last * GROUP < end) {
		const [time] = await timed(take(GROUP));
		last = time / GROUP;
		groups.push(last);
	}

	const adapter = await engine.info();
	const per = (/** @type {'dispatches' | 'submits' | 'uploads'} */ what) =>
		Math.round((later[what] - atFirst[what]) / single.length);
	return {
		start_ms: started - began,
		build_ms: built - filled,
		first_step_ms: first,
		steps_ms: single,
		every10_ms: groups,
		losses: losses.slice(0, COMPARED),
		counts: adapter && {
			dispatches: per('dispatches'),
			pipelines: atFirst.pipelines,
			submits: per('submits'),
			uploads: per('uploads')
		},
		adapter
	};
}
