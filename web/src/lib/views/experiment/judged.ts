// The report on the classes, as scikit-learn's `classification_report` has it, from the confusion matrix alone.

import type { Lang } from '../../words';
import { judged as en } from '../../words/en/judged';
import { judged as zh } from '../../words/zh/judged';
import { total } from './confusion';

export type JudgedWords = typeof en;

export function judgedWords(lang: Lang): JudgedWords {
	return lang === 'zh' ? zh : en;
}

export type Scores = { precision: number; recall: number; f1: number; support: number };
export type ClassReport = { classes: Scores[]; accuracy: number; macro: Scores; weighted: Scores };

/** Nothing to divide by counts as nothing right. */
const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);

/**
 * `confusion` is [actual][predicted]. As scikit-learn does it, a class that is neither there nor ever named is left out
 * of the mean over classes.
 */
export function classReport(confusion: readonly (readonly number[])[]): ClassReport {
	const classes = confusion.map((row, label): Scores => {
		const right = row[label] ?? 0;
		const support = total(row);
		const named = confusion.reduce((sum, other) => sum + (other[label] ?? 0), 0);
		const precision = share(right, named);
		const recall = share(right, support);
		return { precision, recall, f1: share(2 * precision * recall, precision + recall), support };
	});
	const met = classes.filter(
		(_, label) => confusion[label]?.some((n) => n > 0) || confusion.some((row) => (row[label] ?? 0) > 0)
	);
	const rows = classes.reduce((sum, { support }) => sum + support, 0);
	const mean = (weight: (scores: Scores) => number): Scores => {
		const whole = met.reduce((sum, scores) => sum + weight(scores), 0);
		const of = (what: 'precision' | 'recall' | 'f1') =>
			share(
				met.reduce((sum, scores) => sum + weight(scores) * scores[what], 0),
				whole
			);
		return { precision: of('precision'), recall: of('recall'), f1: of('f1'), support: rows };
	};
	const right = confusion.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
	return {
		classes,
		accuracy: share(right, rows),
		macro: mean(() => 1),
		weighted: mean(({ support }) => support)
	};
}
