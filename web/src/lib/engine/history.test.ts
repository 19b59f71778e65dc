import { describe, expect, it } from 'vitest';
import { addEvent, emptyHistory, LIMIT, pointsOf, readHistory, type History } from './history';
import type { RunEvent } from './wire';

const step = (update: number, loss: number): RunEvent => ({
	type: 'step',
	epoch: 1,
	step: update,
	update,
	loss,
	accuracy: loss / 2,
	rows: 1,
	learning_rate: 0.1
});
function after(steps: number, loss: (update: number) => number, perEpoch = 100): History {
	const history = emptyHistory();
	for (let update = 1; update <= steps; update++) addEvent(history, step(update, loss(update)), perEpoch);
	return history;
}

describe('the thinned series', () => {
	it('holds every step while there are few', () => {
		const points = pointsOf(after(3, (update) => update));
		expect(points).toEqual({ x: [0.01, 0.02, 0.03], loss: [1, 2, 3], accuracy: [0.5, 1, 1.5] });
	});

	it.each([1497, 1498, 1499, 1500, 3001, 20_000, 123_457])(
		'never has more than 1500 points (%i steps)',
		(steps) => {
			const { x, loss, accuracy } = pointsOf(after(steps, () => 1));
			expect(x.length).toBeLessThanOrEqual(LIMIT);
			expect(x.length).toBeGreaterThan(Math.min(steps, LIMIT) / 2 - 2);
			expect([loss.length, accuracy.length]).toEqual([x.length, x.length]);
		}
	);

	it('keeps the means and the place of what it thins', () => {
		// A straight line stays the same straight line: loss = 100 x.
		const { x, loss } = pointsOf(after(10_000, (update) => update));
		for (const [i, at] of x.entries()) expect(loss[i]).toBeCloseTo(100 * at, 6);
		// All points but the last, unfinished one stand for equally many steps.
		const gaps = x.slice(1, -1).map((at, i) => at - (x[i] ?? 0));
		for (const gap of gaps) expect(gap).toBeCloseTo(0.08, 9);
		expect(x.at(-1)).toBeGreaterThan(99.9);
	});

	it('leaves no point for a loss that is no number', () => {
		const points = pointsOf(after(5, (update) => (update === 3 ? NaN : 1)));
		expect(points.loss).toEqual([1, 1, 1, 1]);
	});

	it('goes on after it was stored just as if it had not been', () => {
		const whole = after(5001, (update) => Math.sin(update));
		const stored = readHistory(JSON.parse(JSON.stringify(after(2345, (update) => Math.sin(update)))));
		expect(stored).not.toBeNull();
		for (let update = 2346; update <= 5001 && stored; update++)
			addEvent(stored, step(update, Math.sin(update)), 100);
		expect(stored).toEqual(whole);
	});
});

it('has one row per epoch, also when an epoch is run again after going back', () => {
	const history = emptyHistory();
	const score = (accuracy: number) => ({ loss: 0, accuracy, rows: 1 });
	for (const [epoch, accuracy] of [
		[1, 0.5],
		[2, 0.6],
		[3, 0.7],
		[2, 0.65]
	] as const) {
		addEvent(
			history,
			{ type: 'epoch', epoch, train: score(accuracy), validation: null, test: score(accuracy), figures: [] },
			10
		);
	}
	expect(history.epochs.map(({ epoch, test }) => [epoch, test.accuracy])).toEqual([
		[1, 0.5],
		[2, 0.65]
	]);
});

it.each([
	null,
	7,
	{},
	{ ...emptyHistory(), stride: 0 },
	{ ...emptyHistory(), points: { x: [1], loss: [], accuracy: [1] } },
	{ ...emptyHistory(), points: { x: ['1'], loss: [1], accuracy: [1] } },
	{
		...emptyHistory(),
		points: { x: Array(5000).fill(1), loss: Array(5000).fill(1), accuracy: Array(5000).fill(1) }
	},
	{ ...emptyHistory(), open: {} },
	{ ...emptyHistory(), epochs: [{ epoch: 1 }] }
])('reads nothing but a history (%#)', (value) => {
	expect(readHistory(value)).toBeNull();
});
