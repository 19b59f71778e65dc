import { expect, it, vi } from 'vitest';
import { CaptchaState, letters, LONGEST } from './captcha.svelte';
import { fakeSite, until } from './fakes';
import { TrainedShelf, type TrainedModel } from './trained.svelte';

vi.mock('$app/paths', () => ({ base: '' }));

const trained = (dataset: string): TrainedModel => ({
	id: '003-CAPTCHA',
	dataset,
	title: { en: '', zh: '' },
	seed: 1,
	epochs: 1,
	accuracy: 0.5,
	sample: false,
	bytes: new TextEncoder().encode('captcha').buffer
});

function setUp() {
	const site = fakeSite();
	const shelf = new TrainedShelf();
	return { ...site, shelf, own: new CaptchaState('captcha', { client: () => site.answer, trained: shelf }) };
}

it('letters A to Z can be drawn; what else is typed is told', () => {
	expect(letters('fire')).toEqual({ word: 'FIRE', others: [], beyond: false });
	expect(letters(' Fé 1 火1🔥')).toEqual({ word: 'F', others: ['é', ' ', '1', '火', '🔥'], beyond: false });
	const long = letters('x'.repeat(LONGEST + 1));
	expect(long).toEqual({ word: 'X'.repeat(LONGEST), others: [], beyond: true });
});

it('a word is drawn without any network; what was trained on these letters reads it, and reads the next one', async () => {
	const { own, shelf } = setUp();
	own.text = 'ab';
	own.font = 2;
	await own.draw();
	expect(own.failure).toBeNull();
	expect(own.captcha).toMatchObject({ width: 2, height: 1 });
	expect(own.captcha?.pieces).toHaveLength(2);
	expect(own.captcha?.pieces[1]).toMatchObject({ left: 0, top: 1, right: 2, bottom: 3 });
	expect(own.drawn).toBe('AB');
	expect(own.asking.answer).toBeNull();
	shelf.put(trained('captcha-fonts'));
	own.read();
	expect(own.asking.status).toBe('idle');
	shelf.put(trained('captcha'));
	own.read();
	await until(() => own.asking.answer !== null);
	expect(own.asking.answer).toEqual([[2], [2]]);
	own.font = 1;
	own.text = 'abc';
	await own.draw();
	await until(() => own.asking.answer?.length === 3);
	expect(own.asking.answer).toEqual([[1], [1], [1]]);
});

it('of many wishes the last one is drawn, another picture has another seed, no letters are no picture', async () => {
	const { own } = setUp();
	const words = ['a', 'ab', 'abc', 'abcd'].map((text) => {
		own.text = text;
		return own.draw();
	});
	await Promise.all(words);
	expect(own.drawn).toBe('ABCD');
	const before = own.captcha?.pixels[1] ?? 0;
	await own.another();
	expect(own.captcha?.pixels[1]).toBe(before + 1);
	own.text = '123';
	await own.draw();
	expect(own.captcha).toBeNull();
	expect(own.failure).toBeNull();
});
