// What this device has shown so far, so that "about 40 s on this device" can be said before a run starts.

import type { DataState, Summary } from '$lib/engine/wire';
import { localStore, readObject, writeObject, type Store } from './storage';
import { secondsLeft } from './time-left';

const KEY = 'fireside.pace';

/** Floating point operations per second of training reached with an experiment; null: never trained here. */
function rateOf(id: string, store: Store | null): number | null {
	const rate = readObject(store, KEY)?.[id];
	return typeof rate === 'number' && Number.isFinite(rate) && rate > 0 ? rate : null;
}

export function rememberPace(
	id: string,
	summary: Summary,
	msPerStep: number,
	store: Store | null = localStore()
): void {
	const rate = (summary.flops * summary.batch_size * 1000) / msPerStep;
	if (!Number.isFinite(rate) || rate <= 0) return;
	writeObject(store, KEY, { ...readObject(store, KEY), [id]: rate });
}

/**
 * Seconds of a whole run as it is written now, from what this experiment reached here before; null: not known.
 * `data`: the rows at hand, where they are known (the built-in sample has fewer than the experiment says).
 */
export function estimate(
	id: string,
	summary: Summary,
	data: DataState | null = null,
	store: Store | null = localStore()
): number | null {
	const rate = rateOf(id, store);
	if (rate === null) return null;
	const msPerStep = (summary.flops * summary.batch_size * 1000) / rate;
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
