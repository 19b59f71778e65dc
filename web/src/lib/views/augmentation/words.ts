// Words of the augmentation workshop.

import { augmentation as en } from '../../words/en/augmentation';
import { augmentation as zh } from '../../words/zh/augmentation';
import type { Lang } from '../../words';

export type AugmentationWords = typeof en;

export function augmentationWords(lang: Lang): AugmentationWords {
	return lang === 'zh' ? zh : en;
}

/** Few digits, and the sign that prose has. */
export function figure(value: number): string {
	const digits = Math.abs(value) >= 100 ? 0 : 2;
	return String(Number(value.toFixed(digits))).replace('-', '−');
}
