// Words of the figures about sequences and words: a part of their own, loaded with the first of them.

import type { Lang } from '../../words';
import { sequences as en } from '../../words/en/sequences';
import { sequences as zh } from '../../words/zh/sequences';

export const sequenceWords = (lang: Lang): typeof en => (lang === 'zh' ? zh : en);
