// Words of a look at reviews: a part of their own, loaded with it.

import type { Lang } from '../../words';
import { textlook as en } from '../../words/en/textlook';
import { textlook as zh } from '../../words/zh/textlook';

export const textLookWords = (lang: Lang): typeof en => (lang === 'zh' ? zh : en);
