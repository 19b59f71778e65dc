import { describe, expect, it, vi } from 'vitest';
import { tokenNumber } from '$lib/engine/philox';
import { candidates, draw } from '$lib/engine/sampling';
import type { Requester } from '$lib/engine/requester';
import { ContinueState, type Spoken } from './continue.svelte';
import { TrainedShelf, type TrainedModel } from './trained.svelte';

vi.mock('$app/paths', () => ({ base: '' }));

const WORDS = ['the', 'cat', 'sat', 'down'];
const STEPS = 3;
/** After each word the next one of the list is likely. */
const sharesAfter = (last: number) => WORDS.map((_, id) => (id === (last + 1) % 4 ? 0.7 : 0.1));

function setUp(special = 0) {
	const asked: { type: string; rows: number[][] }[] = [];
	const vocabulary: Spoken = { level: 'word', lower: true, special, words: WORDS, steps: STEPS, outputs: 4 };
	const client = {
		generation: 0,
		engine: 'cpu',
		use: () => undefined,
		async request(request: { type: string; ids?: Uint32Array }) {
			const ids = [...(request.ids ?? [])];
			const rows = Array.from({ length: ids.length / STEPS }, (_, at) =>
				ids.slice(STEPS * at, STEPS * at + STEPS)
			);
			asked.push({ type: request.type, rows });
			await new Promise((resolve) => setTimeout(resolve, 0));
			if (request.type === 'load_model') return { type: 'model', dataset: 'alice', shape: [] };
			if (request.type === 'vocabulary') return { type: 'vocabulary', vocabulary };
			return {
				type: 'shares',
				shares: Float32Array.from(rows.flatMap((row) => sharesAfter(row.at(-1) ?? 0)))
			};
		}
	} as unknown as Requester;
	const trained = new TrainedShelf();
	const own = new ContinueState('alice', null, { client: () => client, trained });
	const train = () =>
		trained.put({ id: '22.5', dataset: 'alice', bytes: new ArrayBuffer(8) } as TrainedModel);
	return { own, asked, train };
}
const texts = ({ written }: ContinueState) => written.map(({ token }) => WORDS[token]).join(' ');

describe('a sentence goes on', () => {
	it('nobody answers before a network was trained', async () => {
		const { own, asked } = setUp();
		expect(own.mute).toBe(true);
		await own.run();
		expect(asked).toEqual([]);
	});

	it('what is unknown is named and left out, the rest is measured', async () => {
		const { own, asked, train } = setUp();
		train();
		own.prompt = 'The dog, the cat sat';
		await own.begin();
		expect(own.given).toEqual([0, 0, 1, 2]);
		expect(own.unknown).toEqual(['dog', ',']);
		// the the: 0.1, the cat: 0.7, cat sat: 0.7
		expect(own.perplexity).toBeCloseTo(1 / (0.1 * 0.7 * 0.7) ** (1 / 3), 4);
		expect(own.hardest?.token).toBe(0);
		expect(asked.at(-1)?.rows).toEqual([
			[0, 0, 0],
			[0, 0, 0],
			[0, 0, 1]
		]);
		expect(own.next[0]).toMatchObject({ token: 3, share: expect.closeTo(0.7) });
	});

	it('the same seed is the same text, as the engine would draw it; another one is another', async () => {
		const { own, train } = setUp();
		train();
		own.prompt = 'the cat';
		own.sampling = { temperature: 1, topK: 0, topP: 1 };
		own.length = 40;
		await own.run();
		const first = texts(own);
		expect(own.written).toHaveLength(40);
		let last = 1;
		own.written.forEach(({ token }, step) => {
			const all = candidates(Float32Array.from(sharesAfter(last)), own.sampling);
			expect(token).toBe(draw(all, tokenNumber(7, step)));
			last = token;
		});
		await own.begin();
		expect(own.written).toEqual([]);
		await own.run();
		expect(texts(own)).toBe(first);
		own.seed = 8;
		await own.begin();
		await own.run();
		expect(texts(own)).not.toBe(first);
	});

	it('token by token: drawn, chosen, taken back', async () => {
		const { own, train } = setUp();
		train();
		own.prompt = 'cat';
		own.sampling = { temperature: 1, topK: 1, topP: 1 };
		await own.step();
		expect(own.written).toEqual([{ token: 2, share: expect.closeTo(0.7), chosen: false }]);
		expect(own.next[0]?.token).toBe(3);
		await own.step(0);
		expect(own.written.at(-1)).toEqual({ token: 0, share: expect.closeTo(0.1), chosen: true });
		expect(own.next[0]?.token).toBe(1);
		await own.back();
		expect(texts(own)).toBe('sat');
		expect(own.next[0]?.token).toBe(3);
	});

	it('greedy: it goes in circles, is stopped there, and told why', async () => {
		const { own, train } = setUp();
		train();
		own.prompt = 'the cat sat';
		own.sampling = { temperature: 0, topK: 0, topP: 1 };
		own.length = 100;
		await own.run();
		// After four tokens the window is again what it was.
		expect(texts(own)).toBe('down the cat sat');
		expect(own.circle).toEqual({ from: 0, length: 4 });
		// A token of the reader's breaks it.
		await own.step(0);
		expect(own.circle).toBeNull();
	});

	it('nothing known: nothing is written, nothing fails', async () => {
		const { own, train } = setUp();
		train();
		own.prompt = 'Quux!';
		await own.run();
		expect(own.failure).toBeNull();
		expect(own.given).toEqual([]);
		expect(own.unknown).toEqual(['quux', '!']);
		expect(own.written).toEqual([]);
		expect(own.begun).toBe(false);
	});

	it('stop ends a run after the token that it is at', async () => {
		const { own, train } = setUp();
		train();
		own.prompt = 'cat';
		own.length = 1000;
		const run = own.run();
		await vi.waitUntil(() => own.written.length >= 3);
		own.stop();
		await run;
		expect(own.stopped).toBe(true);
		expect(own.written.length).toBeLessThan(900);
	});

	it('a new prompt ends what is being written', async () => {
		const { own, train } = setUp();
		train();
		own.prompt = 'cat';
		own.length = 1000;
		const run = own.run();
		await vi.waitUntil(() => own.written.length >= 3);
		own.prompt = 'sat';
		await own.begin();
		await run;
		expect(own.written).toEqual([]);
		expect(own.given).toEqual([2]);
		expect(own.writing).toBe(false);
	});

	it('a network that judges texts has no next token', async () => {
		const { own, train } = setUp(4);
		train();
		own.prompt = 'the cat';
		await own.begin();
		expect(own.failure?.code).toBe('no_vocabulary');
		expect(own.begun).toBe(false);
	});
});
