// The fits of a plan that are done, kept in the browser: a plan of hundreds goes on after a reload. They count as
// long as the text says the same (`outcome`), whatever its words.

import type { Fitted, Planned } from './wire';

export type FitStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const key = (id: string) => `fireside:fits:${id}`;

export class KeptFits {
	readonly #store: FitStore;

	constructor(store: FitStore) {
		this.#store = store;
	}

	/** Those of this plan; none where there are none, or what is kept is damaged or of another text. */
	read(id: string, planned: Planned): Fitted[] {
		try {
			const kept: unknown = JSON.parse(this.#store.getItem(key(id)) ?? 'null');
			if (!isRecord(kept) || kept['outcome'] !== planned.outcome || !Array.isArray(kept['done'])) return [];
			const seen = new Set<string>();
			return kept['done'].filter((fitted: unknown): fitted is Fitted => {
				if (!isFitted(fitted, planned)) return false;
				const job = `${fitted.job.point}/${fitted.job.fold}`;
				return !seen.has(job) && seen.add(job) !== null;
			});
		} catch {
			return [];
		}
	}

	/** False where the browser refuses: then the plan begins anew after a reload. */
	write(id: string, planned: Planned, done: readonly Fitted[]): boolean {
		try {
			this.#store.setItem(key(id), JSON.stringify({ outcome: planned.outcome, done }));
			return true;
		} catch {
			return false;
		}
	}

	remove(id: string): void {
		try {
			this.#store.removeItem(key(id));
		} catch {
			// Nothing could be kept either.
		}
	}
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null;
const isFigure = (value: unknown) => value === null || Number.isFinite(value);
const isCount = (value: unknown, below = 2 ** 32) =>
	Number.isInteger(value) && (value as number) >= 0 && (value as number) < below;

function isFitted(value: unknown, { points, folds }: Planned): value is Fitted {
	if (!isRecord(value) || !isRecord(value['job'])) return false;
	const { job, figure, loss, epochs, steps, curve } = value;
	return (
		isCount(job['point'], points) &&
		isCount(job['fold'], folds) &&
		isFigure(figure) &&
		isFigure(loss) &&
		isCount(epochs) &&
		isCount(steps) &&
		Array.isArray(curve) &&
		curve.every(Number.isFinite)
	);
}
