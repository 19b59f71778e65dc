import { describe, expect, it } from 'vitest';
import type { Fitted, PointResult, Table } from '../../engine/wire';
import { figureOf } from '../experiment/figure';
import { judge } from './answers';
import { figureText, printedText, sparkline, spreadText } from './figures';
import { mainOf, rowsOf, wholePrinted } from './plan';
import { isPlan, kindText } from './shelf';
import { axisName, labWords, metricName } from './words';

const reported = [
	{ metric: 'test_accuracy', value: 0.7513, decimals: 4, place: 'the best' },
	{ metric: 'test_accuracy', point: ['10', 'adam'], value: 0.7, decimals: 2, place: 'another' }
];
const result = (point: number, labels: string[], folds: number[]): PointResult => ({
	point,
	labels,
	folds,
	lost: 0,
	mean: folds.length > 0 ? folds.reduce((a, b) => a + b, 0) / folds.length : null,
	sd: 0.01
});
function table(best: number | null, ...means: (number | null)[]): Table {
	const labels = [
		['5', 'adam'],
		['10', 'adam'],
		['20', 'adam']
	];
	const points = means.map((mean, at) => result(at, labels[at] ?? [], mean === null ? [] : [mean, mean]));
	return { metric: 'test_accuracy', axes: ['training.batch_size', 'training.optimizer'], points, best };
}
const fitted = (point: number, fold: number, figure: number | null): Fitted => ({
	job: { point, fold },
	figure,
	loss: 0.5,
	epochs: 2,
	steps: 10,
	curve: [0.5, 0.6]
});
const nothing = { fitted: [], running: [], failedJob: null, table: null };

describe('the rows of a plan', () => {
	const planned = { points: 3, folds: 2, repeats: false, outcome: '', table: table(null, null, null, null) };
	it('are settings, each with its fits where they stand', () => {
		const rows = rowsOf(
			{
				planned,
				table: table(0, 0.7, null, null),
				fitted: [fitted(0, 0, 0.7), fitted(0, 1, null)],
				running: [{ job: { point: 1, fold: 0 }, update: 5, updates: 20, loss: 1, curve: [0.4] }],
				failedJob: { point: 2, fold: 1 }
			},
			reported,
			'grid'
		);
		expect(rows.map(({ cells }) => cells.map(({ state }) => state))).toEqual([
			['done', 'lost'],
			['running', 'waiting'],
			['waiting', 'failed']
		]);
		expect(rows[1]?.cells[0]).toMatchObject({ share: 0.25, curve: [0.4] });
		expect(rows.map(({ best }) => best)).toEqual([true, false, false]);
		expect(rows.map(({ printed }) => printed?.value ?? null)).toEqual([null, 0.7, null]);
	});
	it('can stand in the order of their figures, whichever way is better', () => {
		const keys = (best: number, ...means: (number | null)[]) =>
			rowsOf({ ...nothing, planned, table: table(best, ...means) }, [], 'figure').map(({ key }) => key);
		expect(keys(2, 0.6, null, 0.8)).toEqual([2, 0, 1]);
		expect(keys(0, 0.6, 0.9, 0.8)).toEqual([0, 2, 1]);
	});
	it('are folds where there is one setting', () => {
		const one = {
			points: 1,
			folds: 3,
			repeats: false,
			outcome: '',
			table: { ...table(null), points: [result(0, [], [])] }
		};
		const rows = rowsOf({ ...nothing, planned: one }, reported, 'grid');
		expect(rows.map(({ cells }) => cells[0]?.fold)).toEqual([0, 1, 2]);
		expect(rowsOf({ ...nothing, planned: null }, reported, 'grid')).toEqual([]);
	});
	it('have the source’s figure of the whole beside them', () => {
		expect(wholePrinted(reported, 'test_accuracy')?.place).toBe('the best');
		expect(wholePrinted(reported.slice(1), 'test_accuracy')).toBeNull();
	});
});

