// The confusion matrix: who is taken for whom.

import type { Misjudged } from './types';

export type Pair = { label: number; guess: number };

/** 0 to 5 by share of the row's rows; the mistakes are a few per cent, so the classes are not even. */
const EDGES = [0, 0.002, 0.005, 0.01, 0.03];

export function heat(count: number, rowTotal: number): number {
	if (count === 0 || rowTotal === 0) return 0;
	const share = count / rowTotal;
	let level = 0;
	for (const edge of EDGES) if (share > edge) level += 1;
	return level;
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

export function filtered(misjudged: readonly Misjudged[], pair: Pair | null): Misjudged[] {
	if (!pair) return [...misjudged];
	return misjudged.filter((one) => one.label === pair.label && one.guesses[0]?.class === pair.guess);
}
