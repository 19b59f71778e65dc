// Addresses of the site: every page exists in both languages, Chinese below /zh/.

import { base } from '$app/paths';
import type { Lang } from '../words';

const prefix = (lang: Lang): string => `${base}/${lang === 'zh' ? 'zh/' : ''}`;

export const homeLink = (lang: Lang): string => prefix(lang);
export const chapterLink = (id: string, lang: Lang): string => `${prefix(lang)}chapter/${id}/`;

export const speedLink = (lang: Lang): string => `${prefix(lang)}speed/`;

/** What the page about speed shows, as it was written. */
export const benchFile = (): string => `${base}/bench.json`;

/** The same page in both languages: a chapter, the page about speed, or the first page. */
export function twins(chapter: string | null, speed = false): Record<Lang, string> {
	const to = (lang: Lang) =>
		speed ? speedLink(lang) : chapter === null ? homeLink(lang) : chapterLink(chapter, lang);
	return { en: to('en'), zh: to('zh') };
}
