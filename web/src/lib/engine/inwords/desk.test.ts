import { describe, expect, it } from 'vitest';
import { DeskClient, type DeskWorker } from './client';
import { Desk } from './desk';
import type { Ask, FromDesk, ToDesk } from './inwords';
import { layerText, modelFile, numbers } from './testdata';

const text = (layer: string) =>
	'dialect = "keras2"\nseed = 7\n' +
	layerText('Embedding', { input_dim: 40, output_dim: 6 }) +
	layer +
	layerText('Dense', { units: 1, activation: 'sigmoid' });
const lstm = modelFile(text(layerText('LSTM', { units: 5 })), {
	'e/embeddings': numbers(1, 40, 6),
	'r/kernel': numbers(2, 6, 20),
	'r/recurrent_kernel': numbers(3, 5, 20),
	'r/bias': numbers(4, 20),
	'd/kernel': numbers(5, 5, 1),
	'd/bias': numbers(6, 1)
});
const bag = modelFile(text(layerText('GlobalAveragePooling1D', {})), {
	'e/embeddings': numbers(1, 40, 6),
	'd/kernel': numbers(5, 6, 1),
	'd/bias': numbers(6, 1)
});
const strange = modelFile(text(layerText('LayerNormalization', {})), { 'e/embeddings': numbers(1, 40, 6) });
const named = (type: string) => [
	{ name: 'e', type: 'Embedding' },
	{ name: 'r', type },
	{ name: 'd', type: 'Dense' }
];
const row = Uint32Array.from([0, 0, 1, 4, 9, 12, 7, 33, 21, 5]);

/** A worker that is none. */
function made() {
	let ms = 0;
	let turns = 0;
	let stopAt = Infinity;
	const worker: DeskWorker = {
		postMessage: (message: ToDesk) => void desk.receive(message),
		terminate: () => undefined,
		onmessage: null,
		onerror: null
	};
	const client = new DeskClient(() => worker);
	const desk = new Desk({
		post: (message: FromDesk) => worker.onmessage?.({ data: message } as MessageEvent<FromDesk>),
		now: () => (ms += 60),
		breathe: async () => {
			if (++turns === stopAt) client.stop();
		}
	});
	const open = (bytes: ArrayBuffer, type: string) =>
		client.ask({ type: 'open', bytes, named: named(type), special: 4, known: 40 });
	return { client, open, stopAt: (turn: number) => (stopAt = turns + turn) };
}

