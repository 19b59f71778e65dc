import type { Lang } from '../../words';
import { reference as en } from '../../words/en/reference';
import { reference as zh } from '../../words/zh/reference';

export function referenceWords(lang: Lang): typeof en {
	return lang === 'zh' ? zh : en;
}
