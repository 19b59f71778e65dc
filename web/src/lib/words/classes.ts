// Names of a data set's classes in the reader's language. They are those of the engine's catalog (a test compares).

import type { Lang } from '.';
import { classes as en } from './en/classes';
import { classes as zh } from './zh/classes';

/** Of data sets that are the reader's own, as the file has them. */
const own = new Map<string, readonly string[]>();

/** Null: as the data set that comes with the page has them. */
export function nameClasses(dataset: string, names: readonly string[] | null): void {
	if (names) own.set(dataset, names);
	else own.delete(dataset);
}

/** By label; none where the set has no names. */
export function classNames(lang: Lang, dataset: string): readonly string[] {
	return own.get(dataset) ?? (lang === 'zh' ? zh : en)[dataset] ?? [];
}

/** What a label means; the number itself where the set has no names. */
export function className(lang: Lang, dataset: string, label: number | string): string {
	return classNames(lang, dataset)[Number(label)] ?? String(label);
}

/** Has the set words for its labels, or are they the answer themselves? */
export function hasNames(dataset: string): boolean {
	return Object.hasOwn(en, dataset);
}
