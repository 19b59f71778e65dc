import { createHash } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import type { ModelCard } from '$lib/engine/wire';
import { fakeSite, until } from './fakes';
import { ReviewState, odds } from './review.svelte';
import { TrainedShelf, type TrainedModel } from './trained.svelte';

vi.mock('$app/paths', () => ({ base: '' }));

const good = 'reviews';
const card = {
	bytes: good.length,
	sha256: createHash('sha256').update(good).digest('hex')
} as ModelCard;
const shipped = { file: 'models/imdb.safetensors', card };

/** Its network knows a, b and c, reads rows of 3, and likes a text by its largest id over ten. */
function setUp(model: typeof shipped | null = shipped) {
	const site = fakeSite();
	const shelf = new TrainedShelf();
	let at = 0;
	const review = new ReviewState(
		'imdb',
		model,
		{
			client: () => site.answer,
			trained: shelf,
			root: () => 'https://x/',
			fetch: async () => new Response(good)
		},
		{ now: () => (at += 1000) }
	);
	return { ...site, review, shelf };
}
const trained = (name: string): TrainedModel => ({
	id: name,
	dataset: 'imdb',
	title: { en: '', zh: '' },
	seed: 1,
	epochs: 1,
	accuracy: 0.5,
	sample: false,
	bytes: new TextEncoder().encode(name).buffer
});

it('judges what is written, and says what each word did', async () => {
	const { review } = setUp();
	review.write('A c!');
	await until(() => review.asking.answer !== null);
	const { answer } = review.asking;
	expect(answer?.shares?.map((share) => share.toFixed(2))).toEqual(['0.40', '0.60']);
	expect([...(answer?.effects ?? [])]).toEqual([4, 6]);
	expect(answer).toMatchObject({ class: 1, reading: { text: 'A c!', first: 0, last: 2, at: 1, known: 2 } });
	review.write('');
	expect([review.text, review.asking.answer]).toEqual(['', null]);
});

it('gives no verdict where less than half is known', async () => {
	const { review } = setUp();
	for (const [text, read, known] of [
		['这部电影太好看了', 1, 0],
		['a x y', 3, 1],
		['…', 0, 0]
	] as const) {
		review.write(text);
		await until(() => review.asking.answer?.reading.text === text);
		const { answer } = review.asking;
		expect(answer).toMatchObject({ shares: null, effects: null, reading: { known } });
		expect((answer?.reading.last ?? 0) - (answer?.reading.first ?? 0)).toBe(read);
	}
	review.write('a x');
	await until(() => (review.asking.answer?.shares ?? null) !== null);
	await review.leaveOut();
	expect(review.leftOut?.total).toBe(2);
});

it('leaves out one word after the other, the strongest first', async () => {
	const { review } = setUp();
	review.write('b c a');
	await until(() => review.asking.answer !== null);
	const seen: number[] = [];
	const running = review.leaveOut();
	await until(() => {
		const done = review.leftOut?.done ?? 0;
		if (!seen.includes(done)) seen.push(done);
		return done === 3;
	});
	await running;
	// Slow: one at a time.
	expect(seen).toEqual([0, 1, 2, 3]);
	const found = [...(review.leftOut?.without ?? [])];
	expect(found.map((share) => share.toFixed(1))).toEqual(['0.6', '0.5', '0.6']);
	expect(review.leftOut).toMatchObject({ running: false, total: 3 });
	// Another text, and what was found of the last one is gone.
	review.write('b');
	expect(review.leftOut).toBe(null);
});

it('stops leaving out when it is told to, and when something is written', async () => {
	const { review } = setUp();
	review.write('b c a');
	await until(() => review.asking.answer !== null);
	const running = review.leaveOut();
	await until(() => review.leftOut?.done === 1);
	review.stop();
	await running;
	expect(review.leftOut).toMatchObject({ running: false, done: 1, total: 3 });
	expect(review.leftOut?.without.filter(Number.isFinite)).toHaveLength(1);
	const again = review.leaveOut();
	await until(() => review.leftOut?.done === 1);
	review.write('b c');
	await again;
	expect(review.leftOut).toBe(null);
	await until(() => review.asking.answer?.reading.text === 'b c');
});

it('says what went wrong while words were left out', async () => {
	const { review, answer } = setUp();
	review.write('b c a');
	await until(() => review.asking.answer !== null);
	const running = review.leaveOut();
	await until(() => review.leftOut?.done === 1);
	answer.kill('out of memory');
	await running;
	expect(review.problem?.code).toBe('worker_died');
	expect(review.leftOut?.running).toBe(false);
});

it('asks the network that was trained here, with its own words', async () => {
	const { review, shelf } = setUp(null);
	review.write('a');
	expect(review.asking.answer).toBe(null);
	shelf.put(trained('reviews of mine'));
	review.again();
	await until(() => review.asking.answer !== null);
	expect(review.asking.answer?.shares?.[1]).toBeCloseTo(0.4);
	shelf.put(trained('photos'));
	review.again();
	await until(() => review.asking.failure !== null);
	expect(review.asking.failure?.code).toBe('model_input');
});

it('counts in log odds, and never without end', () => {
	expect(odds(0.5)).toBe(0);
	expect(odds(0.9)).toBeCloseTo(2.197, 3);
	expect([odds(0), odds(1)].map((value) => Math.round(Math.abs(value)))).toEqual([16, 16]);
});
