import { describe, expect, it } from 'vitest';
import { filtered, heat, most, recall, rowsOf } from './confusion';
import { controls } from './controls';
import { lineCount, offsetOf, problemLines } from './editor';
import { bytes, estimate, loss, percent, percentDecimals, percentShort, points, roughly } from './format';
import { columns, glyphSize, GLYPH_HEIGHT, inputsOf, sheetCount, width } from './network';
import { position, progressOf } from './progress';
import {
	allSettings,
	editedFrom,
	normalised,
	numbered,
	printedValues,
	problemsAt,
	problemsElsewhere,
	rateNow,
	typingError
} from './settings';
import { run, summary, view } from './testdata';
import type { Checked, Misjudged, Problem, Setting, Status } from './types';
import { cardWords } from './words';

const bad: Checked = { ok: false, summary: null, problems: [] };
const problem = (place: string, line = 1): Problem => ({
	code: 'out_of_range',
	args: {},
	place,
	line,
	column: 1
});

describe('controls', () => {
	const of = (status: Status, update = 0, checked: Checked | null = null) =>
		controls({ status, run: update > 0 ? run(update) : null, checked });

	it('offers Train and Step before a run, and nothing to stop or reset', () => {
		for (const status of ['idle', 'ready'] as const) {
			expect(of(status)).toMatchObject({
				main: 'train',
				canMain: true,
				canStep: true,
				canStop: false,
				canReset: false
			});
		}
	});
	it('lets a running run be paused, stopped and reset, but not stepped or edited, except for its rate', () => {
		expect(of('running', 5)).toMatchObject({
			main: 'pause',
			canMain: true,
			canStep: false,
			canStop: true,
			canReset: true,
			canEdit: false,
			canEditRate: true,
			hasNetwork: false
		});
	});
	it('goes on from a pause even while the text has a problem, for the run keeps its own', () => {
		expect(of('paused', 5, bad)).toMatchObject({
			main: 'go_on',
			canMain: true,
			canStep: true,
			hasNetwork: true
		});
	});
	it('starts nothing new from a text with problems', () => {
		for (const status of ['idle', 'ready', 'finished', 'diverged', 'failed'] as const) {
			expect(of(status, 0, bad)).toMatchObject({ canMain: false, canStep: false });
		}
	});
	it('lets loading be called off, and nothing else', () => {
		expect(of('loading')).toMatchObject({
			main: 'loading',
			canMain: false,
			canStep: false,
			canStop: true,
			canEdit: false
		});
	});
	it('keeps the network of a stopped run, and the last good one of a run that diverged', () => {
		expect(of('finished', 300).hasNetwork).toBe(true);
		expect(of('diverged', 300)).toMatchObject({ main: 'again', canReset: true, hasNetwork: true });
		expect(of('diverged', 0).hasNetwork).toBe(false);
	});
});

describe('settings', () => {
	const printed = printedValues(summary());
	const rate = (value: string) => summary({ rate: value }).settings[3] as Setting;

	it('knows what was changed, whatever way the number is written', () => {
		expect(editedFrom(rate('0.25'), printed)).toBe('0.2');
		expect(editedFrom(rate('0.20'), printed)).toBeNull();
		expect(editedFrom({ ...rate('1'), path: 'layers[9].rate' }, printed)).toBeNull();
	});
	it('takes a rate that falls by itself for no edit, and one that the reader set for one', () => {
		const before = rate('0.2');
		expect(rateNow(before, null, false, printed)).toEqual({ setting: before, from: null });
		expect(rateNow(before, 0.1234567, false, printed)).toEqual({
			setting: { ...before, value: '0.1235' },
			from: null
		});
		expect(rateNow(before, 0.05, true, printed).from).toBe('0.2');
		expect(rateNow(rate('0.3'), 0.1, false, printed).from).toBe('0.2');
	});
	it('lists a value that is in the form and in its layer once', () => {
		const paths = allSettings(summary()).map((setting) => setting.path);
		expect(new Set(paths).size).toBe(paths.length);
		expect(paths).toContain('layers[4].units');
	});
	it('numbers settings of the same name only', () => {
		const two = [...summary().settings, { ...rate('0.5'), path: 'layers[6].rate' }];
		const numbers = numbered(two).map(({ setting, number }) => [setting.name, number]);
		expect(numbers).toContainEqual(['epochs', 0]);
		expect(numbers.filter(([name]) => name === 'dropout')).toEqual([
			['dropout', 1],
			['dropout', 2]
		]);
	});
	it('refuses what is no number and leaves ranges to the check', () => {
		const epochs = summary().settings[0] as Setting;
		expect(typingError(epochs, ' 12 ')).toBeNull();
		expect(typingError(epochs, '-3')).toBeNull();
		expect(typingError(epochs, '1.5')).toBe('notInteger');
		expect(typingError(epochs, '')).toBe('notInteger');
		expect(typingError(rate('0'), '.5')).toBeNull();
		expect(typingError(rate('0'), '1e-3')).toBeNull();
		expect(typingError(rate('0'), '1e999')).toBe('notNumber');
		expect(typingError(rate('0'), 'a')).toBe('notNumber');
	});
	it('writes numbers as TOML takes them', () => {
		expect(normalised(rate('0'), '.5')).toBe('0.5');
		expect(normalised(rate('0'), '+0.10')).toBe('0.1');
	});
	it('puts problems at their field and keeps the others', () => {
		const here = problem('layers[0].kernel_size[1]');
		const there = problem('layers[1].units');
		const checked: Checked = { ...bad, problems: [here, there] };
		expect(problemsAt(checked, 'layers[0].kernel_size')).toEqual([here]);
		expect(problemsAt(checked, 'layers[0].kernel')).toEqual([]);
		expect(problemsElsewhere(checked, ['layers[0].kernel_size'])).toEqual([there]);
	});
});

