// Words of the card that judges a photo, and what it says.

import { percent, t, type Lang } from '../../words';
import { photo as en } from '../../words/en/photo';
import { photo as zh } from '../../words/zh/photo';

export type PhotoWords = typeof en;
/** A code with its arguments. */
export type Problem = { code: keyof PhotoWords['problem']; args: Readonly<Record<string, string | number>> };

export function photoWords(lang: Lang): PhotoWords {
	return lang === 'zh' ? zh : en;
}

/** Below this the longest bar says that the network is not sure. */
const SURE = 0.6;

export function problemText(lang: Lang, { code, args }: Problem): string {
	return t(photoWords(lang).problem[code], args);
}

/** The answer in a sentence. */
export function sayClass(
	probabilities: readonly number[] | null,
	names: readonly string[],
	lang: Lang
): string {
	const w = photoWords(lang);
	const ranked = (probabilities ?? [])
		.map((probability, at) => ({ probability, name: names[at] ?? String(at) }))
		.sort((a, b) => b.probability - a.probability);
	const [first, second] = ranked;
	if (!first) return w.nothing;
	const share = percent(first.probability, 0);
	if (first.probability >= SURE || !second) return t(w.says, { name: first.name, share });
	return t(w.saysUnsure, {
		name: first.name,
		share,
		second: second.name,
		secondShare: percent(second.probability, 0)
	});
}
