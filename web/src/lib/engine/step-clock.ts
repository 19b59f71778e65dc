// What the engine's calls teach about the time of a step, and of an evaluated row. A machine that slept, or a process
// that was stopped, in the middle of a call makes it seem endless: that is nobody's step.

import { median } from './tools';
import type { RunEvent } from './wire';

/** Calls whose times count. */
const RECENT = 20;
/** A call that takes so long, in ms, and so many times as long as its kind does, was interrupted. */
const GAP = 3_000;
const UNLIKELY = 10;

export class StepClock {
	/** ms of a step, of the recent calls. */
	readonly #steps: number[] = [];
	/** ms of a row, of the recent calls. */
	readonly #rows: number[] = [];
	/** Rows of the part that is being evaluated. */
	#done = 0;
	#busy = 0;
	#last = 0;

	/** Medians; 0 = not measured yet. */
	get msPerStep(): number {
		return median(this.#steps);
	}
	get msPerRow(): number {
		return median(this.#rows);
	}
	/** ms of the last step. */
	get lastStep(): number {
		return this.#last;
	}

	/** Time of computing since it was last asked for, interruptions not counted. */
	takeBusy(): number {
		const busy = this.#busy;
		this.#busy = 0;
		return busy;
	}

	/** A call gave these events after `took` ms. */
	take(made: readonly RunEvent[], took: number): void {
		const steps = made.filter(({ type }) => type === 'step').length;
		if (steps > 0) {
			this.#last = this.#count(this.#steps, took, steps);
			return;
		}
		let rows = 0;
		for (const event of made) {
			if (event.type !== 'evaluating') continue;
			// `done` counts up within a part; the first batch of the next part starts again.
			rows += event.done > this.#done ? event.done - this.#done : event.done;
			this.#done = event.done >= event.total ? 0 : event.done;
		}
		if (rows > 0) this.#count(this.#rows, took, rows);
		else this.#busy += Math.min(took, GAP);
	}

	/** Answers with the time of one of `parts`, as far as it is to be believed. */
	#count(recent: number[], took: number, parts: number): number {
		const each = took / parts;
		const usual = median(recent);
		if (usual > 0 && took > GAP && each > UNLIKELY * usual) {
			this.#busy += usual * parts;
			return usual;
		}
		const [first] = recent;
		// The very first call may have been the interrupted one.
		if (recent.length === 1 && first !== undefined && first * parts > GAP && first > UNLIKELY * each) {
			this.#busy -= Math.min(this.#busy, (first - each) * parts);
			recent.shift();
		}
		recent.push(each);
		if (recent.length > RECENT) recent.shift();
		this.#busy += took;
		return each;
	}
}