describe('network', () => {
	it('draws quiet neighbours as one figure, with the shape of the last', () => {
		const drawn = columns(summary());
		expect(drawn.map((column) => column.name)).toEqual([
			'',
			'Conv2D 5×5',
			'MaxPool 2',
			'Dropout · Flatten',
			'Dense relu',
			'Dense softmax'
		]);
		expect(drawn[3]).toMatchObject({ layers: [2, 3], shape: '4608', parameters: 0, glyph: { kind: 'comb' } });
		expect(drawn[1]).toMatchObject({
			parameters: 832,
			shape: '32×24×24',
			glyph: { kind: 'sheets', sheets: 8 }
		});
	});
	it('shows more sheets for more channels, and no more than there is room for', () => {
		expect([1, 3, 32, 4096].map(sheetCount)).toEqual([1, 3, 8, 12]);
	});
	it('keeps every figure inside its box, large pictures too', () => {
		const large = summary();
		large.input_sheet = [512, 224, 224];
		large.input = [512, 224, 224];
		for (const { glyph } of [...columns(large), ...columns(summary())]) {
			expect(glyphSize(glyph).height).toBeLessThanOrEqual(GLYPH_HEIGHT);
		}
	});
	it('knows what goes into a layer', () => {
		expect(inputsOf(summary(), 0)).toEqual([[1, 28, 28]]);
		expect(inputsOf(summary(), 4)).toEqual([[4608]]);
		expect([width([4608]), width([100, 64]), width([1, 28, 28])]).toEqual([4608, 64, 784]);
	});
	it('draws a sequence as one sheet inside the box, whatever its length', () => {
		for (const [steps, features] of [
			[1, 1],
			[500, 32],
			[20_000, 4096]
		] as const) {
			const long = { ...summary(), input: [steps, features] };
			long.input_sheet = [1, steps, features];
			const glyph = columns(long)[0]?.glyph;
			expect(glyph).toMatchObject({ kind: 'sheets', sheets: 1 });
			expect(glyph && glyphSize(glyph).height).toBeLessThanOrEqual(GLYPH_HEIGHT);
			// The pictures behind it keep their size.
			expect(columns(long)[1]?.glyph).toEqual(columns(summary())[1]?.glyph);
		}
	});
	it('writes what a layer reads where that is not the figure before', () => {
		const net = summary();
		const [conv, pool, ...rest] = net.layers;
		if (!conv || !pool) throw new Error('no layers');
		const named = (layer: typeof conv, name: string, inputs: string[], type = layer.type) => ({
			...layer,
			name,
			inputs,
			type
		});
		net.layers = [
			named(conv, 'narrow', ['input']),
			named(pool, 'pool', ['narrow']),
			named(conv, 'wide', ['input']),
			named({ ...pool, detail: '' }, 'both', ['pool', 'wide'], 'Concatenate'),
			named(pool, 'drop', ['both'], 'Dropout'),
			...rest.map((layer, index) => named(layer, `rest_${index}`, [index ? `rest_${index - 1}` : 'drop']))
		];
		const drawn = columns(net);
		expect(drawn.map(({ name }) => name).slice(0, 5)).toEqual([
			'',
			'Conv2D 5×5',
			'MaxPool 2',
			'Conv2D 5×5',
			'Concatenate'
		]);
		expect(drawn.map(({ from }) => from).slice(0, 6)).toEqual([[], [], [], ['input'], ['pool', 'wide'], []]);
		expect(drawn.map(({ tag }) => tag).slice(0, 5)).toEqual(['', '', 'pool', 'wide', '']);
		expect(inputsOf(net, 3)).toEqual([pool.output, conv.output]);
		expect(inputsOf(net, 2)).toEqual([net.input]);
	});
});

