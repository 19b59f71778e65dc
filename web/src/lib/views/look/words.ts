import type { Lang } from '../../words';
import { look as en } from '../../words/en/look';
import { look as zh } from '../../words/zh/look';

export type LookWords = typeof en;

export function lookWords(lang: Lang): LookWords {
	return lang === 'zh' ? zh : en;
}
