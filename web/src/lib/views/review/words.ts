// Words of the card that judges a review, and what it says.

import type { Reading } from '../../review/read';
import { count, percent, sentences, t, type Lang } from '../../words';
import { review as en } from '../../words/en/review';
import { review as zh } from '../../words/zh/review';

export type ReviewWords = typeof en;

/** What the site knows of by name; other texts are the reader's own. */
const REVIEWS = 'imdb';

export const isOwn = (dataset: string): boolean => dataset !== REVIEWS;

export function reviewWords(lang: Lang, dataset = REVIEWS): ReviewWords {
	const all = lang === 'zh' ? zh : en;
	return isOwn(dataset) ? { ...all, ...all.own } : all;
}

/** Below this the longer bar says that the network is not sure. */
const SURE = 0.6;

/** The verdict in a sentence; where there is none, why. */
export function verdictText(
	lang: Lang,
	reading: Reading,
	shares: readonly number[] | null,
	names: readonly string[],
	dataset = REVIEWS
): string {
	const w = reviewWords(lang, dataset);
	const read = reading.last - reading.first;
	if (!shares) {
		if (read === 0) return w.noWords;
		const share = percent(reading.known / read, 0);
		return t(w.foreign, { known: count(reading.known, lang), read: count(read, lang), share });
	}
	const best = shares.indexOf(Math.max(...shares));
	const args = { name: names[best] ?? String(best), share: percent(shares[best] ?? NaN, 0) };
	return t((shares[best] ?? 0) >= SURE ? w.says : w.saysUnsure, args);
}

/** How the text became a row. */
export function readingText(lang: Lang, reading: Reading, dataset = REVIEWS): string {
	const w = reviewWords(lang, dataset);
	const { tokens, first, last, known, pads, row, skipped } = reading;
	const read = last - first;
	const n = (value: number) => count(value, lang);
	const cut = tokens.length > read;
	return sentences(
		lang,
		read > 0 && t(w.knows, { known: n(known), read: n(read) }),
		pads > 0 && t(w.pads, { pads: n(pads), steps: n(row.length) }),
		cut && t(first > 0 ? w.cut : w.cutEnd, { all: n(tokens.length), read: n(read) }),
		skipped > 0 && t(w.skipped, { skipped: n(skipped) })
	);
}
