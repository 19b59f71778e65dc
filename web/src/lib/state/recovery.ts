// A run whose GPU went away. Once: a new worker with a new device goes on from what was saved. Twice in the same
// run: the CPU goes on. What is to be done is decided here; `experiment-run.svelte.ts` does it.

import { failure } from '$lib/engine/failure';
import type { EngineKind } from '$lib/engine/kinds';
import type { Failure, RunState } from '$lib/engine/wire';

/** How often a device may be lost in a run before the GPU is left alone. */
const ENOUGH = 2;

export type Recovery = {
	/** The next worker's engine. */
	engine: EngineKind;
	/** Go on from what was saved; else the run begins again. */
	resume: boolean;
	note: Failure;
};

/** Failures after which a run can go on elsewhere without being asked. */
export function recoverable(value: Failure, engine: EngineKind): boolean {
	return engine === 'gpu' && (value.code === 'device_lost' || value.code.startsWith('gpu_'));
}

/**
 * Is what was saved a part of this run? Not when it was lost before its first save: then an earlier run may still lie
 * there. With the same text it is the same run, as far as it goes: one seed, one run.
 */
export function partOf(saved: RunState | null, run: RunState | null): boolean {
	return saved !== null && run !== null && saved.text === run.text && saved.update <= run.update;
}

/** `losses`: of this run, this one included. */
export function recover(
	value: Failure,
	losses: number,
	saved: RunState | null,
	run: RunState | null
): Recovery {
	const resume = partOf(saved, run);
	// An engine that does not even start is not tried twice.
	if (value.code !== 'device_lost')
		return { engine: 'cpu', resume, note: failure('gpu_to_cpu', { reason: value.code }) };
	const engine = losses >= ENOUGH ? 'cpu' : 'gpu';
	const update = String(saved?.update);
	const note = resume
		? failure(engine === 'cpu' ? 'lost_then_cpu' : 'lost_then_gpu', { update })
		: failure('lost_began_again', { engine });
	return { engine, resume, note };
}