it('the one button does what comes next', () => {
	expect(
		[
			['idle', 0],
			['loading', 0],
			['running', 3],
			['stopping', 3],
			['stopped', 3],
			['finished', 6],
			['failed', 3]
		].map(([status, done]) => mainOf(String(status), Number(done), 6))
	).toEqual(['start', 'cancel', 'cancel', 'stopping', 'go_on', 'again', 'retry']);
});

it('figures are written in their own unit', () => {
	expect(figureText('test_accuracy', 0.75134)).toBe('75.13\u202f%');
	expect([12.3456, 123.456, 0.12345, -0.5, 1e-5].map((value) => figureText('test_mse', value))).toEqual([
		'12.35',
		'123.5',
		'0.1235',
		'−0.5000',
		'1.00e−5'
	]);
	expect(printedText({ metric: 'test_mse', value: 12.3, decimals: 2, place: '' })).toBe('12.30');
	expect(printedText({ metric: 'test_accuracy', value: 0.9667, decimals: 4, place: '' })).toBe(
		'96.67\u202f%'
	);
	expect([spreadText('test_accuracy', 0.0181), spreadText('test_mse', 4.5)]).toEqual(['1.81', '4.5000']);
});

it('metrics and axes have names', () => {
	expect(metricName('en', 'test_accuracy')).toBe('accuracy, test rows');
	expect(metricName('zh', 'train_rmse')).toBe('学过的数据的均方根误差');
	expect(metricName('en', 'base_accuracy')).toBe('accuracy, “base”');
	expect(metricName('en', 'something')).toBe('something');
	expect(axisName('en', 'layers[*].kernel_initializer')).toBe('first weights');
	expect(axisName('en', 'training.mystery')).toBe('mystery');
});

it('a small curve stays in its box', () => {
	expect(sparkline([1], 64, 20)).toBe('');
	const points = sparkline(
		Array.from({ length: 1000 }, (_, at) => Math.sin(at)),
		64,
		20
	).split(' ');
	expect(points.length).toBeLessThan(140);
	for (const point of points) {
		const [x = NaN, y = NaN] = point.split(',').map(Number);
		expect(x >= 0 && x <= 64 && y >= 0 && y <= 20).toBe(true);
	}
});

it('answers are judged', () => {
	const classes = judge([
		{ output: [0.1, 0.8, 0.1], target: [1] },
		{ output: [0.6, 0.3, 0.1], target: [2] }
	]);
	expect(classes).toMatchObject({ classes: true, right: 1 });
	expect(classes.rows[1]).toMatchObject({ says: '0', target: '2', right: false });
	expect(judge([{ output: [2.5], target: [2] }])).toMatchObject({ classes: false, error: 0.5 });
});

it('every kind of experiment has a name', () => {
	const words = labWords('en');
	expect(kindText({ kind: 'train', fits: 1 }, words)).toBe('one training run');
	expect(kindText({ kind: 'train', fits: 10 }, words)).toBe('10 training runs');
	expect(kindText({ kind: 'sweep', fits: 216 }, words)).toBe('grid of 216 training runs');
	expect(isPlan({ kind: 'stages', fits: 1 })).toBe(false);
});

it('a figure of a run is found by its name', () => {
	const score = (loss: number) => ({ loss, accuracy: loss / 2, rows: 10 });
	const row = { train: score(0.2), validation: null, test: score(0.4) };
	const history = [
		{ epoch: 1, ...row, figures: [{ name: 'test_rmse', value: 50 }] },
		{ epoch: 2, ...row, figures: [{ name: 'test_rmse', value: 48 }] }
	];
	const names = ['test_rmse', 'train_loss', 'test_accuracy', 'validation_loss', 'test_mae'];
	expect(names.map((name) => figureOf(history, name))).toEqual([48, 0.2, 0.2, null, null]);
	expect(figureOf([], 'test_loss')).toBeNull();
});
