// What pages know of the book besides the cards.

import type { ModelCard, Result, Words } from '../engine/wire';

/** A line of the table of contents. `experiments`: those that can be trained. */
export type ChapterLine = {
	id: string;
	theme: string;
	title: Words;
	subtitle: Words;
	ready: boolean;
	experiments: string[];
	/** How many there are to use: trainable ones, walls, calculations. */
	live: number;
};

/** `layers`: of a network on words, to look inside it; else empty. */
export type ShippedModel = {
	file: string;
	card: ModelCard;
	layers: readonly { name: string; type: string }[];
};

/** Chapters under their themes, in the order of the book. */
export function byTheme(chapters: ChapterLine[]): { theme: string; chapters: ChapterLine[] }[] {
	const themes: { theme: string; chapters: ChapterLine[] }[] = [];
	for (const chapter of chapters) {
		const found = themes.find(({ theme }) => theme === chapter.theme);
		if (found) found.chapters.push(chapter);
		else themes.push({ theme: chapter.theme, chapters: [chapter] });
	}
	return themes;
}

/** Claim, where the source printed one, and measurements of one experiment, for the small strip; all in per cent. */
export type Strip = { id: string; printed: number | null; decimals: number; measured: number[] };

export function stripOf(result: Result): Strip {
	return {
		id: result.id,
		printed: result.printed === null ? null : result.printed * 100,
		decimals: percentDecimals(result.decimals),
		measured: result.measured.map(({ value }) => value * 100)
	};
}

/** Epochs that all measured runs have come to: fewer than planned where they were not finished. */
export function epochsRun({ epochs, measured }: Result): number {
	return Math.min(epochs, ...measured.map((run) => run.epochs));
}

/** A share printed as 0.9905 has four decimals: two of the figure in per cent. */
export function percentDecimals(decimals: number): number {
	return Math.max(0, decimals - 2);
}

/** Shares of one; other metrics (a loss, an error in dollars) have no strip yet. */
export function isAccuracy({ metric }: { metric: string }): boolean {
	return metric.endsWith('accuracy');
}
