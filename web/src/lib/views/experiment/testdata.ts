// A card with numbers like those of 13.4, for the tests of the views.

import type {
	Card,
	EpochRow,
	ExperimentView,
	Result,
	RunState,
	RunsView,
	Setting,
	Summary,
	SummaryLayer
} from './types';

function setting(path: string, name: string, value: string, kind: Setting['kind'] = 'integer'): Setting {
	return { path, name, value, kind, min: 1, max: 200, choices: [] };
}

function layer(
	type: string,
	detail: string,
	output: number[],
	parameters: number,
	settings: Setting[] = []
): SummaryLayer {
	const [channels, height, width] = output;
	return {
		name: `${type.toLowerCase()}_1`,
		type,
		detail,
		activation: type === 'Dense' || type === 'Conv2D' ? 'relu' : 'linear',
		output,
		sheet: [channels ?? 1, height ?? 1, width ?? 1],
		parameters,
		non_trainable: 0,
		inputs: [],
		count: '',
		settings
	};
}

export function summary(values: { epochs?: string; rate?: string } = {}): Summary {
	const { epochs = '10', rate = '0.2' } = values;
	return {
		layers: [
			layer('Conv2D', '5×5', [32, 24, 24], 832, [setting('layers[0].filters', 'filters', '32')]),
			layer('MaxPooling2D', '2×2', [32, 12, 12], 0),
			layer('Dropout', rate, [32, 12, 12], 0, [setting('layers[2].rate', 'rate', rate, 'number')]),
			layer('Flatten', '', [4608], 0),
			layer('Dense', '', [128], 589_952, [setting('layers[4].units', 'units', '128')]),
			{ ...layer('Dense', '', [10], 1290), activation: 'softmax' }
		],
		input: [1, 28, 28],
		input_sheet: [1, 28, 28],
		parameters: 592_074,
		non_trainable: 0,
		flops: 1e7,
		train_rows: 60_000,
		validation_rows: 0,
		test_rows: 10_000,
		classes: 10,
		epochs: Number(epochs),
		batch_size: 200,
		steps_per_epoch: 300,
		loss: 'categorical_crossentropy',
		optimizer: 'adam',
		learning_rate: 0.001,
		seed: 7,
		settings: [
			setting('training.epochs', 'epochs', epochs),
			setting('training.batch_size', 'batch_size', '200'),
			setting('training.optimizer.learning_rate', 'learning_rate', '0.001', 'number'),
			setting('layers[2].rate', 'dropout', rate, 'number'),
			setting('seed', 'seed', '7')
		]
	} as Summary;
}

export const text = 'id = "13.4"\nseed = 7\n\n[[layers]]\ntype = "Conv2D"\n';

export const card: Card = {
	id: '13.4',
	kind: 'train',
	chapter: 13,
	title: { en: 'A small convolutional network', zh: '一个小型卷积网络' },
	intro: { en: '', zh: '' },
	dataset: 'mnist',
	text,
	summary: summary(),
	fits: 1,
	reported: [
		{ metric: 'test_loss', value: 0.03, decimals: 2, place: '' },
		{ metric: 'test_accuracy', value: 0.9905, decimals: 4, place: 'Exp 13.4' }
	],
	curve: { loss: [0.231, 0.0737], accuracy: [0.9344, 0.978], val_loss: [], val_accuracy: [] },
	errata: [],
	question: {
		ask: { en: 'How well?', zh: '多好？' },
		set: [
			['layers[2].rate', '0.50'],
			['training.epochs', '2']
		],
		metric: 'test_accuracy',
		bins: [0.95, 0.97],
		why: { en: 'Because.', zh: '因为。' }
	}
};

export function result(values: number[], verdict: Result['verdict'] = 'reproduced'): Result {
	const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
	const sd = Math.sqrt(
		values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1)
	);
	return {
		id: '13.4',
		metric: 'test_accuracy',
		printed: 0.9905,
		decimals: 4,
		measured: values.map((value, index) => ({
			seed: 7 + index,
			value,
			loss: 0.03,
			sd: 0,
			epochs: 10,
			steps: 3000,
			seconds: 60,
			curve: []
		})),
		mean,
		sd,
		verdict,
		remark: '',
		data: 'mnist',
		data_sha256: '',
		text_sha256: '',
		machine: '',
		version: '',
		epochs: 10,
		curve: []
	};
}

export function epochs(accuracies: number[]): EpochRow[] {
	return accuracies.map((accuracy, index) => ({
		epoch: index + 1,
		train: { loss: 0.1, accuracy: accuracy + 0.004, rows: 60_000 },
		validation: null,
		test: { loss: 0.05, accuracy, rows: 10_000 }
	}));
}

export function run(update: number, of = 10, runText = text): RunState {
	return {
		text: runText,
		seed: 7,
		epoch: Math.floor(update / 300) + 1,
		step: update % 300,
		update,
		steps_per_epoch: 300,
		epochs: of,
		learning_rate: 0.001,
		finished: update === of * 300,
		history: []
	};
}

const nothing = () => Promise.resolve();

export const noRuns: RunsView = {
	records: [],
	current: null,
	removed: null,
	trouble: null,
	imported: null,
	rename: () => undefined,
	remove: () => undefined,
	undo: () => undefined,
	link: () => Promise.resolve(''),
	save: nothing,
	importFile: nothing
};

export function view(part: Partial<ExperimentView> = {}): ExperimentView {
	return {
		card,
		text,
		edited: false,
		checked: null,
		summary: summary(),
		status: 'idle',
		loading: null,
		run: null,
		runSummary: summary(),
		engine: null,
		saved: null,
		steps: { x: [], loss: [], accuracy: [] },
		epochs: [],
		crashes: [],
		forecast: { seconds: null, bytes: 12e7, refused: null },
		measure: nothing,
		remedies: [],
		evaluating: null,
		msPerStep: 0,
		secondsLeft: null,
		learningRate: 0,
		failure: null,
		note: null,
		data: null,
		report: null,
		tokens: null,
		journal: noRuns,
		reproduce: nothing,
		notes: [],
		oneUpdate: null,
		tab: '',
		hidden: [],
		openInsight: () => Promise.reject(new Error('nothing to look into')),
		openInwords: () => Promise.reject(new Error('nothing to look into')),
		inside: {
			live: null,
			histogram: null,
			failure: null,
			busy: false,
			watch: () => () => {},
			open: async () => {},
			look: async () => {}
		},
		setValue: nothing,
		setText: nothing,
		restoreText: () => undefined,
		train: nothing,
		pause: nothing,
		step: nothing,
		moreEpochs: nothing,
		showTab: () => undefined,
		showAll: () => undefined,
		stop: nothing,
		reset: nothing,
		goOnAfterCrash: nothing,
		resumeSaved: nothing,
		discardSaved: nothing,
		setLearningRate: () => undefined,
		loadReport: nothing,
		dropFiles: nothing,
		downloadWeights: nothing,
		...part
	};
}
