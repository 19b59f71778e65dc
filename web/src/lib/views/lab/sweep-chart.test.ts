import { describe, expect, it } from 'vitest';
import type { PointResult, Table } from '../../engine/wire';
import { render } from 'svelte/server';
import SweepChart from './SweepChart.svelte';
import { placeOf, sweepFigure, ticks } from './sweep-chart';

const point = (at: number, labels: string[], folds: number[], sd = 0): PointResult => ({
	point: at,
	labels,
	folds,
	lost: 0,
	mean: folds.length > 0 ? folds.reduce((a, b) => a + b) / folds.length : null,
	sd
});
const table = (points: PointResult[], axes = ['data.train_rows', 'layers']): Table => ({
	metric: 'test_accuracy',
	axes,
	points,
	best: null
});
const sizes = ['300', '600', '5900'];
const points = sizes.flatMap((size, at) => [
	point(2 * at, [size, 'LeNet'], [0.8 + at / 20, 0.82 + at / 20], 0.01),
	point(2 * at + 1, [size, 'dense'], at === 2 ? [] : [0.7 + at / 20])
]);
const printed = [
	{ metric: 'test_accuracy', point: ['5900', 'LeNet'], value: 0.9723, decimals: 4, place: '' },
	{ metric: 'train_accuracy', point: ['5900', 'LeNet'], value: 0.1, decimals: 4, place: '' }
];

describe('the chart of a sweep', () => {
	it('has a line for every value of the second axis, with the spread of its runs and what was printed', () => {
		const figure = sweepFigure(table(points), printed);
		expect(figure?.lines.map(({ name }) => name)).toEqual(['LeNet', 'dense']);
		expect(figure?.xs).toEqual([300, 600, 5900]);
		expect(figure?.lines[0]?.points).toHaveLength(3);
		expect(figure?.lines[0]?.points[0]?.mean).toBeCloseTo(0.81);
		expect(figure?.lines[0]?.points[0]?.low).toBeCloseTo(0.8);
		expect(figure?.lines[0]?.points[0]?.runs).toBe(2);
		// What is not done has no point yet.
		expect(figure?.lines[1]?.points.map(({ x }) => x)).toEqual([300, 600]);
		expect(figure?.lines[0]?.printed).toEqual([{ x: 5900, value: 0.9723 }]);
		expect(figure?.low).toBeLessThan(0.7);
		expect(figure?.high).toBeGreaterThan(0.9723);
	});
	it('is none of words, of many lines, of too few numbers, and before the first figure', () => {
		const words = ['a', 'b', 'c'].map((label, at) => point(at, [label], [0.5]));
		expect(sweepFigure(table(words, ['training.optimizer']), [])).toBeNull();
		expect(sweepFigure(table(points.slice(0, 4)), [])).toBeNull();
		expect(sweepFigure(table(points.map((p) => ({ ...p, mean: null, folds: [] }))), [])).toBeNull();
		const many = Array.from({ length: 21 }, (_, at) => point(at, [sizes[at % 3]!, `n${at}`], [0.5]));
		expect(sweepFigure(table(many), [])).toBeNull();
		expect(sweepFigure(table(points, ['a', 'b', 'c']), [])).toBeNull();
	});
	it('puts equal ratios at equal distances where the numbers reach far', () => {
		expect(placeOf(600, { xs: [300, 600, 1200], log: true })).toBeCloseTo(0.5);
		expect(placeOf(600, { xs: [300, 600, 1200], log: false })).toBeCloseTo(1 / 3);
		expect(sweepFigure(table(points), [])?.log).toBe(true);
	});
	it('has round values at its side', () => {
		expect(ticks(0.62, 0.99).map((value) => value.toFixed(1))).toEqual(['0.7', '0.8', '0.9']);
		expect(ticks(1, 1)).toEqual([]);
	});
	it('is drawn with a point for every setting that is done and a bar for those with several runs', () => {
		const { body } = render(SweepChart, { props: { table: table(points), reported: printed, lang: 'en' } });
		expect(body.match(/<circle/g)).toHaveLength(5);
		expect(body.match(/<path d="M[^"]*V/g)).toHaveLength(3);
		expect(body.match(/class="printed/g)).toHaveLength(1);
		expect(body).toContain('LeNet from 81.00');
		expect(body).not.toMatch(/style="/);
		const none = render(SweepChart, { props: { table: table([]), reported: [], lang: 'zh' } }).body;
		expect(none).not.toContain('<svg');
	});
});
