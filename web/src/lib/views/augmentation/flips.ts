// A digit in four positions, and what a network says to each.

import type { Drawing } from '../../engine/wire';
import { flipped, type Picture } from './pixels';

export const WAYS = ['as', 'mirrored', 'upside', 'both'] as const;
export type Sheet = Picture & { values: Uint8Array };

/** The digit in all four, in the order of `WAYS`. */
export function sheetsOf(pixels: Uint8Array, width: number, row: number, label: number): Sheet[] {
	const height = Math.floor(pixels.length / Math.max(1, width));
	return WAYS.map((way) => {
		const by = { mirrored: way === 'mirrored' || way === 'both', upside: way === 'upside' || way === 'both' };
		return { row, label, epoch: 0, height, width, channels: 1, values: flipped(pixels, width, by) };
	});
}

/** The two that it thinks likeliest; none where it saw no digit. */
export function likeliest(drawing: Drawing | null): { digit: number; share: number }[] {
	if (drawing?.state !== 'digit') return [];
	const all = drawing.probabilities.map((share, digit) => ({ digit, share }));
	return all.sort((a, b) => b.share - a.share).slice(0, 2);
}

/** The next picture of this digit behind the given place, round and round; null where there is none. */
export function nextOf(labels: number[], digit: number, behind: number): number | null {
	const later = labels.findIndex((label, at) => label === digit && at > behind);
	const found = later >= 0 ? later : labels.indexOf(digit);
	return found >= 0 ? found : null;
}
