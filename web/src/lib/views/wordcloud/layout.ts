// Where the words of a cloud lie. The library is fetched when a cloud is shown.

import type { Count } from './counts';

export type Place = Count & { rank: number; x: number; y: number; size: number };
/** The part of the plane where words lie. */
export type View = { x: number; y: number; width: number; height: number };
export type Frame = { width: number; height: number; smallest: number; largest: number; words: number };

export const WIDE: Frame = { width: 960, height: 560, smallest: 15, largest: 100, words: 150 };
export const NARROW: Frame = { width: 360, height: 460, smallest: 13, largest: 56, words: 70 };
const MARGIN = 8;
export const FONT = 'Literata';
export const WEIGHT = 500;

/** The same cloud for the same counts (mulberry32). */
function dice(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Height of the letters: its square grows with the count. */
export function sizeOf(count: number, most: number, { smallest, largest }: Frame): number {
	return Math.max(smallest, Math.round(largest * Math.sqrt(count / most)));
}

/** What finds no place is left out. */
export async function laidOut(
	counts: readonly Count[],
	frame: Frame
): Promise<{ places: Place[]; view: View }> {
	const { default: cloud } = await import('d3-cloud');
	// Its outlines are measured: the font has to be there.
	await document.fonts?.load(`${WEIGHT} 40px ${FONT}`).catch(() => undefined);
	const first = counts.slice(0, frame.words);
	const most = first[0]?.count ?? 1;
	return new Promise((resolve) => {
		const words = first.map((one, rank) => ({
			...one,
			rank,
			text: one.word,
			size: sizeOf(one.count, most, frame)
		}));
		cloud<(typeof words)[number]>()
			.size([frame.width, frame.height])
			.words(words)
			.padding(frame === NARROW ? 2 : 3)
			.rotate(0)
			.font(FONT)
			.fontWeight(WEIGHT)
			.fontSize((word) => word.size)
			.random(dice(7))
			.timeInterval(30)
			.on('end', (placed) => {
				const edge = (side: 'min' | 'max', values: number[]) => Math[side](0, ...values);
				const x =
					edge(
						'min',
						placed.map((one) => one.x + one.x0)
					) - MARGIN;
				const y =
					edge(
						'min',
						placed.map((one) => one.y + one.y0)
					) - MARGIN;
				const right =
					edge(
						'max',
						placed.map((one) => one.x + one.x1)
					) + MARGIN;
				const bottom =
					edge(
						'max',
						placed.map((one) => one.y + one.y1)
					) + MARGIN;
				resolve({
					places: placed
						.map(({ word, count, rank, x, y, size }) => ({ word, count, rank, x, y, size }))
						.sort((a, b) => a.rank - b.rank),
					view: { x, y, width: right - x, height: bottom - y }
				});
			})
			.start();
	});
}
