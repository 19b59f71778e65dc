import { describe, expect, it } from 'vitest';
import { accuracyFigure, accuracyTick, lossFigure, lossTick, valueAt, type ChartData } from './figures';
import { above, chartHeight, epochTicks, valueTicks } from './plot';
import {
	accuracyRange,
	lastPoint,
	lossRange,
	MOST_POINTS,
	niceStep,
	quantile,
	sampled,
	smooth,
	spread,
	thin
} from './series';

const count = (n: number, of: (index: number) => number) =>
	Array.from({ length: n }, (_, index) => of(index));
const names = { train: 'train', test: 'test', validation: 'kept aside', book: 'book', astray: 'astray' };
const score = (accuracy: number) => ({ loss: 1 - accuracy, accuracy, rows: 100 });
const data = (part: Partial<ChartData> = {}): ChartData => ({
	steps: { x: [], loss: [], accuracy: [] },
	epochs: [],
	crashes: [],
	planned: 10,
	curve: null,
	printed: null,
	...part
});

describe('thinning', () => {
	it('leaves short series alone', () => {
		const short = { x: [1, 2], y: [3, 4] };
		expect(thin(short)).toBe(short);
	});
	it('keeps first and last, the columns together, and the limit', () => {
		const long = { x: count(10_001, (i) => i), y: count(10_001, (i) => 2 * i) };
		const { x, y } = thin(long);
		expect(x.length).toBeLessThanOrEqual(MOST_POINTS);
		expect([x[0], x[x.length - 1]]).toEqual([0, 10_000]);
		expect(y).toEqual(x.map((value) => 2 * value));
	});
});

describe('smoothing', () => {
	it('begins at the first value, not at zero', () => {
		expect(smooth([4, 4, 4], 20)).toEqual([4, 4, 4].map((value) => expect.closeTo(value)));
	});
	it('calms noise and follows the level', () => {
		const noisy = count(200, (i) => (i % 2 === 0 ? 1 : 3));
		const last = smooth(noisy, 20).at(-1) ?? 0;
		expect(Math.abs(last - 2)).toBeLessThan(0.1);
	});
	it('with span one changes nothing', () => {
		expect(smooth([1, 5, 2], 1)).toEqual([1, 5, 2]);
	});
});

describe('ranges', () => {
	it('of losses stand on zero and let the first steps leave', () => {
		const losses = [...count(10, () => 2.3), ...count(990, () => 0.3)];
		const range = lossRange(losses, [0.4]);
		expect(range.min).toBe(0);
		expect(range.max).toBeGreaterThanOrEqual(0.4);
		expect(range.max).toBeLessThan(1);
	});
	it('of accuracies hold every epoch and the source', () => {
		const range = accuracyRange([0.1, 0.9], [0.974, 0.9886], [0.9905]);
		expect(range.min).toBeLessThanOrEqual(0.974);
		expect(range.min).toBeGreaterThan(0.9);
		expect(range.max).toBeGreaterThanOrEqual(0.9905);
		expect(range.max).toBeLessThanOrEqual(1);
	});
	it('are there before anything is', () => {
		expect(lossRange([], [])).toEqual({ min: 0, max: 0.5 });
		expect(accuracyRange([], [], [])).toEqual({ min: 0, max: 1 });
		const perfect = accuracyRange([], [1], [1]);
		expect(perfect.max).toBeGreaterThan(perfect.min);
	});
	it('are not upset by a loss that is no number', () => {
		expect(lossRange([NaN, Infinity, 0.5], [NaN]).max).toBeGreaterThanOrEqual(0.5);
		expect(Number.isFinite(lossRange([NaN, Infinity, 0.5], [NaN]).max)).toBe(true);
	});
	it('step by nice numbers', () => {
		expect([0.03, 0.11, 0.24, 0.3, 7, 10].map(niceStep)).toEqual(
			[0.05, 0.2, 0.25, 0.5, 10, 10].map((value) => expect.closeTo(value))
		);
		expect(niceStep(0)).toBe(1);
		expect(quantile([3, 1, 2], 0.5)).toBe(2);
	});
});

describe('labels', () => {
	it('move apart and stay inside', () => {
		const placed = spread(
			[
				{ key: 'a', y: 100 },
				{ key: 'b', y: 98 },
				{ key: 'c', y: 99 }
			],
			13,
			0,
			104
		);
		expect(placed.map((label) => label.key)).toEqual(['b', 'c', 'a']);
		for (let i = 1; i < placed.length; i += 1) {
			expect((placed[i]?.y ?? 0) - (placed[i - 1]?.y ?? 0)).toBeGreaterThanOrEqual(13);
		}
		expect(placed.at(-1)?.y).toBeLessThanOrEqual(104);
	});
	it('stay where they are when there is room', () => {
		expect(
			spread(
				[
					{ key: 'a', y: 10 },
					{ key: 'b', y: 50 }
				],
				13,
				0,
				100
			).map((label) => label.y)
		).toEqual([10, 50]);
	});
	it('stand at the last number', () => {
		expect(lastPoint([1, 2, 3], [0.5, 0.6, null])).toEqual({ x: 2, y: 0.6 });
		expect(lastPoint([], [])).toBeNull();
	});
});

