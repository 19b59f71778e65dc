// What this device has shown so far, so that "about 40 s on this device" can be said before a run starts.

import type { Measured } from '$lib/engine/choice';
import type { EngineKind } from '$lib/engine/kinds';
import type { DataState, Summary } from '$lib/engine/wire';
import { localStore, readObject, writeObject, type Store } from './storage';
import { secondsLeft } from './time-left';

const KEY = 'fireside.pace';

/** Per engine: floating point operations per second of training, and those of the step they were measured with. */
type Pace = { rate: number; work: number };
type Work = Pick<Summary, 'flops' | 'batch_size'>;

const workOf = ({ flops, batch_size }: Work): number => flops * batch_size;
const positive = (value: unknown): value is number =>
	typeof value === 'number' && Number.isFinite(value) && value > 0;

function nameOf(id: string, engine: EngineKind): string {
	return engine === 'cpu' ? id : `${id} ${engine}`;
}

/** Null: this experiment was never trained here on this engine. */
function paceOf(id: string, engine: EngineKind, store: Store | null): Pace | null {
	const found = readObject(store, KEY)?.[nameOf(id, engine)];
	// An earlier version kept the rate alone.
	if (positive(found)) return { rate: found, work: 0 };
	const { rate, work } = (found ?? {}) as Partial<Pace>;
	return positive(rate) && positive(work) ? { rate, work } : null;
}

export function rememberPace(
	id: string,
	engine: EngineKind,
	summary: Work,
	msPerStep: number,
	store: Store | null = localStore()
): void {
	const work = workOf(summary);
	const rate = (work * 1000) / msPerStep;
	if (!positive(rate)) return;
	writeObject(store, KEY, { ...readObject(store, KEY), [nameOf(id, engine)]: { rate, work } });
}

/** How much a step may have changed for a time measured with it to say anything about it. */
const ALIKE = 1.25;

/**
 * ms of a step on each engine, of this experiment on this device. A step of another size says little: a GPU takes
 * as long for a small one.
 */
export function measuredPace(id: string, summary: Work, store: Store | null = localStore()): Measured {
	const now = workOf(summary);
	const ms = (engine: EngineKind) => {
		const pace = paceOf(id, engine, store);
		if (!pace || !(now > 0)) return null;
		const change = Math.max(pace.work / now, now / pace.work);
		return change <= ALIKE ? (now * 1000) / pace.rate : null;
	};
	return { cpu: ms('cpu'), gpu: ms('gpu') };
}

/**
 * Seconds of a whole run as it is written now, from what this experiment reached here before; null: not known.
 * `data`: the rows at hand, where they are known (the built-in sample has fewer than the experiment says).
 */
export function estimate(
	id: string,
	engine: EngineKind,
	summary: Summary,
	data: DataState | null = null,
	store: Store | null = localStore()
): number | null {
	const pace = paceOf(id, engine, store);
	if (pace === null) return null;
	const msPerStep = (workOf(summary) * 1000) / pace.rate;
	const rows = summary.train_rows + summary.validation_rows;
	const share = data && rows > 0 ? data.train.rows / rows : 1;
	return secondsLeft(
		{ msPerStep, msPerRow: 0 },
		{
			updates: 0,
			totalUpdates: summary.epochs * Math.ceil(summary.steps_per_epoch * share),
			evaluated: 0,
			epochs: summary.epochs,
			rowsPerEvaluation: summary.validation_rows * share + (data?.test.rows ?? summary.test_rows),
			rowsDone: 0,
			batchSize: summary.batch_size
		}
	);
}
