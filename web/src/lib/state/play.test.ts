import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import type { ModelCard } from '$lib/engine/wire';
import { fakeSite, until } from './fakes';
import type { Shipped } from './answering.svelte';
import { PlayState } from './play.svelte';
import { TrainedShelf, type TrainedModel } from './trained.svelte';

vi.mock('$app/paths', () => ({ base: '' }));

const good = 'shipped';
const card = {
	bytes: good.length,
	sha256: createHash('sha256').update(good).digest('hex')
} as ModelCard;
const shipped: Shipped = { file: 'models/mnist.safetensors', card };
const bytesOf = (text: string) => new TextEncoder().encode(text).buffer;
const trainedModel = (name: string): TrainedModel => ({
	id: '13.4',
	dataset: 'mnist',
	title: { en: '', zh: '' },
	seed: 1,
	epochs: 1,
	accuracy: 0.9,
	sample: false,
	bytes: bytesOf(name)
});

function setUp(answers: (string | number)[] = [good], model: Shipped | null = shipped) {
	const site = fakeSite();
	const trained = new TrainedShelf();
	const asked: string[] = [];
	const play = new PlayState(model, {
		client: () => site.answer,
		trained,
		root: () => 'https://x/fireside/',
		fetch: async (url, init) => {
			asked.push(`${init?.cache} ${url}`);
			const answer = answers.length > 1 ? answers.shift() : answers[0];
			return typeof answer === 'number' ? new Response('', { status: answer }) : new Response(answer);
		}
	});
	const draw = (grey: number) => play.draw(new Uint8Array([grey]), 1, 1);
	const drawn = () =>
		site.workers
			.flatMap(({ asked }) => asked.map(({ request }) => request))
			.filter(({ type }) => type === 'draw');
	/** The fake model answers with the length of its name. */
	const by = () => play.drawing?.probabilities[0];
	return { ...site, play, trained, asked, draw, drawn, by };
}

describe('drawing', () => {
	it('is answered by the shipped model, fetched once', async () => {
		const { play, draw, asked, by } = setUp();
		expect(play.status).toBe('idle');
		await play.warm();
		expect([play.status, play.loading]).toEqual(['ready', null]);
		await draw(5);
		await draw(6);
		expect(play.drawing?.pixels).toEqual([6]);
		expect(by()).toBe(good.length);
		expect(asked).toEqual(['default https://x/fireside/models/mnist.safetensors']);
	});

	it('never lags: while an answer is worked out only the latest drawing waits', async () => {
		const { play, draw, drawn } = setUp();
		await play.warm();
		const all = [draw(1)];
		await until(() => drawn().length === 1);
		for (let grey = 2; grey <= 50; grey++) all.push(draw(grey));
		await Promise.all(all);
		await until(() => play.drawing?.pixels[0] === 50);
		expect(drawn().map((request) => (request.type === 'draw' ? request.ink[0] : null))).toEqual([1, 50]);
	});

	it('is one question at a time', async () => {
		const { play, draw, drawn } = setUp();
		await play.warm();
		const all = [draw(1)];
		await until(() => drawn().length === 1);
		for (let grey = 2; grey <= 4; grey++) {
			all.push(draw(grey));
			// As long as nothing but promises goes on, the worker has not answered.
			for (let i = 0; i < 50; i++) await Promise.resolve();
			expect(drawn()).toHaveLength(1);
		}
		await Promise.all(all);
		expect(play.drawing?.pixels).toEqual([4]);
	});

	it('on a sheet that was wiped meanwhile is not shown', async () => {
		const { play, draw, drawn } = setUp();
		await play.warm();
		const first = draw(5);
		await until(() => drawn().length === 1);
		play.clear();
		await first;
		expect(play.drawing).toBeNull();
		await draw(6);
		expect(play.drawing?.pixels).toEqual([6]);
		play.clear();
		expect(play.drawing).toBeNull();
	});

	it('goes on with a fresh worker after one has died', async () => {
		const { play, draw, drawn, workers, by } = setUp();
		await draw(5);
		const lost = draw(6);
		await until(() => drawn().length === 2);
		workers[0]?.die();
		await lost;
		expect([play.status, play.failure?.code]).toEqual(['failed', 'worker_died']);
		await draw(7);
		expect([play.status, play.failure, by()]).toEqual(['ready', null, good.length]);
		expect(play.drawing?.pixels).toEqual([7]);
		expect(workers).toHaveLength(2);
	});
});

it('does not notice that its worker died between two drawings', async () => {
	const { play, draw, workers, by } = setUp();
	await draw(5);
	workers[0]?.die();
	await draw(6);
	expect([play.status, play.failure, by(), play.drawing?.pixels[0]]).toEqual(['ready', null, good.length, 6]);
	expect(workers).toHaveLength(2);
});

describe('the model', () => {
	it('can be the one trained a moment ago, and what is drawn is judged anew', async () => {
		const { play, draw, trained, by } = setUp();
		await draw(5);
		trained.put(trainedModel('four'));
		await play.use('trained');
		expect([by(), play.drawing?.pixels]).toEqual([4, [5]]);
		await play.use('shipped');
		expect(by()).toBe(good.length);
	});

	it('follows when another one is trained', async () => {
		const { play, draw, trained, by } = setUp();
		trained.put(trainedModel('four'));
		await play.use('trained');
		await draw(5);
		trained.put(trainedModel('sixsix'));
		await draw(6);
		expect(by()).toBe(6);
	});

	it('falls back to the shipped one before anything was trained', async () => {
		const { play, draw, by } = setUp();
		await play.use('trained');
		await draw(5);
		expect(by()).toBe(good.length);
	});

	it('is missed with a sentence where there is none', async () => {
		const { play, draw, trained, by } = setUp([good], null);
		await draw(5);
		expect([play.status, play.failure?.code]).toEqual(['failed', 'no_model']);
		trained.put(trainedModel('four'));
		await draw(6);
		expect([play.status, by()]).toEqual(['ready', 4]);
	});

	it('of one pad does not answer for another one', async () => {
		const first = setUp();
		const second = new PlayState(null, { client: () => first.answer, trained: first.trained });
		await first.draw(5);
		first.trained.put(trainedModel('four'));
		await second.draw(new Uint8Array([1]), 1, 1);
		expect(second.drawing?.probabilities).toEqual([4]);
		await first.draw(6);
		expect(first.by()).toBe(good.length);
	});

	it('that arrives changed is fetched past the cache, once', async () => {
		const { play, draw, asked, by } = setUp(['shopped', good]);
		await draw(5);
		expect(asked.map((line) => line.split(' ')[0])).toEqual(['default', 'reload']);
		expect([play.status, by()]).toEqual(['ready', good.length]);
	});

	it('that stays wrong is refused', async () => {
		const { play, draw, asked } = setUp(['shopped']);
		await draw(5);
		expect(asked).toHaveLength(2);
		expect(play.failure).toEqual({ code: 'model_checksum', args: { name: shipped.file } });
	});

	it('that is missing is said, and asked for again next time', async () => {
		const { play, draw } = setUp([404, good]);
		await draw(5);
		expect(play.failure).toEqual({ code: 'model_unreachable', args: { name: shipped.file, status: '404' } });
		await draw(6);
		expect([play.status, play.failure]).toEqual(['ready', null]);
	});
});
