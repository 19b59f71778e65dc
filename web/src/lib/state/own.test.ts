import { describe, expect, it, vi } from 'vitest';
import type { OwnAnswer, OwnJob } from '$lib/engine/own';
import type { LabelledReport, TextReport } from '$lib/own/report';
import { EngineFailure, failure } from '$lib/engine/failure';
import { promptOf } from '$lib/own/prompt';
import { classNames } from '$lib/words/classes';
import type { ExperimentState } from './experiment.svelte';
import { LARGE, labelledSets, optionsText, OwnState, textSets, usual } from './own.svelte';

const report: TextReport = {
	characters: 90_010,
	replaced: 10,
	controls: 0,
	lines: 3,
	longest_line: 80_000,
	kept: 90_000,
	level: 'char',
	tokens: 90_000,
	different: 900,
	known: 900,
	known_tokens: 90_000,
	frequent: [['的', 3000]],
	prompt: '2024'
};
const labelled: LabelledReport = {
	rows: 30,
	used: 29,
	separator: ',',
	header: true,
	columns: [
		['text', 'a'],
		['label', 'b']
	],
	text_column: 0,
	label_column: 1,
	sure: true,
	classes: [
		['体育', 10],
		['天气', 10],
		['财经', 9]
	],
	replaced: 0,
	reasons: [['alone', 1]],
	skipped: [{ line: 4, why: 'alone' }],
	more: 0,
	level: 'char',
	lengths: [3, 8, 20, 22],
	steps: 21,
	words: 80,
	num_words: 84,
	train: 23,
	test: 6
};

/** The experiment's side: what is asked of it, in order. */
function fake(dataset: string, status: 'idle' | 'running' = 'idle') {
	const text = dataset === 'own-text' ? 'tokens = 4331\n' : 'classes = "a | b"\n';
	const experiment = {
		id: dataset,
		card: { dataset, text },
		text,
		busy: status === 'running',
		run: { update: 3 } as unknown,
		summary: { seed: 7, layers: ['Embedding', 'GRU', 'Dense'].map((type) => ({ type })) },
		done: [] as string[],
		useData: (files: readonly File[]) => {
			experiment.done.push(`data ${files.map(({ name }) => name).join(' ')}`);
			return Promise.resolve();
		},
		reset: () => {
			experiment.done.push('reset');
			experiment.run = null;
			return Promise.resolve();
		},
		setValue: (path: string, value: string) => {
			experiment.done.push(`${path} ${value}`);
			return Promise.resolve();
		},
		restoreText: () => experiment.done.push('restore')
	};
	return experiment;
}

function own(dataset: string, answer: TextReport | LabelledReport | Error, status?: 'running') {
	const experiment = fake(dataset, status);
	const examine = vi.fn((job: OwnJob): Promise<OwnAnswer> => {
		if (answer instanceof Error) return Promise.reject(answer);
		return Promise.resolve({
			report: answer,
			encoding: job.decoded ? null : 'gb18030',
			marked: false,
			utf8: new ArrayBuffer(8)
		});
	});
	const state = new OwnState(experiment as unknown as ExperimentState, { examine });
	return { experiment, examine, state };
}

describe('what of an experiment follows from a file', () => {
	it('of a text: tokens, vocabulary, layers, step, prompt', () => {
		expect(textSets(report, ['Embedding', 'LSTM', 'Dropout', 'Dense'])).toEqual([
			['data.level', 'char'],
			['data.tokens', '90000'],
			['data.num_words', '901'],
			['data.step', '5'],
			['layers[0].input_dim', '900'],
			['layers[3].units', '900'],
			// A prompt that is a number would be none in the text.
			['generate.prompt', '“2024”']
		]);
	});
	it('of labelled texts: classes, rows, vocabulary, layers', () => {
		expect(Object.fromEntries(labelledSets(labelled, ['Embedding', 'Dense', 'Dense']))).toEqual({
			'data.level': 'char',
			'data.classes': '体育 | 天气 | 财经',
			'data.train_rows': '23',
			'data.test_rows': '6',
			'data.num_words': '84',
			'data.maxlen': '21',
			'layers[0].input_dim': '84',
			'layers[2].units': '3'
		});
	});
	it('says how to read it, a line each', () => {
		expect(optionsText({ ...usual, text: 2, label: 0, header: false }, 9).split('\n')).toEqual([
			'level=auto',
			'keep=100000',
			'seed=9',
			'text=2',
			'label=0',
			'header=0'
		]);
	});
});

it('a file is looked at, handed over, and the experiment fitted to it', async () => {
	const { experiment, examine, state } = own('own-reviews', labelled);
	await state.take(new File(['文本,标签'], 'mine.csv'));
	expect(state.phase).toBe('ready');
	expect(state.encoding).toEqual({ name: 'gb18030', marked: false });
	expect(experiment.done.slice(0, 2)).toEqual(['reset', 'data mine.csv options']);
	expect(experiment.done).toContain('data.classes 体育 | 天气 | 财经');
	expect(classNames('en', 'own-reviews')).toEqual(['体育', '天气', '财经']);
	// Read again with another column: what was decoded before.
	await state.change({ text: 1, label: 0 });
	expect(examine.mock.calls[1]?.[0]).toMatchObject({ decoded: true });
	expect(examine.mock.calls[1]?.[0].options).toContain('text=1\nlabel=0');
	expect(state.encoding?.name).toBe('gb18030');
	await state.sample();
	expect(experiment.done.slice(-2)).toEqual(['data ', 'restore']);
	expect([state.phase, state.report, state.file]).toEqual(['none', null, null]);
	expect(classNames('en', 'own-reviews')).toEqual(['good', 'bad']);
});

it('asks before it takes a part of a large file', async () => {
	const { examine, state } = own('own-text', report);
	const file = new File(['x'], 'large.txt');
	Object.defineProperty(file, 'size', { value: LARGE + 1 });
	await state.take(file);
	expect([state.phase, examine.mock.calls.length]).toEqual(['asks', 0]);
	state.cancel();
	expect([state.phase, state.file]).toEqual(['none', null]);
	await state.take(file);
	await state.takePart();
	expect(state.file).toEqual({ name: 'large.txt', bytes: LARGE + 1, read: LARGE });
});

it('leaves everything as it is where a file is refused, or a run is on', async () => {
	const refused = new EngineFailure(failure('own_binary', { file: 'a.bin' }));
	const { experiment, state } = own('own-text', refused);
	await state.take(new File(['x'], 'a.bin'));
	expect([state.phase, state.failure?.code]).toEqual(['none', 'own_binary']);
	expect(experiment.done).toEqual([]);
	const busy = own('own-text', report, 'running');
	await busy.state.take(new File(['x'], 'a.txt'));
	expect(busy.examine).not.toHaveBeenCalled();
});

it('knows that a card is set for a file that is not here', () => {
	const { experiment, state } = own('own-text', report);
	expect(state.stale).toBe(false);
	experiment.text = 'tokens = 90000\n';
	expect(state.stale).toBe(true);
});

it('finds the prompt of a text', () => {
	expect(promptOf('[generate]\nprompt = "清晨，\\"小狐狸\\""\nlength = 3\n')).toBe('清晨，"小狐狸"');
	expect(promptOf('kind = "train"')).toBeNull();
	expect(promptOf('prompt = "\\U0001F98A"')).toBeNull();
});
