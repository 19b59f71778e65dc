import { describe, expect, it } from 'vitest';
import { classReport, type Scores } from './judged';

const four = ({ precision, recall, f1, support }: Scores) =>
	[precision, recall, f1].map((value) => value.toFixed(4)).join(' ') + ` ${support}`;

// The expected figures are what scikit-learn 1.9.1 prints: classification_report(..., digits=4, zero_division=0).
describe('the report on the classes', () => {
	it('agrees with scikit-learn', () => {
		const report = classReport([
			[50, 3, 0, 2],
			[4, 30, 6, 0],
			[0, 9, 21, 0],
			[1, 0, 0, 4]
		]);
		expect(report.classes.map(four)).toEqual([
			'0.9091 0.9091 0.9091 55',
			'0.7143 0.7500 0.7317 40',
			'0.7778 0.7000 0.7368 30',
			'0.6667 0.8000 0.7273 5'
		]);
		expect(report.accuracy.toFixed(4)).toBe('0.8077');
		expect(four(report.macro)).toBe('0.7670 0.7898 0.7762 130');
		expect(four(report.weighted)).toBe('0.8095 0.8077 0.8078 130');
	});
	it('also where a class is never named, and another one not there at all', () => {
		const report = classReport([
			[5, 1, 0, 0],
			[2, 3, 0, 0],
			[0, 4, 0, 0],
			[0, 0, 0, 0]
		]);
		expect(report.classes.map(four).slice(2)).toEqual(['0.0000 0.0000 0.0000 4', '0.0000 0.0000 0.0000 0']);
		expect(four(report.macro)).toBe('0.3631 0.4778 0.4103 15');
		expect(four(report.weighted)).toBe('0.4107 0.5333 0.4615 15');
	});
	it('of nothing is nothing', () => {
		expect(four(classReport([]).macro)).toBe('0.0000 0.0000 0.0000 0');
	});
});
