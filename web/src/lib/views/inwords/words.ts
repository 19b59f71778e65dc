import type { Lang } from '../../words';
import { inwords as en } from '../../words/en/inwords';
import { inwords as zh } from '../../words/zh/inwords';
import type { Vocabulary } from './types';

export type InwordsWords = typeof en;

export function inwordsWords(lang: Lang): InwordsWords {
	return lang === 'zh' ? zh : en;
}

/** A word as it is shown; what is no word, or cannot be seen, has a name. */
export function wordName(lang: Lang, vocabulary: Vocabulary | null, id: number): string {
	const names = inwordsWords(lang).word;
	const special = [names.none, names.start, names.unknown, names.unused];
	if (id < (vocabulary?.special ?? 0)) return special[id] ?? names.unused;
	const word = vocabulary?.words[id] ?? '';
	if (word === '\n') return names.line;
	return word.trim() === '' ? (word === '' ? names.unused : names.space) : word;
}

/** The id of a word, as it is typed; -1 where it is not known. */
export function idOf({ words, special }: Vocabulary, word: string): number {
	const exact = words.indexOf(word, special);
	return exact >= 0 ? exact : words.indexOf(word.trim().toLowerCase(), special);
}

/** Words that begin with what is typed, the first ones of the list. */
export function beginning({ words, special }: Vocabulary, typed: string, most: number): number[] {
	const start = typed.trim().toLowerCase();
	const found: number[] = [];
	if (start === '') return found;
	for (let id = special; id < words.length && found.length < most; id += 1)
		if (words[id]?.toLowerCase().startsWith(start)) found.push(id);
	return found;
}

/** The cosine that the nearest of `rows` random rows of `width` numbers has by chance, about. */
export const chance = (rows: number, width: number): number =>
	width < 2 ? 1 : Math.sqrt(1 - Math.max(2, rows) ** (-2 / (width - 1)));
