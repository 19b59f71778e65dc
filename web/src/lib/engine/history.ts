// What a run has shown so far, thinned so that a chart never holds more than `LIMIT` points: every point is the
// mean of `stride` steps, and the stride doubles when the limit is reached. The worker keeps it to save it with
// the run, the page keeps it to draw; both come to the same numbers because they see the same events.

import { readNotes, type Note } from './notes';
import type { RunEvent, Score } from './wire';
import type { CrashReason, Diverged } from './watchdog';

export const LIMIT = 1500;

/** `x` in epochs: 1.5 is the middle of the second epoch. */
export type Points = { x: number[]; loss: number[]; accuracy: number[] };
export type EpochRow = { epoch: number; train: Score; validation: Score | null; test: Score };
/**
 * Where a run left the way, `at` in epochs. It went back to the state after `back` updates; `points`: what it had shown
 * after that.
 */
export type Crash = Diverged & { at: number; back: number; points: Points };
export type History = {
	stride: number;
	points: Points;
	/** The point being collected: sums over `n` steps. */
	open: { n: number; x: number; loss: number; accuracy: number };
	epochs: EpochRow[];
	crashes: Crash[];
	/** What was done to the run by hand. */
	notes: Note[];
};

/** So many crashes stay in sight, each with so many points. */
const CRASHES = 5;
const CRASH_POINTS = 300;
const reasons: readonly CrashReason[] = ['loss_nan', 'loss_infinite', 'loss_grew'];

export function emptyHistory(): History {
	return {
		stride: 1,
		points: { x: [], loss: [], accuracy: [] },
		open: { n: 0, x: 0, loss: 0, accuracy: 0 },
		epochs: [],
		crashes: [],
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

/**
 * The history of a run that goes back to an earlier state, whose own history is `good`. What came after it stays in
 * sight, as a crash.
 */
export function wentBack(
	now: History,
	good: History,
	diverged: Diverged,
	{ back, stepsPerEpoch }: { back: number; stepsPerEpoch: number }
): History {
	const all = pointsOf(now);
	const reached = pointsOf(good).x.at(-1) ?? 0;
	const after = all.x.map((at, index) => ({ at, index })).filter(({ at }) => at > reached);
	const stride = Math.ceil(after.length / CRASH_POINTS);
	const kept = after.filter((_, index) => index % stride === 0 || index === after.length - 1);
	const points: Points = {
		x: kept.map(({ at }) => at),
		loss: kept.map(({ index }) => all.loss[index] ?? 0),
		accuracy: kept.map(({ index }) => all.accuracy[index] ?? 0)
	};
	const at = diverged.update / Math.max(1, stepsPerEpoch);
	const crashes = [...now.crashes, { ...diverged, at, back, points }].slice(-CRASHES);
	// What was done by hand was done, also to what is gone.
	return { ...structuredClone(good), crashes, notes: now.notes };
}

function isCrash(value: unknown): value is Crash {
	if (typeof value !== 'object' || value === null) return false;
	const { epoch, step, update, rate, at, back, reason, points } = value as Partial<Crash>;
	if (!numbers([epoch, step, update, rate, at, back], 6) || !points || !numbers(points.x)) return false;
	if (!reasons.some((known) => known === reason)) return false;
	return numbers(points.loss, points.x.length) && numbers(points.accuracy, points.x.length);
}

function numbers(value: unknown, length?: number): value is number[] {
	if (!Array.isArray(value) || value.length > LIMIT) return false;
	return (length === undefined || value.length === length) && value.every((n) => typeof n === 'number');
}

/** A history read from a file: null when it is not one. */
export function readHistory(value: unknown): History | null {
	if (typeof value !== 'object' || value === null) return null;
	// Earlier versions knew of no crashes.
	const { stride, points, open, epochs, crashes = [] } = value as Partial<History>;
	if (typeof stride !== 'number' || !(stride >= 1)) return null;
	if (!points || !numbers(points.x)) return null;
	if (!numbers(points.loss, points.x.length) || !numbers(points.accuracy, points.x.length)) return null;
	if (!open || !numbers([open.n, open.x, open.loss, open.accuracy], 4)) return null;
	if (!Array.isArray(epochs) || epochs.length > 100_000) return null;
	if (!epochs.every((row) => typeof row?.epoch === 'number' && typeof row?.test?.accuracy === 'number'))
		return null;
	if (!Array.isArray(crashes) || crashes.length > CRASHES || !crashes.every(isCrash)) return null;
	const notes = readNotes((value as { notes?: unknown }).notes);
	return notes && { stride, points, open, epochs, crashes, notes };
}
