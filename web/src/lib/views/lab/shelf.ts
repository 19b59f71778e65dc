// The list of all experiments: what a line of it knows.

import { t } from '../../words';
import type { Card, Kind, Reported, Words } from '../../engine/wire';
import type { LabWords } from './words';

export type LabLine = {
	id: string;
	kind: Kind;
	title: Words;
	dataset: string;
	fits: number;
	reported: Reported[];
};
export type LabChapter = { id: string; title: Words; ready: boolean; experiments: LabLine[] };

export function lineOf({ id, kind, title, dataset, fits, reported }: Card): LabLine {
	return { id, kind, title, dataset, fits, reported };
}

/** Several training runs: they are shown as a plan, not as one run. */
export function isPlan({ kind, fits }: Pick<Card, 'kind' | 'fits'>): boolean {
	return kind === 'sweep' || (kind === 'train' && fits > 1);
}

export function kindText(line: Pick<Card, 'kind' | 'fits'>, words: LabWords): string {
	if (line.kind === 'train' && isPlan(line)) return t(words.kind.folds, { n: line.fits });
	return t(words.kind[line.kind], { n: line.fits });
}

/** A look at it shows texts in place of pictures. */
export function showsTexts({ dataset }: Pick<Card, 'dataset'>): boolean {
	return dataset === 'imdb';
}

/** Its text prepares rows for an Embedding: these are shown, without the statistics of all reviews. */
export function showsRows(card: Pick<Card, 'dataset' | 'text'>): boolean {
	return showsTexts(card) && /^maxlen\s*=/m.test(card.text);
}
