// From single processes to the rows of the table.

/** @import { Measured, Outcome, Row } from './types.ts' */
/** @import { Entry } from './engines/table.js' */

/** Largest relative difference of a loss between engines. */
export const TOLERANCE = 1e-3;

/** @param {number[]} values @param {number} share */
function quantile(values, share) {
	const sorted = values.toSorted((a, b) => a - b);
	const at = (sorted.length - 1) * share;
	const low = sorted[Math.floor(at)] ?? NaN;
	const high = sorted[Math.ceil(at)] ?? NaN;
	return low + (high - low) * (at - Math.floor(at));
}

/** @param {number[]} values */
export const median = (values) => quantile(values, 0.5);

/** Steps that count: the first of many are still being compiled. @param {number[]} steps */
const settled = (steps) => steps.slice(Math.min(5, Math.floor(steps.length / 4)));

/** @param {number[]} losses @param {number[]} reference */
function difference(losses, reference) {
	const pairs = losses.slice(0, reference.length);
	const apart = pairs.map(
		(loss, at) =>
			Math.abs(loss - /** @type {number} */ (reference[at])) / Math.abs(/** @type {number} */ (reference[at]))
	);
	// A loss that is not a number agrees with nothing.
	return apart.some((one) => !Number.isFinite(one)) ? Infinity : Math.max(...apart);
}

/**
 * @param {string} engine
 * @param {string} workload
 * @param {Outcome[]} outcomes
 * @param {number[]} reference -- losses of the reference engine
 * @returns {Row}
 */
export function row(engine, workload, outcomes, reference) {
	const good = outcomes.filter((one) => !('failed' in one));
	const processes = /** @type {Measured[]} */ (good).map(rounded);
	const bad = outcomes.find((one) => 'failed' in one);
	/** @type {Row} */
	const result = { engine, workload, processes };
	if (bad && 'failed' in bad) result.failed = bad.failed;
	if (processes.length === 0) return result;
	const over = (/** @type {(one: Measured) => number} */ of) => round(median(processes.map(of)), 3);
	const apart = Math.max(...processes.map(({ losses }) => difference(losses, reference)));
	const known = processes.flatMap(({ memory_mb }) => memory_mb ?? []);
	const tens = processes.filter(({ every10_ms }) => every10_ms.length > 0);
	return {
		...result,
		ready_ms: over((one) => one.start_ms + one.build_ms + one.first_step_ms),
		step_ms: over((one) => median(settled(one.steps_ms))),
		p95_ms: over((one) => quantile(settled(one.steps_ms), 0.95)),
		step10_ms: tens.length > 0 ? round(median(tens.map((one) => median(one.every10_ms))), 3) : null,
		memory_mb: known.length > 0 ? median(known) : null,
		difference: apart,
		agrees: apart <= TOLERANCE
	};
}

/**
 * How often our own step goes into each row's, engines of a class compared with each other.
 * @param {Row[]} rows
 * @param {Entry[]} engines
 */
export function ratios(rows, engines) {
	for (const one of rows) {
		const kind = engines.find(({ id }) => id === one.engine)?.class;
		const ours = rows.find((other) => other.workload === one.workload && other.engine === `ours-${kind}`);
		one.ratio = one.step_ms && ours?.step_ms ? round(one.step_ms / ours.step_ms, 3) : null;
	}
	return rows;
}

/** @param {number} value @param {number} digits */
const round = (value, digits) => Number(value.toFixed(digits));

/** @param {Measured} one @returns {Measured} */
function rounded(one) {
	return {
		...one,
		start_ms: round(one.start_ms, 1),
		build_ms: round(one.build_ms, 1),
		first_step_ms: round(one.first_step_ms, 1),
		steps_ms: one.steps_ms.map((time) => round(time, 2)),
		every10_ms: one.every10_ms.map((time) => round(time, 2))
	};
}
