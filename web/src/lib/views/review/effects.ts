// What the card shows of a reading: its words with the weight of their effect, the strongest of them as rows of a table, and
// the row of places that the network has.

import type { Reading } from '../../review/read';

/** How strong an effect is beside the strongest of the text: 0 (hardly any) to 4. */
export type Level = 0 | 1 | 2 | 3 | 4;
const STEPS = [0.08, 0.25, 0.5, 0.8] as const;
/** Where the strongest effect is smaller than this (log odds), nothing is coloured: it would only be noise. */
const FAINT = 0.02;
/** Words that are not read are shown only so many before those that are. */
const BEFORE = 40;
const MOST_ROWS = 30;

export function levelOf(effect: number, strongest: number): Level {
	if (!Number.isFinite(effect) || strongest < FAINT) return 0;
	const share = Math.abs(effect) / strongest;
	return STEPS.filter((step) => share >= step).length as Level;
}

export function strongest(effects: ArrayLike<number>): number {
	let most = 0;
	for (let at = 0; at < effects.length; at++) {
		const size = Math.abs(effects[at] ?? 0);
		if (size > most) most = size;
	}
	return most;
}

/** A stretch of the text: between words (`word` false), or a word. */
export type Piece = {
	text: string;
	word: boolean;
	/** In the row. */
	read: boolean;
	known: boolean;
	effect: number;
	level: Level;
};

/** The text in pieces, from a little before what is read to its end. `omitted`: words in front of that. */
export function piecesOf(
	reading: Reading,
	effects: ArrayLike<number> | null
): { pieces: Piece[]; omitted: number } {
	const { text, tokens, first, last } = reading;
	const most = effects ? strongest(effects) : 0;
	const begin = Math.max(0, first - BEFORE);
	// Behind a cut at the end as little is shown as before one at the beginning.
	const end = Math.min(tokens.length, last + BEFORE);
	const pieces: Piece[] = [];
	let at = begin > 0 ? (tokens[begin]?.start ?? 0) : 0;
	const between = (to: number) => {
		if (to > at) {
			const plain = { word: false, read: false, known: true, effect: 0, level: 0 } as const;
			pieces.push({ text: text.slice(at, to), ...plain });
		}
		at = to;
	};
	for (let index = begin; index < end; index++) {
		const token = tokens[index]!;
		between(token.start);
		const read = index >= first && index < last;
		const effect = read ? (effects?.[index - first] ?? 0) : 0;
		pieces.push({
			text: text.slice(token.start, token.end),
			word: true,
			read,
			known: token.known,
			effect,
			level: levelOf(effect, most)
		});
		at = token.end;
	}
	between(end < tokens.length ? at : text.length);
	return { pieces, omitted: begin };
}

export type EffectRow = {
	word: string;
	known: boolean;
	/** Which of the text's words it is, from 1. */
	place: number;
	gradient: number;
	/** Log odds that leaving it out takes away; NaN: not tried. */
	left: number;
	/** Share of the class without it; NaN likewise. */
	without: number;
};

/** The words with the strongest effect by `by`, in that order. */
export function rowsOf(
	reading: Reading,
	gradient: ArrayLike<number>,
	left: { effects: ArrayLike<number>; without: ArrayLike<number> } | null,
	by: 'gradient' | 'left'
): EffectRow[] {
	const { text, tokens, first, last } = reading;
	const rows = tokens.slice(first, last).map((token, index): EffectRow => ({
		word: text.slice(token.start, token.end),
		known: token.known,
		place: first + index + 1,
		gradient: gradient[index] ?? NaN,
		left: left?.effects[index] ?? NaN,
		without: left?.without[index] ?? NaN
	}));
	const size = (row: EffectRow) => {
		const value = Math.abs(row[by]);
		return Number.isNaN(value) ? -1 : value;
	};
	return rows.sort((a, b) => size(b) - size(a)).slice(0, MOST_ROWS);
}

/** Places of the row in stretches of one kind. */
export type Stretch = { kind: 'empty' | 'start' | 'known' | 'unknown'; from: number; count: number };

export function stretchesOf({ row, tokens, first, last, at }: Reading): Stretch[] {
	const kinds = Array.from(row, (_, place): Stretch['kind'] => {
		const token = place >= at && place < at + last - first ? tokens[first + place - at] : undefined;
		if (token) return token.known ? 'known' : 'unknown';
		return row[place] === 0 ? 'empty' : 'start';
	});
	const all: Stretch[] = [];
	kinds.forEach((kind, from) => {
		const open = all.at(-1);
		if (open?.kind === kind) open.count += 1;
		else all.push({ kind, from, count: 1 });
	});
	return all;
}

/** `+0.42`, `−1.30`: with a sign that is as wide as the other. */
export function signed(value: number): string {
	if (Number.isNaN(value)) return '–';
	const size = Math.abs(value).toFixed(2);
	return value < 0 && Number(size) > 0 ? `−${size}` : `+${size}`;
}
