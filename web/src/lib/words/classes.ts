// Names of a data set's classes in the reader's language. They are those of the engine's catalog (a test compares).

import type { Lang } from '.';
import { classes as en } from './en/classes';
import { classes as zh } from './zh/classes';

/** What a label means; the number itself where the set has no names. */
export function className(lang: Lang, dataset: string, label: number | string): string {
	const names = (lang === 'zh' ? zh : en)[dataset];
	return names?.[Number(label)] ?? String(label);
}

/** Has the set words for its labels, or are they the answer themselves? */
export function hasNames(dataset: string): boolean {
	return Object.hasOwn(en, dataset);
}
