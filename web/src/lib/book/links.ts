// Addresses of the site: every page exists in both languages, Chinese below /zh/.

import { base } from '$app/paths';
import type { Lang } from '../words';

const prefix = (lang: Lang): string => `${base}/${lang === 'zh' ? 'zh/' : ''}`;

export const homeLink = (lang: Lang): string => prefix(lang);
export const chapterLink = (id: string, lang: Lang): string => `${prefix(lang)}chapter/${id}/`;

/** Pages that stand beside the chapters. */
export type Side = 'speed' | 'reference' | 'lab';

export const speedLink = (lang: Lang): string => `${prefix(lang)}speed/`;
export const referenceLink = (lang: Lang): string => `${prefix(lang)}reference/`;
/** All experiments, or one of them. */
export const labLink = (lang: Lang, id = ''): string => `${prefix(lang)}lab/${id ? `${id}/` : ''}`;

/** What the page about speed shows, as it was written. */
export const benchFile = (): string => `${base}/bench.json`;

/** The same page in both languages: a chapter, one of those beside them, an experiment, or the first page. */
export function twins(
	chapter: string | null,
	side: Side | null = null,
	experiment: string | null = null
): Record<Lang, string> {
	const to = (lang: Lang) => {
		if (experiment !== null) return labLink(lang, experiment);
		if (side) return `${prefix(lang)}${side}/`;
		return chapter === null ? homeLink(lang) : chapterLink(chapter, lang);
	};
	return { en: to('en'), zh: to('zh') };
}
