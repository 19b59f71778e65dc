import { describe, expect, it } from 'vitest';
import { floatsOf } from './checkpoint';
import { addEvent, emptyHistory, readHistory, wentBack } from './history';
import { FACTOR, sound, Watchdog, WINDOW } from './watchdog';
import type { RunEvent } from './wire';

const step = (update: number, loss: number): RunEvent => ({
	type: 'step',
	epoch: 1,
	step: update,
	update,
	loss,
	accuracy: 0.1,
	rows: 8,
	learning_rate: 0.5
});
/** The update at which it barks; null: never. */
function barks(losses: number[], classes = 10): number | null {
	const watchdog = new Watchdog(classes, emptyHistory());
	for (const [index, loss] of losses.entries()) {
		const seen = watchdog.see([step(index + 1, loss)]);
		if (seen) return seen.update;
	}
	return null;
}
const many = (n: number, loss: number) => Array.from({ length: n }, () => loss);

describe('the watchdog', () => {
	it('sees a loss that stays far above that of an untrained network', () => {
		expect(barks([2.3, ...many(100, 14.5)])).toBe(WINDOW);
		expect(barks([2.3, ...many(200, 0.1), ...many(100, 14.5)])).toBeGreaterThan(200 + WINDOW / 2);
	});
	it('lets a few bad batches pass, and an unlucky start', () => {
		expect(
			barks([2.3, ...many(WINDOW / 2, 14), ...many(200, 2), ...many(3, 14), ...many(100, 1)])
		).toBeNull();
		// The first batch happened to be right: guessing still costs ln(10).
		expect(barks([0.01, ...many(100, 2.3 * (FACTOR - 0.1))])).toBeNull();
		// Of numbers nobody knows what guessing costs; the first losses stand for it.
		expect(barks([500, ...many(100, 900)], 0)).toBeNull();
		expect(barks([500, ...many(100, 9000)], 0)).toBe(WINDOW);
	});
	it('hears what the engine says of numbers', () => {
		const watchdog = new Watchdog(10, emptyHistory());
		watchdog.see([step(7, 2)]);
		const event: RunEvent = { type: 'diverged', epoch: 1, step: 8, reason: 'loss_nan' };
		expect(watchdog.see([event])).toEqual({ epoch: 1, step: 8, update: 8, reason: 'loss_nan', rate: 0.5 });
	});
	it('measures a run that goes on by its beginning, not by where it went on', () => {
		const history = emptyHistory();
		for (let update = 1; update <= 500; update++) addEvent(history, step(update, 2.3 / update), 100);
		const watchdog = new Watchdog(10, history);
		expect(many(100, 0.5).some((loss, at) => watchdog.see([step(501 + at, loss)]))).toBe(false);
		expect(watchdog.doubtful).toBe(false);
		many(19, 8).forEach((loss, at) => expect(watchdog.see([step(601 + at, loss)])).toBeNull());
		expect(watchdog.doubtful).toBe(true);
	});
	it('is quiet once the reader goes on all the same', () => {
		const watchdog = new Watchdog(10, emptyHistory());
		watchdog.muted = true;
		expect([2.3, ...many(100, 14.5)].some((loss, at) => watchdog.see([step(at + 1, loss)]))).toBe(false);
		expect(watchdog.doubtful).toBe(false);
	});
});

describe('a history that goes back', () => {
	it('keeps what is no part of the run any more, also through a file', () => {
		const good = emptyHistory();
		for (let update = 1; update <= 50; update++) addEvent(good, step(update, 1), 100);
		const now = structuredClone(good);
		for (let update = 51; update <= 2000; update++) addEvent(now, step(update, update), 100);
		const diverged = { epoch: 21, step: 1, update: 2001, reason: 'loss_nan', rate: 0.5 } as const;
		const back = wentBack(now, good, diverged, { back: 50, stepsPerEpoch: 100 });
		expect({ ...back, crashes: [] }).toEqual(good);
		const [crash] = back.crashes;
		expect(crash).toMatchObject({ at: 20.01, back: 50 });
		expect(crash?.points.x.length).toBeLessThanOrEqual(301);
		expect(crash?.points.x[0]).toBeGreaterThan(0.5);
		expect(crash?.points.x.at(-1)).toBeCloseTo(20, 1);
		expect(readHistory(JSON.parse(JSON.stringify(back)))).toEqual(back);
		expect(readHistory({ ...back, crashes: [{ ...crash, reason: '<b>' }] })).toBeNull();
		expect(readHistory({ ...back, crashes: Array.from({ length: 9 }, () => crash) })).toBeNull();
	});
});

function file(values: number[], metadata: unknown, pad = 0): Uint8Array {
	const fireside = JSON.stringify(metadata);
	const json =
		JSON.stringify({ __metadata__: { fireside }, a: { dtype: 'F32', shape: [2] } }) + ' '.repeat(pad);
	const header = new TextEncoder().encode(json);
	const out = new Uint8Array(8 + header.length + 4 * values.length);
	const view = new DataView(out.buffer);
	view.setBigUint64(0, BigInt(header.length), true);
	out.set(header, 8);
	values.forEach((value, at) => view.setFloat32(8 + header.length + 4 * at, value, true));
	return out;
}

describe('a checkpoint', () => {
	it('is sound when all its numbers are', () => {
		for (const pad of [0, 1, 2, 3]) {
			expect(sound(file([3e38, 3e38, -1], {}, pad))).toBe(true);
			expect(sound(file([1, NaN, 2], {}, pad))).toBe(false);
			expect(sound(file([1, Infinity, -Infinity], {}, pad))).toBe(false);
		}
	});
	it('that is none has no numbers', () => {
		const whole = file([1, 2], { experiment: 'x' });
		for (let end = 0; end < whole.length - 8; end++) {
			expect(floatsOf(whole.slice(0, end))).toBeNull();
		}
		const long = whole.slice();
		new DataView(long.buffer).setBigUint64(0, 2n ** 63n, true);
		expect(floatsOf(long)).toBeNull();
	});
});
