import { expect, it } from 'vitest';
import { Answerer } from './answerer';
import { FakeClock, fakeEngine, fakeWords, Mailbox } from './fakes';
import type { Request } from './messages';
import { answerWords, isWords, rowOf, type WordsRequest } from './words';

it('makes rows that are cut and filled up where the network was used to', () => {
	const sides = { steps: 3, pads_end: false, cuts_end: false };
	expect(rowOf([1, 5], sides)).toEqual({ row: Uint32Array.of(0, 1, 5), from: 0, pads: 1 });
	expect(rowOf([1, 5, 6, 7], sides)).toEqual({ row: Uint32Array.of(5, 6, 7), from: 1, pads: 0 });
	const ends = { steps: 3, pads_end: true, cuts_end: true };
	expect(rowOf([1, 5], ends)).toEqual({ row: Uint32Array.of(1, 5, 0), from: 0, pads: 0 });
	expect(rowOf([1, 5, 6, 7], ends)).toEqual({ row: Uint32Array.of(1, 5, 6), from: 0, pads: 0 });
	expect(rowOf([], sides)).toEqual({ row: Uint32Array.of(0, 0, 0), from: 0, pads: 3 });
});

it('answers the four questions, and tells them from others', async () => {
	const of = fakeWords('abc');
	const ask = (request: WordsRequest) => answerWords(request, of, of.numbers);
	expect(await ask({ type: 'vocabulary', id: null })).toMatchObject({
		vocabulary: { steps: 3, words: { length: 7 } }
	});
	const { ids } = (await ask({ type: 'encode', id: null, text: 'ac' })) as { ids: Uint32Array };
	expect([...ids]).toEqual([1, 4, 6]);
	expect(await ask({ type: 'answer', id: null, ids })).toEqual({
		type: 'shares',
		shares: Float32Array.of(0.6)
	});
	expect(await ask({ type: 'slope', id: null, ids, class: 0 })).toEqual({
		type: 'slope',
		slope: Float32Array.of(-1, -4, -6)
	});
	expect([isWords({ type: 'slope' }), isWords({ type: 'judge' })]).toEqual([true, false]);
});

it('is asked of the model that was loaded', async () => {
	const box = new Mailbox();
	const answerer = new Answerer(async () => fakeEngine(new FakeClock()), box.post);
	let id = 0;
	const ask = async (request: Request) => {
		await answerer.receive({ id: ++id, base: '/', engine: 'cpu', request });
		return box.reply(id);
	};
	const ids = Uint32Array.of(0, 1, 4);
	const load = (name: string) =>
		ask({ type: 'load_model', bytes: new TextEncoder().encode(name).buffer as ArrayBuffer });
	expect(await ask({ type: 'answer', id: null, ids })).toMatchObject({ failure: { code: 'no_model' } });
	await load('review');
	expect(await ask({ type: 'answer', id: null, ids })).toMatchObject({ type: 'shares' });
	expect(await ask({ type: 'answer', id: null, ids: ids.subarray(1) })).toMatchObject({
		failure: { code: 'ids_length' }
	});
	await load('photos');
	expect(await ask({ type: 'vocabulary', id: null })).toMatchObject({ failure: { code: 'no_vocabulary' } });
});
