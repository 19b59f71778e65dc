// How far a run or a download is, in words and as a share.

import { t } from '../../words';
import { bytes } from './format';
import type { ExperimentView } from './types';
import type { CardWords } from './words';

/** `of`: what the bar measures. A null share: busy, nobody knows how long. */
export type Progress = { of: 'loading' | 'run'; text: string; share: number | null };

/** Epoch and step from 1, as people count; at the end of an epoch its last step. */
export function position(
	update: number,
	stepsPerEpoch: number,
	epochs: number
): { epoch: number; step: number } {
	const steps = Math.max(1, stepsPerEpoch);
	const done = Math.max(0, update - 1);
	const epoch = Math.min(Math.max(1, epochs), Math.floor(done / steps) + 1);
	return { epoch, step: Math.max(0, update - (epoch - 1) * steps) };
}

function loadingText(
	{ what, loaded, total }: NonNullable<ExperimentView['loading']>,
	words: CardWords['progress']
): string {
	if (what === 'start') return words.start;
	if (what === 'measure') return words.measure;
	if (what === 'compile') {
		// Counts of kernels, not of bytes. What was expected is an estimate: there may be more.
		if (total === 0 || loaded > total) return words.compileStart;
		return t(words.compile, { made: loaded, expected: total });
	}
	const known = total > 0 && loaded < total;
	if (what === 'engine') {
		return known ? t(words.engine, { loaded: bytes(loaded), total: bytes(total) }) : words.engineStart;
	}
	return known ? t(words.data, { loaded: bytes(loaded), total: bytes(total) }) : words.dataStart;
}

export function progressOf(view: ExperimentView, words: CardWords['progress']): Progress | null {
	if (view.status === 'loading' || (view.loading && view.status !== 'running')) {
		const { loading } = view;
		if (!loading) return { of: 'loading', text: words.start, share: null };
		const share = loading.total > 0 && loading.loaded < loading.total;
		return {
			of: 'loading',
			text: loadingText(loading, words),
			share: share ? loading.loaded / loading.total : null
		};
	}
	const { run } = view;
	if (!run || run.update === 0) return null;
	const { epoch, step } = position(run.update, run.steps_per_epoch, run.epochs);
	const all = Math.max(1, run.steps_per_epoch * run.epochs);
	const share = Math.min(1, run.update / all);
	const args = { epoch, epochs: run.epochs, step, steps: run.steps_per_epoch };
	const at = t(words.at, args);
	let text = at;
	if (view.evaluating && view.status === 'running') {
		const of = {
			test: words.evaluating,
			validation: words.evaluatingValidation,
			train: words.evaluatingTrain
		};
		text = t(of[view.evaluating.part], args);
	} else if (view.status === 'paused') text = t(words.paused, { at });
	else if (view.status !== 'running') {
		text = run.update >= all ? t(words.finished, args) : t(words.stopped, args);
	}
	return { of: 'run', text, share };
}
