// What is kept of a run: its settings, figures, small curves and what was done to it on the way. Plain data, the same
// in the page, in the browser's storage and (see `exchange.ts`) in an exported file.

import type { MetricValue, Score } from '../engine/wire';

export type Edit = { path: string; name: string; from: string; to: string };
export type Sets = [path: string, value: string][];
export type Engine = 'cpu' | 'gpu';

/** `rate`: learning rate of the epoch's last update. */
export type RunRow = {
	epoch: number;
	train: Score;
	validation: Score | null;
	test: Score;
	figures?: MetricValue[];
	rate?: number;
};
/** Training, thinned; `x` in epochs. */
export type RunPoints = { x: number[]; loss: number[]; accuracy: number[] };

/**
 * Something that was done to a run, or happened to it. The types with more than a name: learning rate changed, so
 * many single steps, more (or fewer) epochs, the loss became no number, back to an earlier update, gradients clipped
 * from now on (`to`: the limit), another engine.
 */
export type NoteEvent =
	| { type: 'paused' }
	| { type: 'resumed' }
	| { type: 'rate'; from: number; to: number }
	| { type: 'single_steps'; count: number }
	| { type: 'epochs'; from: number; to: number }
	| { type: 'diverged'; reason: string }
	| { type: 'went_back'; to: number }
	| { type: 'clipping'; to: number }
	| { type: 'device'; from: Engine; to: Engine };
/** After `update` updates, at a time in ms since 1970. */
export type RunNote = NoteEvent & { update: number; at: number };

/** `open`: not ended yet; the run is paused or was cut off, perhaps it can be continued. */
export type RunEnd = 'open' | 'finished' | 'stopped' | 'diverged';

export type RunRecord = {
	id: string;
	/** Id of the experiment. */
	experiment: string;
	/** Its place in the table of its experiment; stays when others go. */
	number: number;
	/** Given by the reader; empty: `run 3`. */
	name: string;
	/** When it began, in ms since 1970. */
	created: number;
	/** Came from a file. */
	imported: boolean;
	/** The experiment's text as it was trained. */
	text: string;
	/** What made that text out of the printed one; null: written by hand. */
	sets: Sets | null;
	/** Settings that differ from the printed experiment. */
	edits: Edit[];
	/** The text differs, also where no setting shows it. */
	edited: boolean;
	seed: number;
	engine: Engine;
	/** Whole epochs done, and asked for; updates done. */
	epochs: number;
	planned: number;
	updates: number;
	/** Test figures after the last whole epoch; null before the first, or where they are no numbers. */
	accuracy: number | null;
	loss: number | null;
	/** Classes are told apart: there is an accuracy. */
	classes: boolean;
	parameters: number;
	/** Time of training, pauses not counted. */
	seconds: number;
	/** Measured on the built-in sample: not comparable. */
	sample: boolean;
	ended: RunEnd;
	rows: RunRow[];
	/** When the epochs of `rows` ended, in ms since 1970. */
	ends: number[];
	points: RunPoints;
	notes: RunNote[];
};

/** What a record may hold at most, whoever made it. */
export const LIMITS = {
	name: 60,
	text: 65_536,
	edits: 64,
	rows: 1000,
	points: 400,
	notes: 400,
	figures: 16
} as const;

/** One line, without what can't be seen, at most so long. */
export function cleanName(name: string): string {
	const line = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
	return Array.from(line).slice(0, LIMITS.name).join('').trim();
}

/** Notes with one more. What repeats the last one is not noted twice; what goes on is added to it. */
export function addNote(notes: readonly RunNote[], note: RunNote): RunNote[] {
	const last = notes.at(-1);
	const before = notes.slice(0, -1);
	if (last?.type === 'single_steps' && note.type === 'single_steps')
		return [...before, { ...note, count: last.count + note.count }];
	if (last && last.update === note.update) {
		// A slider on its way: from where it was to where it is.
		if (last.type === 'rate' && note.type === 'rate')
			return last.from === note.to ? before : [...before, { ...note, from: last.from }];
		if (JSON.stringify({ ...last, at: 0 }) === JSON.stringify({ ...note, at: 0 })) return [...notes];
	}
	// The beginning and the end say most.
	if (notes.length >= LIMITS.notes)
		return [...notes.slice(0, LIMITS.notes / 2), ...notes.slice(LIMITS.notes / 2 + 1), note];
	return [...notes, note];
}

/** Every k-th row, and the last. */
export function thinRows<T>(rows: readonly T[], most: number): T[] {
	const stride = Math.ceil(rows.length / Math.max(1, most - 1));
	if (rows.length <= most) return [...rows];
	return rows.filter((_, index) => index % stride === 0 || index === rows.length - 1);
}

/** Means of as many neighbours as it takes. */
export function thinPoints(points: RunPoints, most: number): RunPoints {
	const size = Math.ceil(points.x.length / most);
	if (size <= 1) return points;
	const mean = (values: number[]) => {
		const means: number[] = [];
		for (let at = 0; at < values.length; at += size) {
			const part = values.slice(at, at + size);
			means.push(part.reduce((sum, value) => sum + value, 0) / part.length);
		}
		return means;
	};
	return { x: mean(points.x), loss: mean(points.loss), accuracy: mean(points.accuracy) };
}

/** Steered while it ran: its settings alone do not bring it back. (With more epochs they do: those are in its text.) */
export function steered(record: RunRecord): boolean {
	return record.notes.some(({ type }) => type === 'rate' || type === 'clipping');
}

/** The experiment's own figures of the test rows after the last epoch (`test_rmse`), not loss and accuracy. */
export function testFigures(record: RunRecord): MetricValue[] {
	return (record.rows.at(-1)?.figures ?? []).filter(({ name }) => name.startsWith('test_'));
}

/** The last value that is a number. */
export function finite(value: number | null | undefined): number | null {
	return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
