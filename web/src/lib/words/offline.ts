// The words of the site without a connection: a part of their own, loaded with what shows them.

import type { Lang } from './index';
import { offline as en } from './en/offline';
import { offline as zh } from './zh/offline';

export const offlineWords = (lang: Lang): typeof en => (lang === 'zh' ? zh : en);
