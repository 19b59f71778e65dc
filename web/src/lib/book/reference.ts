// The page Reference as a reader of one language sees it. Made from the book's own files when the site is built
// (`reference.server.ts`); texts and formulas are HTML of ours.

import type { Drawn } from './figure';

export type FormulaView = { html: string; label: string };

/** A field, or the three of one tensor. */
export type FieldView = {
	/** `value`: the default, as it would be written; `said`: what there is to say of it in words. */
	names: { name: string; value: string; said: string }[];
	/** What it means; HTML. */
	meaning: string;
	/** What may be written; HTML. */
	takes: string;
};

export type EntryView = {
	/** `layers-Conv2D`: the anchor. */
	id: string;
	name: string;
	aliases: string[];
	summary: string;
	formulas: FormulaView[];
	symbols: string;
	shapes: { input: string; output: string; label: string }[];
	parameters: FormulaView[];
	fields: FieldView[];
	example: string;
	tried: string;
	faults: { code: string; when: string }[];
	notes: { about: string; html: string }[];
	/** Pieces of the source; those with a link are papers. */
	source: { text: string; href: string }[];
	figure: Drawn | null;
	/** What the filter looks into, in small letters. */
	words: string;
};

export type SectionView = { id: string; title: string; entries: EntryView[] };
export type GroupView = { id: string; title: string; intro: string; sections: SectionView[] };

/** Whether an entry has all words of a query, each anywhere. */
export function matches(entry: Pick<EntryView, 'words'>, query: string): boolean {
	return query
		.toLowerCase()
		.split(/\s+/)
		.every((word) => entry.words.includes(word));
}

/** The ids of the entries that a query leaves. */
export function found(groups: GroupView[], query: string): Set<string> {
	const all = groups.flatMap(({ sections }) => sections.flatMap(({ entries }) => entries));
	return new Set(all.filter((entry) => matches(entry, query)).map(({ id }) => id));
}

/** A source's arXiv numbers as links. */
export function sourceLinks(source: string): EntryView['source'] {
	return source.split(/(arXiv:\d{4}\.\d{4,5})/).flatMap((text, at) => {
		if (text === '') return [];
		return [{ text, href: at % 2 ? `https://arxiv.org/abs/${text.slice('arXiv:'.length)}` : '' }];
	});
}

/** `100,000`, `0.99`, `1e-12`. */
export function bound(value: number): string {
	const size = Math.abs(value);
	if (size !== 0 && (size < 1e-3 || size >= 1e9)) return value.toExponential().replace('+', '');
	return value.toLocaleString('en-US', { maximumFractionDigits: 7 }).replace('-', '−');
}
