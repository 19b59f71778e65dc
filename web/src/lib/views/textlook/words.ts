// Words of a look at reviews, or at texts of the reader's own: a part of their own, loaded with it.

import { t, type Lang } from '../../words';
import { textlook as en } from '../../words/en/textlook';
import { textlookOwn as enOwn } from '../../words/en/textlook-own';
import { textlook as zh } from '../../words/zh/textlook';
import { textlookOwn as zhOwn } from '../../words/zh/textlook-own';

/** What is looked at: reviews, or texts of the reader's own, cut into characters or words. */
export type TextsOf = 'reviews' | 'char' | 'word';

export const textLookOwnWords = (lang: Lang): typeof enOwn => (lang === 'zh' ? zhOwn : enOwn);

export function textLookWords(lang: Lang, of: TextsOf = 'reviews'): typeof en {
	const words = lang === 'zh' ? zh : en;
	if (of === 'reviews') return words;
	const { instead, tokens } = textLookOwnWords(lang);
	const filled = Object.entries(instead).map(([key, text]) => [key, t(text, { tokens: tokens[of] })]);
	return { ...words, ...(Object.fromEntries(filled) as typeof instead) };
}