describe('progress', () => {
	const words = cardWords('en').progress;

	it('counts epochs and steps from one, and ends an epoch with its last step', () => {
		expect(position(1, 300, 10)).toEqual({ epoch: 1, step: 1 });
		expect(position(300, 300, 10)).toEqual({ epoch: 1, step: 300 });
		expect(position(301, 300, 10)).toEqual({ epoch: 2, step: 1 });
		expect(position(3000, 300, 10)).toEqual({ epoch: 10, step: 300 });
	});
	it('tells a finished run from a stopped one', () => {
		expect(progressOf(view({ status: 'finished', run: run(3000) }), words)).toMatchObject({
			text: 'finished · 10 epochs',
			share: 1
		});
		expect(progressOf(view({ status: 'finished', run: run(400) }), words)?.text).toBe(
			'stopped in epoch 2 of 10'
		);
	});
	it('says what is downloaded, and does not make up a share', () => {
		const loading = { what: 'engine', loaded: 100_000, total: 400_000 } as const;
		expect(progressOf(view({ status: 'loading', loading }), words)).toEqual({
			of: 'loading',
			text: 'getting the engine · 100 kB of 400 kB',
			share: 0.25
		});
		const unknown = { what: 'data', loaded: 0, total: 0 } as const;
		expect(progressOf(view({ status: 'loading', loading: unknown }), words)?.share).toBeNull();
	});
	it('says when the test set is looked at', () => {
		const evaluating = { part: 'test', done: 1, total: 10 } as const;
		const shown = progressOf(view({ status: 'running', run: run(300), evaluating }), words);
		expect(shown?.text).toBe('epoch 1 of 10 · looking at the test set');
	});
	it('is not there before a run', () => {
		expect(progressOf(view(), words)).toBeNull();
	});
});

describe('figures', () => {
	it('keeps the digits that were printed', () => {
		expect(percentDecimals(4)).toBe(2);
		expect(percent(0.9905, percentDecimals(4))).toBe('99.05\u202f%');
		expect(percentShort(0.95)).toBe('95\u202f%');
		expect(percentShort(0.975)).toBe('97.5\u202f%');
		expect(points(-0.0019)).toBe('0.19');
	});
	it('rounds estimates to what they are worth', () => {
		expect(roughly(38.2, 'en')).toBe('40 s');
		expect(roughly(7.4, 'en')).toBe('7 s');
		expect(roughly(0.2, 'en')).toBe('1 s');
		expect(estimate(13, 300, 10)).toBeCloseTo(39);
	});
	it('writes bytes and losses', () => {
		expect([bytes(999), bytes(377_000), bytes(4_200_000), bytes(11_100_000)]).toEqual([
			'999 B',
			'377 kB',
			'4.2 MB',
			'11 MB'
		]);
		expect([loss(0.0312), loss(0), loss(0.000123)]).toEqual(['0.031', '0.000', '0.00012']);
	});
});

describe('confusion', () => {
	const confusion = [
		[98, 2],
		[0, 0]
	];
	it('tells how much of a class is right, and nothing of an empty one', () => {
		expect(recall(confusion, 0)).toBeCloseTo(0.98);
		expect(recall(confusion, 1)).toBeNull();
	});
	it('heats by the count or by its logarithm: only the second one shows few mistakes', () => {
		expect([0, 1, 20, 100, 1000].map((n) => heat(n, 1000, 'linear'))).toEqual([0, 0, 0, 1, 5]);
		expect([0, 1, 20, 100, 1000].map((n) => heat(n, 1000, 'log'))).toEqual([0, 1, 2, 3, 5]);
		expect(heat(3, 0, 'log')).toBe(0);
		expect(most(confusion)).toBe(98);
	});
	it('filters by what was meant and what was said', () => {
		const one = (label: number, guess: number) =>
			({ label, guesses: [{ class: guess, probability: 0.6 }] }) as unknown as Misjudged;
		const all = [one(4, 9), one(9, 4)];
		expect(filtered(all, { label: 4, guess: 9 })).toEqual([all[0]]);
		expect(filtered(all, null)).toHaveLength(2);
	});
	it('counts a pair, from the table or from the list', () => {
		const report = { rows: 9, correct: 2, mistakes: 7, misjudged: [] };
		const listed = { ...report, confusion: [], confused: [{ label: 2000, guess: 7, rows: 5 }] };
		expect(rowsOf(listed, { label: 2000, guess: 7 })).toBe(5);
		expect(rowsOf(listed, { label: 7, guess: 2000 })).toBe(0);
		const table = { ...report, confusion: [[1, 3], [4, 1]], confused: [] }; // prettier-ignore
		expect(rowsOf(table, { label: 0, guess: 1 })).toBe(3);
	});
});

describe('editor', () => {
	const source = 'a = 1\n名 = "二"\nc';
	it('finds the place of a problem, by characters and not by bytes', () => {
		expect(source[offsetOf(source, 2, 5)]).toBe('"');
		expect(offsetOf(source, 1, 1)).toBe(0);
		expect(offsetOf(source, 99, 99)).toBe(source.length);
	});
	it('counts lines and marks the wrong ones', () => {
		expect(lineCount(source)).toBe(3);
		expect([...problemLines([problem('x', 2), problem('', 0)])]).toEqual([2]);
	});
});
