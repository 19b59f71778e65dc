// A few steps of a run that is thrown away, to know how long one takes here.

import type { EngineSession } from './engine-types';
import type { EngineKind } from './kinds';
import { stepsAtOnce } from './stride';
import { median } from './tools';

export type CalibrationHost = {
	/** The engine, by one at a time. */
	touch<T>(work: () => T | Promise<T>): Promise<T>;
	now(): number;
	breathe(): Promise<void>;
};

/** The browser compiles twice, quickly and then well: the first steps say little. */
const LEAST = 4;
const MOST = 40;
/** Enough of it, in ms. */
const PATIENCE = 2_500;

/** ms of a step. */
export async function calibrate(
	session: EngineSession,
	engine: EngineKind,
	{ touch, now, breathe }: CalibrationHost
): Promise<number> {
	const times: number[] = [];
	const began = now();
	while (times.length < MOST && (times.length < LEAST || now() - began < PATIENCE)) {
		const steps = stepsAtOnce(engine, false, times.at(-1) ?? 0);
		const before = now();
		const made = await touch(() => session.advance(steps));
		const done = made.filter(({ type }) => type === 'step').length;
		// A small experiment has come to the end of its epoch.
		if (done === 0) break;
		times.push((now() - before) / done);
		await breathe();
	}
	return median(times.slice(Math.floor(times.length / 2)));
}