describe('looking inside words', () => {
	it('tells what there is, and finds words', async () => {
		const { client, open } = made();
		expect(await open(lstm, 'LSTM')).toEqual({
			type: 'open',
			words: 40,
			width: 6,
			before: true,
			lacking: null,
			memories: [
				{ index: 0, name: 'r', kind: 'LSTM', units: 5, ways: 1, parts: ['i', 'f', 'k', 'o', 'c', 'h'] }
			]
		});
		const { near } = await client.ask({ type: 'near', id: 9, count: 5, when: 'now' });
		expect(near).toHaveLength(5);
		expect(near.every(({ id }) => id >= 4 && id !== 9)).toBe(true);
		const before = await client.ask({ type: 'near', id: 9, count: 5, when: 'before' });
		expect(before.near).not.toEqual(near);
		const { near: sums } = await client.ask({ type: 'sum', of: [5, 6, 7], count: 3, when: 'now' });
		expect(sums.some(({ id }) => [5, 6, 7].includes(id))).toBe(false);
	});
	it('leaves out rows that no word has', async () => {
		const { client } = made();
		await client.ask({ type: 'open', bytes: lstm, named: named('LSTM'), special: 4, known: 10 });
		const { near } = await client.ask({ type: 'near', id: 9, count: 12, when: 'before' });
		expect(near.map(({ id }) => id).sort()).toEqual([4, 5, 6, 7, 8]);
		expect((await client.ask({ type: 'plane', count: 30, method: 'pca', seed: 1, when: 'now' })).count).toBe(
			6
		);
	});
	it('shows the gates of a row, and its answer', async () => {
		const { client, open } = made();
		await open(lstm, 'LSTM');
		const found = await client.ask({ type: 'trace', row, index: 0, way: 0 });
		expect([found.steps, found.units, found.parts.length]).toEqual([10, 5, 6]);
		const of = (part: string) => found.parts.find((one) => one.part === part)?.values ?? new Float32Array();
		const [i, f, k, o, c, h] = ['i', 'f', 'k', 'o', 'c', 'h'].map(of) as [
			Float32Array,
			Float32Array,
			Float32Array,
			Float32Array,
			Float32Array,
			Float32Array
		];
		for (let at = 5; at < 50; at += 1) {
			expect(c[at]).toBeCloseTo(f[at]! * c[at - 5]! + i[at]! * k[at]!, 6);
			expect(h[at]).toBeCloseTo(o[at]! * Math.tanh(c[at]!), 6);
		}
		await expect(client.ask({ type: 'trace', row, index: 1, way: 0 })).rejects.toThrow('words_layer');
	});
	it('sees who minds the order of words', async () => {
		const { client, open } = made();
		await open(lstm, 'LSTM');
		const ask = { type: 'shuffle', row, times: 20, seed: 7 } as const;
		const heard: number[] = [];
		const minds = await client.ask(ask, ({ done }) => heard.push(done));
		expect([minds.answers.length, minds.finished, heard.length > 3]).toEqual([20, true, true]);
		expect(minds.spread.sd).toBeGreaterThan(1e-4);
		expect((await client.ask(ask)).answers).toEqual(minds.answers);
		await open(bag, 'GlobalAveragePooling1D');
		const calm = await client.ask(ask);
		expect(calm.spread.sd).toBeLessThan(1e-7);
		expect(calm.own).toBeCloseTo(calm.spread.mean, 6);
	});
	it('follows the gradient back, with untrained cells beside it', async () => {
		const { client, open } = made();
		await open(lstm, 'LSTM');
		const { falls, finished } = await client.ask({ type: 'fall', row, beside: true, seed: 7 });
		expect(falls.map(({ kind, units, lengths }) => [kind, units, lengths.length])).toEqual([
			[null, 0, 10],
			['SimpleRNN', 5, 10],
			['GRU', 5, 10],
			['LSTM', 5, 10]
		]);
		expect(finished).toBe(true);
		for (const { lengths } of falls) expect(Math.min(...lengths)).toBeGreaterThan(0);
	});
	it('lays words out on a plane', async () => {
		const { client, open } = made();
		await open(lstm, 'LSTM');
		const { points, explained, ...rest } = await client.ask({
			type: 'plane',
			count: 3000,
			method: 'pca',
			seed: 7,
			when: 'now'
		});
		expect(rest).toEqual({ type: 'plane', first: 4, count: 36, method: 'pca', when: 'now', finished: true });
		expect([points?.length, (explained?.[0] ?? 0) >= (explained?.[1] ?? 1)]).toEqual([72, true]);
	});
	it('stops where it is told to, with what there is', async () => {
		const { client, open, stopAt } = made();
		await open(lstm, 'LSTM');
		stopAt(5);
		const part = await client.ask({ type: 'shuffle', row, times: 20, seed: 7 });
		expect([part.finished, part.answers.length]).toEqual([false, 4]);
		stopAt(2);
		const { finished, falls } = await client.ask({ type: 'fall', row, beside: true, seed: 7 });
		expect([finished, falls.length]).toEqual([false, 2]);
	});
	it('still has the words of a network that it does not know', async () => {
		const { client, open } = made();
		expect(await open(strange, 'LayerNormalization')).toMatchObject({
			lacking: 'LayerNormalization',
			memories: []
		});
		expect((await client.ask({ type: 'near', id: 9, count: 2, when: 'now' })).near).toHaveLength(2);
		const ask: Ask = { type: 'shuffle', row, times: 2, seed: 1 };
		await expect(client.ask(ask)).rejects.toThrow(/words_layer.*LayerNormalization/);
	});
	it('refuses what cannot be', async () => {
		const { client, open } = made();
		await expect(client.ask({ type: 'near', id: 9, count: 2, when: 'now' })).rejects.toThrow('no_run');
		await open(lstm, 'LSTM');
		await expect(client.ask({ type: 'near', id: 40, count: 2, when: 'now' })).rejects.toThrow('out_of_range');
		await expect(client.ask({ type: 'shuffle', row, times: 0, seed: 1 })).rejects.toThrow('out_of_range');
		const far = Uint32Array.of(1, 40);
		await expect(client.ask({ type: 'trace', row: far, index: 0, way: 0 })).rejects.toThrow('out_of_range');
	});
});
