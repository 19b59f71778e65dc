// What a run has shown so far, thinned so that a chart never holds more than `LIMIT` points: every point is the
// mean of `stride` steps, and the stride doubles when the limit is reached. The worker keeps it to save it with
// the run, the page keeps it to draw; both come to the same numbers because they see the same events.

import { readNotes, type Note } from './notes';
import type { RunEvent, Score } from './wire';

export const LIMIT = 1500;

/** `x` in epochs: 1.5 is the middle of the second epoch. */
export type Points = { x: number[]; loss: number[]; accuracy: number[] };
export type EpochRow = { epoch: number; train: Score; validation: Score | null; test: Score };
export type History = {
	stride: number;
	points: Points;
	/** The point being collected: sums over `n` steps. */
	open: { n: number; x: number; loss: number; accuracy: number };
	epochs: EpochRow[];
	/** What was done to the run by hand. */
	notes: Note[];
};

export function emptyHistory(): History {
	return {
		stride: 1,
		points: { x: [], loss: [], accuracy: [] },
		open: { n: 0, x: 0, loss: 0, accuracy: 0 },
		epochs: [],
		notes: []
	};
}

function halve(values: number[]): number[] {
	const half: number[] = [];
	for (let i = 0; i + 1 < values.length; i += 2) half.push(((values[i] ?? 0) + (values[i + 1] ?? 0)) / 2);
	return half;
}

function close(history: History): void {
	const { open, points } = history;
	points.x.push(open.x / open.n);
	points.loss.push(open.loss / open.n);
	points.accuracy.push(open.accuracy / open.n);
	history.open = { n: 0, x: 0, loss: 0, accuracy: 0 };
	// One place is left for the open point. LIMIT - 1 is odd: the last one would have no partner, so wait for
	// an even number by thinning one earlier.
	if (points.x.length >= LIMIT - 2) {
		history.points = { x: halve(points.x), loss: halve(points.loss), accuracy: halve(points.accuracy) };
		history.stride *= 2;
	}
}

/** Take one event in. Steps whose loss is no number (the run diverged) leave no point. */
export function addEvent(history: History, event: RunEvent, stepsPerEpoch: number): void {
	if (event.type === 'step') {
		if (!Number.isFinite(event.loss) || !Number.isFinite(event.accuracy)) return;
		const { open } = history;
		open.n += 1;
		open.x += event.update / Math.max(1, stepsPerEpoch);
		open.loss += event.loss;
		open.accuracy += event.accuracy;
		if (open.n >= history.stride) close(history);
	} else if (event.type === 'epoch') {
		const { epoch, train, validation, test } = event;
		history.epochs = [
			...history.epochs.filter((row) => row.epoch < epoch),
			{ epoch, train, validation, test }
		];
	}
}

/** The points to draw, the unfinished one included: a new object each time. */
export function pointsOf(history: History): Points {
	const { points, open } = history;
	const all: Points = { x: points.x.slice(), loss: points.loss.slice(), accuracy: points.accuracy.slice() };
	if (open.n > 0) {
		all.x.push(open.x / open.n);
		all.loss.push(open.loss / open.n);
		all.accuracy.push(open.accuracy / open.n);
	}
	return all;
}

function numbers(value: unknown, length?: number): value is number[] {
	if (!Array.isArray(value) || value.length > LIMIT) return false;
	return (length === undefined || value.length === length) && value.every((n) => typeof n === 'number');
}

/** A history read from a file: null when it is not one. */
export function readHistory(value: unknown): History | null {
	if (typeof value !== 'object' || value === null) return null;
	const { stride, points, open, epochs } = value as Partial<History>;
	if (typeof stride !== 'number' || !(stride >= 1)) return null;
	if (!points || !numbers(points.x)) return null;
	if (!numbers(points.loss, points.x.length) || !numbers(points.accuracy, points.x.length)) return null;
	if (!open || !numbers([open.n, open.x, open.loss, open.accuracy], 4)) return null;
	if (!Array.isArray(epochs) || epochs.length > 100_000) return null;
	if (!epochs.every((row) => typeof row?.epoch === 'number' && typeof row?.test?.accuracy === 'number'))
		return null;
	const notes = readNotes((value as { notes?: unknown }).notes);
	return notes && { stride, points, open, epochs, notes };
}
