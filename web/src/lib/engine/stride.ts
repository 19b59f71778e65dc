// How many steps the engine is asked for at once.

import type { EngineKind } from './kinds';

/**
 * How long one call may take, in ms: the GPU's answer is waited for once a call, so that more steps cost less; but
 * a pause takes effect, and the page hears of the losses, only between two calls.
 */
const CALL = 100;
/** Its queue stays this short. */
const MOST = 32;

/** `msPerStep`: of the last call; 0 = not measured yet. */
export function stepsAtOnce(engine: EngineKind, onlyOne: boolean, msPerStep: number): number {
	// On the CPU a call is a step: there is nothing to wait for.
	if (engine === 'cpu' || onlyOne || !(msPerStep > 0)) return 1;
	return Math.max(1, Math.min(MOST, Math.floor(CALL / msPerStep)));
}