describe('ticks', () => {
	it('have the digits that their distance needs', () => {
		const losses = ([at, step]: [number, number]) => lossTick(at, step);
		expect(
			(
				[
					[0.5, 0.5],
					[0.75, 0.25],
					[0.15, 0.05],
					[0.025, 0.025],
					[50, 25]
				] as [number, number][]
			).map(losses)
		).toEqual(['0.5', '0.75', '0.15', '0.025', '50.0']);
		expect(accuracyTick(0.8, 0.1)).toBe('80');
		expect(accuracyTick(0.975, 0.025)).toBe('97.5');
		expect(accuracyTick(0.9905, 0.0005)).toBe('99.05');
	});
	it('are whole epochs', () => {
		for (const [xMax, width] of [
			[1, 300],
			[10, 480],
			[20, 300],
			[200, 300]
		] as const) {
			const ticks = epochTicks(xMax, width);
			expect(ticks.every(Number.isInteger)).toBe(true);
			expect(ticks.length).toBeGreaterThan(1);
			expect(ticks.length).toBeLessThan(14);
		}
	});
	it('stay in the range', () => {
		const ticks = valueTicks({ min: 0.97, max: 0.995 });
		expect(ticks[0]).toBeCloseTo(0.97);
		expect(ticks.at(-1)).toBeCloseTo(0.995);
		expect(ticks.length).toBeGreaterThan(3);
	});
	it('have a height between the phone’s and the desk’s', () => {
		expect([chartHeight(320), chartHeight(460), chartHeight(2000)]).toEqual([172, 193, 212]);
	});
});

describe('figures', () => {
	const curve = { loss: [0.23, 0.07], accuracy: [0.93, 0.98], val_loss: [], val_accuracy: [] };

	it('show the source before the first run: its curve as dots, its figure as a line', () => {
		const figure = accuracyFigure(data({ curve, printed: 0.9905 }), names);
		expect(figure.levels).toMatchObject([{ value: 0.9905, colour: '--book', label: 'book' }]);
		const dots = figure.lines.filter((line) => line.style === 'dots' && line.x.length > 0);
		expect(dots).toMatchObject([{ x: [1, 2], y: [0.93, 0.98], colour: '--book' }]);
		expect(lossFigure(data({ curve }), names).levels).toEqual([]);
	});
	it('draw what is yours in ember and the test set in blue', () => {
		const epochs = [{ epoch: 1, train: score(0.95), validation: null, test: score(0.97) }];
		const figure = lossFigure(data({ steps: { x: [0.1], loss: [2], accuracy: [0.2] }, epochs }), names);
		const of = (key: string) => figure.lines.find((line) => line.key === key);
		expect(of('train')?.colour).toBe('--ember');
		expect(of('test')).toMatchObject({ colour: '--test', x: [1], y: [expect.closeTo(0.03)] });
		expect(of('validation')).toBeUndefined();
	});
	it('show the rows kept aside where there are some', () => {
		const epochs = [{ epoch: 1, train: score(0.95), validation: score(0.96), test: score(0.97) }];
		const figure = accuracyFigure(data({ epochs }), names);
		expect(figure.lines.find((line) => line.key === 'validation')?.y).toEqual([0.96]);
	});
	it('draw no half of a dot at the lower edge', () => {
		expect(above({ x: [1, 2, 3], y: [0.39, 0.4, 0.9] }, 0.4)).toEqual([
			[2, 3],
			[0.4, 0.9]
		]);
	});
	it('reach to the end of the run', () => {
		expect(lossFigure(data({ planned: 20 }), names).xMax).toBe(20);
		expect(lossFigure(data({ planned: 0 }), names).xMax).toBe(1);
	});
	it('keep what went astray in sight, with a mark', () => {
		const points = { x: [0.1, 0.2], loss: [2, 9], accuracy: [0.5, 0.1] };
		const crash = { epoch: 1, step: 21, at: 0.21, reason: 'loss_nan', rate: 1, back: 0, points };
		const figure = lossFigure(data({ crashes: [crash] }), names);
		expect(figure.marks).toEqual([{ key: 'crash0', label: 'astray', x: 0.21, colour: '--ember' }]);
		expect(figure.lines.find(({ key }) => key === 'crash0')).toMatchObject({ x: [0.1, 0.2], y: [2, 9] });
		// There is nothing else to see: the chart reaches as high as it went.
		expect(figure.range.max).toBeGreaterThanOrEqual(9);
		const more = { x: [0.05, 0.1], loss: [0.5, 0.4], accuracy: [0.5, 0.6] };
		expect(lossFigure(data({ crashes: [crash], steps: more }), names).range.max).toBeLessThan(2);
	});
	it('tell the value at a place', () => {
		const [line] = accuracyFigure(data({ curve }), names).lines;
		expect(line && valueAt(line, 1.5)).toBe(0.93);
		expect(line && valueAt(line, 0.5)).toBeNull();
	});
});

describe('a line as a table', () => {
	const line = (n: number) => {
		const x = Array.from({ length: n }, (_, i) => (i + 1) / 10);
		return { x, loss: x.map((at) => 2 * at), accuracy: x.map(() => 0.5) };
	};
	it('has means of stretches that together are the whole line', () => {
		const rows = sampled(line(100), 20);
		expect(rows).toHaveLength(20);
		expect(rows[0]).toMatchObject({ x: 0.5, accuracy: 0.5 });
		expect(rows[0]?.loss).toBeCloseTo(0.6);
		expect(rows.at(-1)?.x).toBe(10);
	});
	it('has no more rows than points, and a shorter stretch at the end', () => {
		expect(sampled(line(3), 20).map(({ x }) => x)).toEqual([0.1, 0.2, 0.3]);
		expect(sampled(line(41), 20).map(({ x }) => x)).toEqual([
			...Array.from({ length: 13 }, (_, i) => (3 * i + 3) / 10),
			4.1
		]);
		expect(sampled(line(0), 20)).toEqual([]);
	});
});
