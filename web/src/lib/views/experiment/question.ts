// Predict - try - check: the answer is measured by the reader's own run, never told beforehand.

import { figureOf } from './figure';
import { allSettings, sameValue } from './settings';
import type { Answer, ExperimentView, Question, Summary } from './types';

export type Range = { low: number | null; high: number | null };

/** `[0.95, 0.97]` -> below 0.95, 0.95 to 0.97, 0.97 or more. */
export function ranges(bins: readonly number[]): Range[] {
	const edges: (number | null)[] = [null, ...[...bins].sort((a, b) => a - b), null];
	return edges.slice(0, -1).map((low, index) => ({ low, high: edges[index + 1] ?? null }));
}

/** Which range a value falls into; an edge belongs to the range above it. */
export function rangeOf(value: number, bins: readonly number[]): number {
	return ranges(bins).findIndex(
		({ low, high }) => (low === null || value >= low) && (high === null || value < high)
	);
}

/** The run's value of the question's metric after its last epoch. */
export function measuredValue(view: ExperimentView, metric: string): number | null {
	const last = view.epochs[view.epochs.length - 1];
	if (!last) return null;
	const own = figureOf(view.run?.history ?? [], metric);
	if (own !== null) return own;
	const score = metric.startsWith('train_')
		? last.train
		: metric.startsWith('val_') || metric.startsWith('validation_')
			? last.validation
			: last.test;
	if (!score) return null;
	if (metric.endsWith('error')) return 1 - score.accuracy;
	return metric.endsWith('loss') ? score.loss : score.accuracy;
}

/** The text has the values that the question asks for. Places that no form shows can't be looked up: taken as set. */
export function isSet(summary: Summary, set: Question['set']): boolean {
	const values = new Map(allSettings(summary).map((setting) => [setting.path, setting.value]));
	return set.every(([path, value]) => {
		const now = values.get(path);
		return now === undefined || sameValue(now, value);
	});
}

/** Names of what is set: Keras's, from the form where it has the place, else the end of the path. */
export function setNames(summary: Summary, set: Question['set']): { name: string; value: string }[] {
	const names = new Map(allSettings(summary).map((setting) => [setting.path, setting.name]));
	return set.map(([path, value]) => ({ name: names.get(path) ?? path.split('.').pop() ?? path, value }));
}

export type Stage = 'predict' | 'try' | 'running' | 'paused' | 'check';

export function stage(answer: Answer | null, view: ExperimentView): Stage {
	if (answer === null) return 'predict';
	if (answer.measured !== null) return 'check';
	if (answer.tried === undefined || (view.run && view.run.text !== answer.tried)) return 'try';
	if (view.status === 'running' || view.status === 'loading') return 'running';
	return view.status === 'paused' ? 'paused' : 'try';
}

/** The measured answer of a run that was made for the question and went to its end; else null. */
export function answerOf(question: Question, answer: Answer, view: ExperimentView): number | null {
	if (answer.tried === undefined || view.status !== 'finished' || view.run?.text !== answer.tried)
		return null;
	if (view.epochs.length < view.run.epochs) return null;
	return measuredValue(view, question.metric);
}
