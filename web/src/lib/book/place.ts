// Where in its source a figure stands.

import type { Lang } from '../words';

/** `section 15.5, epoch 200`. Titles of a source's sections are in English and stay so: `lang` says it to readers' machines. */
export function placeOf(place: string, lang: Lang): { text: string; lang: Lang } {
	const found = /^section ([\w.]+)(?:, (?:epoch (\d+)|(last epoch)))?$/.exec(place);
	if (lang === 'en' || !found) return { text: place, lang: 'en' };
	const [, section, epoch, last] = found;
	const when = epoch ? `，第 ${epoch} 轮` : last ? '，最后一轮' : '';
	return { text: `${section} 节${when}`, lang };
}
