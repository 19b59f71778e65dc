import { beforeEach, describe, expect, it } from 'vitest';
import { fail } from '$lib/engine/failure';
import type { Ask as LookAsk, SeenOf } from '$lib/engine/insight';
import { DeskClient, type DeskWorker } from '$lib/engine/inwords/client';
import { Desk } from '$lib/engine/inwords/desk';
import { layerText, modelFile, numbers } from '$lib/engine/inwords/testdata';
import { InwordsState, shelf } from './inwords.svelte';

const tensors = {
	'e/embeddings': numbers(1, 20, 4),
	'r/kernel': numbers(2, 4, 12),
	'r/recurrent_kernel': numbers(3, 3, 12),
	'r/bias': numbers(4, 12),
	'd/kernel': numbers(5, 3, 1),
	'd/bias': numbers(6, 1)
};
const text =
	'dialect = "keras2"\nseed = 7\n' +
	layerText('Embedding', { input_dim: 20, output_dim: 4 }) +
	layerText('LSTM', { units: 3 }) +
	layerText('Dense', { units: 1, activation: 'sigmoid' });
const layers = ['e Embedding', 'r LSTM', 'd Dense'].map((both) => ({
	name: both.slice(0, 1),
	type: both.slice(2)
}));
const words = [
	'',
	'<start>',
	'<unknown>',
	'<unused>',
	...'the film was good and long but not bad'.split(' ')
];

/** A card on words, with a real desk behind it. */
function made(id = '20.2') {
	let at = 5;
	let turns = 0;
	let stopAt = Infinity;
	const asked: string[] = [];
	const worker: DeskWorker = {
		postMessage: (message) => void desk.receive(message),
		terminate: () => undefined,
		onmessage: null,
		onerror: null
	};
	const desk = new Desk({
		post: (message) => worker.onmessage?.({ data: message } as MessageEvent),
		now: () => (turns += 60),
		breathe: async () => {
			if (--stopAt === 0) state.stop();
		}
	});
	const state: InwordsState = new InwordsState(
		{
			id,
			dataset: 'imdb',
			at: () => at,
			layers: () => layers,
			take: async () => undefined,
			weights: async () => modelFile(text, tensors),
			vocabulary: async () => ({
				level: 'word',
				lower: true,
				special: 4,
				words,
				steps: 6,
				outputs: 1,
				pads_end: false,
				cuts_end: false
			}),
			encode: async (typed) => {
				asked.push(typed);
				return Uint32Array.from([1, ...typed.split(' ').map((word) => Math.max(2, words.indexOf(word)))]);
			},
			answer: async () => Float32Array.of(0.5),
			text: () => '',
			look: async <A extends LookAsk>(ask: A) => {
				if (ask.of !== 'words') throw fail('unexpected', { message: ask.of });
				const ids = Uint32Array.of(0, 1, 4, 5, 6, 7 + (ask.row % 3));
				const found = {
					of: 'words',
					row: ask.row,
					layer: 0,
					ids,
					label: 1,
					all: 9,
					values: Float32Array.of(9)
				};
				return found as unknown as SeenOf<A>;
			}
		},
		new DeskClient(() => worker)
	);
	return { state, asked, goOn: () => (at += 1), stopAfter: (turn: number) => (stopAt = turn) };
}
beforeEach(() => {
	shelf.orders = [];
	shelf.falls = [];
});

describe('looking inside a network on words', () => {
	it('begins with the table and the first test row', async () => {
		const { state } = made();
		await state.refresh();
		expect([state.failure, state.at, state.opened?.words, state.rows]).toEqual([null, 5, 13, 9]);
		expect([...(state.row?.ids ?? [])]).toEqual([0, 1, 4, 5, 6, 7]);
		await state.nearest(7);
		expect([state.near?.now.length, state.near?.before?.length]).toEqual([8, 8]);
	});
	it('reads a text of the reader, filled up as the rows are', async () => {
		const { state, asked } = made();
		await state.refresh();
		await state.write('the film');
		expect([...(state.row?.ids ?? [])]).toEqual([0, 0, 0, 1, 4, 5]);
		expect([state.row?.number, asked]).toEqual([null, ['the film']]);
		// A longer one loses its beginning; a very long one is cut before.
		await state.write('the film was good and long but not bad');
		expect([...(state.row?.ids ?? [])]).toEqual([7, 8, 9, 10, 11, 12]);
		await state.write('a'.repeat(300_000));
		expect(asked.at(-1)).toHaveLength(200_000);
	});
	it('tells how far its own numbers lie from the engine’s, unless the training goes on', async () => {
		const { state, goOn } = made();
		await state.refresh();
		const [memory] = state.opened?.memories ?? [];
		if (!memory) throw new Error('no memory');
		await state.trace(memory, 0);
		// The engine of this test says 0.5 and a state of 9.
		expect(state.traced?.apart).toBeGreaterThan(8);
		goOn();
		await state.trace(memory, 0);
		expect([state.traced?.steps, state.traced?.apart]).toEqual([6, null]);
		await state.read(1);
		expect(state.traced).toBeNull();
	});
	it('keeps what networks said to the same words, for all cards', async () => {
		const [one, other] = [made('20.2'), made('16.5')];
		await one.state.refresh();
		await one.state.shuffle(10, 7);
		expect(one.state.orders.map(({ experiment, answers }) => [experiment, answers.length])).toEqual([
			['20.2', 10]
		]);
		await one.state.shuffle(12, 7);
		await other.state.refresh();
		await other.state.shuffle(10, 7);
		expect(one.state.orders.map(({ experiment, answers }) => [experiment, answers.length])).toEqual([
			['20.2', 12],
			['16.5', 10]
		]);
		// Of another text it is another comparison.
		await other.state.read(1);
		expect(other.state.orders).toEqual([]);
		await one.state.reach(true, 7);
		expect(one.state.falls.map(({ kind }) => kind)).toEqual([null, 'SimpleRNN', 'GRU', 'LSTM']);
		await other.state.read(0);
		await other.state.reach(false, 7);
		expect(one.state.falls.map(({ kind, experiment }) => kind ?? experiment)).toEqual([
			'20.2',
			'SimpleRNN',
			'GRU',
			'LSTM',
			'16.5'
		]);
	});
	it('ends what takes long where it is told to', async () => {
		const { state, stopAfter } = made();
		await state.refresh();
		stopAfter(4);
		await state.shuffle(100, 7);
		expect(state.orders.map(({ finished, answers }) => [finished, answers.length])).toEqual([[false, 3]]);
		expect([state.doing, state.failure]).toEqual([null, null]);
		await state.map(1_000_000, 'pca', 7, 'now');
		expect(state.failure?.code).toBe('out_of_range');
		state.clear();
		expect([state.row, state.opened, state.at]).toEqual([null, null, null]);
	});
});
