// Words of the figures in the text: a part of their own, loaded with the first figure.

import type { Lang } from '../../words';
import { figures as en } from '../../words/en/figures';
import { figures as zh } from '../../words/zh/figures';

export const figureWords = (lang: Lang): typeof en => (lang === 'zh' ? zh : en);
