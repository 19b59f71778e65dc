// What is on its way before anything can begin, in words.

import { t, type Lang } from '../../words';
import { bytes } from '../experiment/format';
import { cardWords } from '../experiment/words';

export type Loading = {
	what: 'engine' | 'data' | 'start' | 'compile' | 'measure';
	loaded: number;
	total: number;
};

export function loadingText({ what, loaded, total }: Loading, lang: Lang): string {
	const words = cardWords(lang).progress;
	const known = total > 0 && loaded < total;
	if (what === 'measure') return words.measure;
	if (what === 'compile') {
		return known ? t(words.compile, { made: loaded, expected: total }) : words.compileStart;
	}
	if (what === 'start' || !known) {
		return { engine: words.engineStart, data: words.dataStart, start: words.start }[what];
	}
	return t(words[what], { loaded: bytes(loaded), total: bytes(total) });
}

/** Null: busy, nobody knows how long. */
export function loadingShare({ what, loaded, total }: Loading): number | null {
	return what !== 'start' && total > 0 && loaded < total ? loaded / total : null;
}
