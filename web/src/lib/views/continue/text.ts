// Tokens as a reader sees them.

import type { continuing as en } from '../../words/en/continue';
import { continuing as english } from '../../words/en/continue';
import { continuing as chinese } from '../../words/zh/continue';
import type { Lang } from '../../words';
import { shownToken } from '../shown-token';

export type ContinueWords = typeof en;
export function continueWords(lang: Lang): ContinueWords {
	return lang === 'zh' ? chinese : english;
}

export type Level = 'char' | 'word';

/** A token as it is spoken. */
export function spokenName(token: string, w: ContinueWords): string {
	if (token === ' ') return w.space;
	return token === '\n' ? w.line : shownToken(token);
}

/** No blank stands before these tokens … */
const JOINS = /^([,.!?;:)\]}]|\.\.\.|''|'|'(s|m|d|ll|re|ve|t)|n't|[，。！？；：、）》」』”’])$/i;
/** … or behind these. */
const OPENS = /^([([{]|``|[（《「『“‘])$/;
const HAN = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}，。！？；：、“”‘’（）《》「」『』…—]/u;

/** What stands between two tokens. Tokens of words lost their blanks; most can be told. */
export function gap(before: string | null, token: string, level: Level): string {
	if (level === 'char' || before === null) return '';
	if (JOINS.test(token) || OPENS.test(before)) return '';
	return HAN.test(token) && HAN.test(before) ? '' : ' ';
}

export type Piece = { text: string; chosen: boolean; circle: boolean };

/** What was written, as pieces that follow `before` (the last token of the prompt). */
export function pieces(
	written: readonly { token: number; chosen: boolean }[],
	words: readonly string[],
	before: number | null,
	level: Level,
	circleFrom: number | null
): Piece[] {
	let last = before === null ? null : (words[before] ?? null);
	return written.map(({ token, chosen }, at) => {
		const word = words[token] ?? '';
		const text = gap(last, word, level) + word;
		last = word;
		return { text, chosen, circle: circleFrom !== null && at >= circleFrom };
	});
}

/** A list with its end cut off. */
export function listed(
	all: readonly string[],
	most: number,
	w: ContinueWords
): { list: string; more: number } {
	const list = all.slice(0, most).map((token) => spokenName(token, w));
	return { list: list.join(', '), more: Math.max(0, all.length - most) };
}
