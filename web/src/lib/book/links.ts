// Addresses of the site: every page exists in both languages, Chinese below /zh/.

import { base } from '$app/paths';
import type { Lang } from '../words';

const prefix = (lang: Lang): string => `${base}/${lang === 'zh' ? 'zh/' : ''}`;

export const homeLink = (lang: Lang): string => prefix(lang);
export const chapterLink = (id: string, lang: Lang): string => `${prefix(lang)}chapter/${id}/`;

/** The same page in both languages: a chapter, or the first page. */
export function twins(chapter: string | null): Record<Lang, string> {
	const to = (lang: Lang) => (chapter === null ? homeLink(lang) : chapterLink(chapter, lang));
	return { en: to('en'), zh: to('zh') };
}
