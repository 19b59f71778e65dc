// What the outputs of a network mean for the pieces of a word.

import type { captcha as en } from '../../words/en/captcha';
import { captcha as english } from '../../words/en/captcha';
import { captcha as chinese } from '../../words/zh/captcha';
import type { Lang } from '../../words';

export type CaptchaWords = typeof en;
export function captchaWords(lang: Lang): CaptchaWords {
	return lang === 'zh' ? chinese : english;
}

/** Side of a letter as a network gets it. */
export const SIDE = 20;
/** A picture of a word and its letters, grey: 0 = paper, 255 = ink. */
export type Drawn = { width: number; height: number; pixels: Uint8Array; pieces: { pixels: Uint8Array }[] };

export type Guess = { letter: string; value: number };
/** A piece: what it was read as, and the two that came next. */
export type Reading = { best: Guess; next: Guess[] };

/** Letters by their outputs, the largest first. */
export function readings(outputs: readonly (readonly number[])[]): Reading[] {
	return outputs.map((values) => {
		const ranked = values
			.map((value, at) => ({ letter: String.fromCharCode(65 + at), value }))
			.sort((a, b) => b.value - a.value);
		return { best: ranked[0] ?? { letter: '?', value: NaN }, next: ranked.slice(1, 3) };
	});
}

/** Are these probabilities, or numbers of a network without softmax? */
export function areShares(outputs: readonly (readonly number[])[]): boolean {
	return outputs.every(
		(values) =>
			values.every((value) => value >= 0 && value <= 1) &&
			Math.abs(values.reduce((sum, value) => sum + value, 0) - 1) < 1e-3
	);
}

/** How many letters are right, where there are as many pieces as letters. */
export function rightOf(word: string, read: readonly Reading[]): number {
	return read.filter(({ best }, at) => best.letter === word[at]).length;
}
