// What the page says about a drawing, in words.

import type { Drawing } from '../../engine/wire';
import { percent, t, words, type Lang } from '../../words';

/** Digits of probability at least this close to the first are named too. */
const CLOSE = 0.75;

export function sayAnswer(drawing: Drawing | null, lang: Lang): string {
	const w = words(lang).play;
	if (!drawing || drawing.state === 'empty') return w.empty;
	if (drawing.state === 'dot') return w.dot;
	const ranked = drawing.probabilities
		.map((probability, digit) => ({ probability, digit }))
		.sort((a, b) => b.probability - a.probability);
	const [first, second] = ranked;
	if (!first) return w.empty;
	const share = percent(first.probability, 0);
	if (first.probability >= CLOSE || !second) return t(w.says, { digit: first.digit, share });
	return t(w.says_unsure, {
		digit: first.digit,
		share,
		second: second.digit,
		second_share: percent(second.probability, 0)
	});
}
