// The confusion matrix: who is taken for whom.

import type { Misjudged, Report } from './types';

/** What a row of the data is to a reader. */
export type RowKind = 'pictures' | 'texts' | 'rows';

export type Pair = { label: number; guess: number };

/** How a count becomes a colour: by its size, or by its logarithm, which makes a handful of mistakes visible. */
export type Scale = 'linear' | 'log';

/** 0 to 5, of the largest cell of the whole matrix. */
export function heat(count: number, most: number, scale: Scale): number {
	if (count <= 0 || most <= 0) return 0;
	if (scale === 'linear') return Math.round((5 * count) / most);
	return Math.max(1, Math.round((5 * Math.log1p(count)) / Math.log1p(most)));
}

/** The largest cell. */
export function most(confusion: readonly (readonly number[])[]): number {
	return confusion.reduce((top, row) => Math.max(top, ...row), 0);
}

export function total(row: readonly number[]): number {
	return row.reduce((sum, count) => sum + count, 0);
}

/** Share of a class that is recognised; null where the class has no rows. */
export function recall(confusion: readonly (readonly number[])[], label: number): number | null {
	const row = confusion[label] ?? [];
	const rows = total(row);
	return rows === 0 ? null : (row[label] ?? 0) / rows;
}

/** Rows of a pair. */
export function rowsOf({ confusion, confused }: Report, { label, guess }: Pair): number {
	const listed = confused.find((one) => one.label === label && one.guess === guess);
	return confusion[label]?.[guess] ?? listed?.rows ?? 0;
}

export function filtered(misjudged: readonly Misjudged[], pair: Pair | null): Misjudged[] {
	if (!pair) return [...misjudged];
	return misjudged.filter((one) => one.label === pair.label && one.guesses[0]?.class === pair.guess);
}
