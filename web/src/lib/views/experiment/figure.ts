// A figure of a run by its name, after its last epoch.

import type { EpochScores } from '../../engine/wire';

export type History = readonly EpochScores[];

/** `test_rmse`, `train_loss`, `validation_accuracy` ...; null where it was not measured (yet). */
export function figureOf(history: History, metric: string): number | null {
	const last = history.at(-1);
	if (!last) return null;
	const own = last.figures.find(({ name }) => name === metric);
	if (own) return own.value;
	const [, part, name] = /^(train|validation|test)_(loss|accuracy)$/.exec(metric) ?? [];
	const score = part === 'train' || part === 'validation' || part === 'test' ? last[part] : null;
	return score && (name === 'loss' || name === 'accuracy') ? score[name] : null;
}
