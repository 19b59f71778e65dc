// Words of the pages where every experiment can be run.

import { t, type Lang } from '../../words';
import { lab as en } from '../../words/en/lab';
import { lab as zh } from '../../words/zh/lab';

export type LabWords = typeof en;

export function labWords(lang: Lang): LabWords {
	return lang === 'zh' ? zh : en;
}

/** `test_accuracy` → `accuracy, test rows`; of a stage, `base_accuracy` → `accuracy, “base”`. */
export function metricName(lang: Lang, name: string): string {
	const words = labWords(lang);
	const known = Object.keys(words.metric).find((metric) => name === metric || name.endsWith(`_${metric}`));
	if (!known) return name;
	const metric = words.metric[known] ?? known;
	const part = name.slice(0, Math.max(0, name.length - known.length - 1));
	if (part === '') return metric;
	return t(words.metricOf, { metric, part: words.part[part] ?? `“${part}”` });
}

/** The last part of a place in the text, as a heading: `layers[*].kernel_initializer` → `first weights`. */
export function axisName(lang: Lang, path: string): string {
	const name = path.split('.').at(-1) ?? path;
	return labWords(lang).plan.axis[name] ?? name;
}

export function datasetTitle(lang: Lang, name: string): string {
	return labWords(lang).dataset[name] ?? name;
}
