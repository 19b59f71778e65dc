import { describe, expect, it } from 'vitest';
import { band, printedFigure, scaleOf, sentences, yours } from './claim';
import { card, epochs, result, run, text, view } from './testdata';

const five = result([0.9889, 0.9896, 0.9899, 0.9904, 0.991]);
const mine = { accuracy: 0.9886, epochs: 10, planned: 10, edited: false, sample: false };
const keys = (...args: Parameters<typeof sentences>) => sentences(...args).map((sentence) => sentence.key);

describe('the reader’s figure', () => {
	it('is the test accuracy after the last epoch', () => {
		const state = view({ status: 'running', run: run(700), epochs: epochs([0.97, 0.98]) });
		expect(yours(state)).toEqual({ accuracy: 0.98, epochs: 2, planned: 10, edited: false, sample: false });
	});
	it('is not there before the first epoch', () => {
		expect(yours(view({ status: 'running', run: run(20) }))).toBeNull();
	});
	it('goes by the run’s text, not by what was typed since', () => {
		const state = view({ text: 'changed', run: run(300), epochs: epochs([0.97]) });
		expect(yours(state)?.edited).toBe(false);
		expect(yours(view({ text, run: run(300, 10, 'changed'), epochs: epochs([0.97]) }))?.edited).toBe(true);
	});
	it('knows the sample', () => {
		const part = { rows: 10, ready: 10 };
		const data = { name: 'mnist', origin: 'sample', train: part, test: part, checksum: '' } as const;
		expect(yours(view({ data, epochs: epochs([0.97]) }))?.sample).toBe(true);
	});
});

it('takes the accuracy out of the printed figures', () => {
	expect(printedFigure(card.reported)?.value).toBe(0.9905);
	expect(printedFigure([])).toBeNull();
});

describe('the band', () => {
	it('is mean +- 2 sd, at least the rounding', () => {
		const spread = band(five);
		expect(spread?.high).toBeCloseTo(five.mean + 2 * five.sd);
		const same = band(result([0.99, 0.99, 0.99]));
		expect(same?.high).toBeCloseTo(0.99005, 8);
	});
	it('needs three seeds, as the verdict does', () => {
		expect(band(result([0.99, 0.991]))).toBeNull();
		expect(band(null)).toBeNull();
	});
});

describe('the scale', () => {
	it('holds everything in order, inside its ends', () => {
		const scale = scaleOf(0.9905, five, 0.9886);
		expect(scale?.marks.filter((mark) => mark.outside !== null)).toEqual([]);
		expect(scale?.marks.map((mark) => mark.kind)).toEqual([
			'seed',
			'seed',
			'seed',
			'seed',
			'seed',
			'book',
			'yours'
		]);
		for (const { at, value } of scale?.marks ?? []) {
			expect(at).toBeCloseTo(((value - (scale?.low ?? 0)) / ((scale?.high ?? 1) - (scale?.low ?? 0))) * 100);
		}
	});
	it('does not let a first epoch squeeze the rest into one dot', () => {
		const scale = scaleOf(0.9905, five, 0.9);
		expect(scale?.low).toBeGreaterThan(0.97);
		expect(scale?.marks.find((mark) => mark.kind === 'yours')).toMatchObject({ at: 0, outside: 'below' });
	});
	it('works without seeds, without a printed figure, without anything', () => {
		expect(scaleOf(0.9905, null, null)?.marks).toHaveLength(1);
		expect(scaleOf(null, null, 0.3)?.marks).toMatchObject([{ kind: 'yours', outside: null }]);
		expect(scaleOf(null, null, null)).toBeNull();
		expect(scaleOf(1, null, 0)?.high).toBe(1);
	});
});

describe('the words', () => {
	it('say the project’s verdict first, then yours', () => {
		expect(keys(mine, 0.9905, five)).toEqual(['seeds', 'reproduced', 'inside']);
		expect(keys({ ...mine, accuracy: 0.97 }, 0.9905, five)).toEqual(['seeds', 'reproduced', 'below']);
		expect(keys({ ...mine, epochs: 6 }, 0.9905, five)).toEqual(['seeds', 'reproduced', 'togo']);
	});
	it('judge nothing that was not measured', () => {
		expect(keys(null, 0.9905, null)).toEqual(['unmeasured', 'train']);
		expect(keys(null, 0.9905, result([]))).toEqual(['unmeasured', 'train']);
		expect(keys(mine, 0.9905, null)).toEqual(['unmeasured', 'belowBook']);
	});
	it('do not judge where nothing is printed, and tell the epochs that were run', () => {
		const alone = { ...result([0.9, 0.91, 0.92], 'nothing_printed'), printed: null };
		expect(keys(mine, null, alone)).toEqual(['seeds', 'nothing_printed', 'above']);
		const [first] = sentences(mine, 0.9905, { ...five, epochs: 25, verdict: 'not_finished' });
		expect(first?.args['epochs']).toBe(10);
	});
	it('never compare the sample', () => {
		expect(keys({ ...mine, sample: true }, 0.9905, five)).toEqual(['seeds', 'reproduced', 'sample']);
	});
	it('say that a changed experiment need not agree', () => {
		expect(keys({ ...mine, edited: true }, 0.9905, result([0.99], 'one_run'))).toEqual([
			'seed',
			'one_run',
			'belowBook',
			'edited'
		]);
	});
});
