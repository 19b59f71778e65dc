import { describe, expect, it } from 'vitest';
import { answerOf, isSet, measuredValue, rangeOf, ranges, setNames, stage } from './question';
import { card, epochs, run, summary, text, view } from './testdata';
import type { Question } from './types';

const question = card.question as Question;
const tried = `${text}# changed\n`;
const answer = { choice: 1, measured: null, tried };

describe('ranges', () => {
	it('are one more than the bins, and an edge belongs to the one above', () => {
		expect(ranges([0.97, 0.95])).toEqual([
			{ low: null, high: 0.95 },
			{ low: 0.95, high: 0.97 },
			{ low: 0.97, high: null }
		]);
		expect([0.9, 0.95, 0.9699, 0.97, 1].map((value) => rangeOf(value, [0.95, 0.97]))).toEqual([
			0, 1, 1, 2, 2
		]);
	});
	it('take everything in when there is no bin', () => {
		expect(rangeOf(0.5, [])).toBe(0);
	});
});

describe('the answer', () => {
	const done = view({
		status: 'finished',
		text: tried,
		run: run(600, 2, tried),
		epochs: epochs([0.95, 0.962])
	});

	it('is what the reader’s own run measured at its end', () => {
		expect(answerOf(question, answer, done)).toBe(0.962);
	});
	it('is not taken from another run, an earlier one, or one that was stopped', () => {
		expect(answerOf(question, { choice: 1, measured: null }, done)).toBeNull();
		expect(answerOf(question, answer, { ...done, run: run(600, 2) })).toBeNull();
		expect(answerOf(question, answer, { ...done, epochs: epochs([0.95]) })).toBeNull();
		expect(answerOf(question, answer, { ...done, status: 'running' })).toBeNull();
	});
	it('follows the metric', () => {
		expect(measuredValue(done, 'test_loss')).toBe(0.05);
		expect(measuredValue(done, 'train_accuracy')).toBeCloseTo(0.966);
		expect(measuredValue(done, 'test_error')).toBeCloseTo(0.038);
		expect(measuredValue(done, 'val_accuracy')).toBeNull();
	});
});

describe('the way', () => {
	it('goes from guess to try to check', () => {
		expect(stage(null, view())).toBe('predict');
		expect(stage({ choice: 0, measured: null }, view({ status: 'running' }))).toBe('try');
		expect(stage(answer, view({ status: 'loading' }))).toBe('running');
		expect(stage(answer, view({ status: 'running', run: run(3, 2, tried) }))).toBe('running');
		expect(stage(answer, view({ status: 'paused', run: run(3, 2, tried) }))).toBe('paused');
		expect(stage({ choice: 0, measured: 0.96 }, view())).toBe('check');
	});
	it('starts again when another run took its place', () => {
		expect(stage(answer, view({ status: 'running', run: run(3) }))).toBe('try');
	});
});

it('sees whether the text has what the question asks for', () => {
	expect(isSet(summary(), question.set)).toBe(false);
	expect(isSet(summary({ rate: '0.5', epochs: '2' }), question.set)).toBe(true);
	// No form shows it: the text has it, the check has passed.
	expect(isSet(summary(), [['data.validation_split', '0.9']])).toBe(true);
});

it('names what is set as the form does', () => {
	expect(setNames(summary(), [...question.set, ['training.optimizer.beta_1', '0.5']])).toEqual([
		{ name: 'dropout', value: '0.50' },
		{ name: 'epochs', value: '2' },
		{ name: 'beta_1', value: '0.5' }
	]);
});
