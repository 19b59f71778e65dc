import { describe, expect, it, vi } from 'vitest';
import type { Requester } from '$lib/engine/requester';
import { fail } from '$lib/engine/failure';
import type { AnswerTo, Request } from '$lib/engine/messages';
import { turn } from '$lib/engine/fakes';
import type { Checked } from '$lib/engine/wire';
import { fakeCard, HandTicker } from './fakes';
import { TextState } from './text.svelte';

vi.mock('$app/paths', () => ({ base: '' }));

/** Answers when it is told to, in any order. */
class SlowEngine implements Requester {
	generation = 0;
	readonly engine = 'cpu';
	use(): void {}
	asked: { request: Request; answer(): void; refuse(error: Error): void }[] = [];
	request<R extends Request>(request: R): Promise<AnswerTo<R>> {
		return new Promise((resolve, reject) => {
			const answer = () => {
				if (request.type === 'edit')
					resolve({ type: 'text', text: `${request.text};${request.path}=${request.value}` } as AnswerTo<R>);
				if (request.type !== 'check') return;
				const ok = !request.text.includes('bad');
				const summary = ok ? { ...fakeCard().summary, loss: request.text } : null;
				resolve({
					type: 'checked',
					checked: { ok, summary, problems: [] } as unknown as Checked
				} as AnswerTo<R>);
			};
			this.asked.push({ request, answer, refuse: reject });
		});
	}
	get texts() {
		return this.asked.map(({ request }) => (request.type === 'check' ? request.text : request.type));
	}
}

function setUp() {
	const ticker = new HandTicker();
	const engine = new SlowEngine();
	const card = fakeCard();
	return { ticker, engine, card, text: new TextState(card, () => engine, ticker) };
}
const settle = async () => {
	for (let i = 0; i < 5; i++) await turn();
};

describe('typing', () => {
	it('is checked 200 ms after the last key', async () => {
		const { ticker, engine, text } = setUp();
		void text.set('a');
		ticker.advance(150);
		void text.set('ab');
		ticker.advance(150);
		const last = text.set('abc');
		expect(engine.asked).toHaveLength(0);
		ticker.advance(199);
		expect(engine.asked).toHaveLength(0);
		ticker.advance(1);
		expect(engine.texts).toEqual(['abc']);
		expect(text.checked).toBeNull();
		engine.asked[0]?.answer();
		await last;
		expect(text.checked?.ok).toBe(true);
		expect(text.summary.loss).toBe('abc');
	});

	it('is not told the check of an older text, whichever comes last', async () => {
		const { ticker, engine, text } = setUp();
		void text.set('old');
		ticker.advance(200);
		void text.set('bad new');
		ticker.advance(200);
		expect(engine.texts).toEqual(['old', 'bad new']);
		engine.asked[1]?.answer();
		await settle();
		engine.asked[0]?.answer();
		await settle();
		expect(text.checked?.ok).toBe(false);
		// The drawing keeps the last text that was sound: the printed one.
		expect(text.summary).toEqual(fakeCard().summary);
	});

	it('back to the printed text needs no engine', async () => {
		const { ticker, engine, text, card } = setUp();
		const typed = text.set('bad');
		ticker.advance(200);
		engine.asked[0]?.answer();
		await typed;
		expect([text.edited, text.checked?.ok]).toEqual([true, false]);
		text.restore();
		expect([text.edited, text.checked, text.text]).toEqual([false, null, card.text]);
		expect(await text.sound()).toBe(true);
		expect(engine.asked).toHaveLength(1);
	});
});

describe('settings', () => {
	it('set in quick succession are all kept', async () => {
		const { engine, text, card } = setUp();
		const all = Promise.all([
			text.setValue('epochs', '5'),
			text.setValue('seed', '9'),
			text.setValue('epochs', '6')
		]);
		for (let i = 0; i < 6; i++) {
			await settle();
			engine.asked[i]?.answer();
		}
		await all;
		expect(text.text).toBe(`${card.text};epochs=5;seed=9;epochs=6`);
		expect(text.link()).toEqual({
			id: '13.4',
			sets: [
				['seed', '9'],
				['epochs', '6']
			],
			text: null
		});
	});

	it('are put into the text as it has become meanwhile', async () => {
		const { engine, text } = setUp();
		const set = text.setValue('epochs', '5');
		await settle();
		void text.set('typed');
		engine.asked[0]?.answer();
		await settle();
		engine.asked[1]?.answer();
		await settle();
		engine.asked[2]?.answer();
		await set;
		expect(text.text).toBe('typed;epochs=5');
		expect(text.link()).toEqual({ id: '13.4', sets: [], text: 'typed;epochs=5' });
	});

	it('asked for before going back to the printed text are void', async () => {
		const { engine, text, card } = setUp();
		const set = text.setValue('epochs', '5');
		await settle();
		text.restore();
		engine.asked[0]?.answer();
		await set;
		expect(text.text).toBe(card.text);
	});

	it('that the engine refuses leave the text and say why', async () => {
		const { engine, text, card } = setUp();
		const set = text.setValue('nowhere', '5');
		await settle();
		engine.asked[0]?.refuse(fail('worker_died', { reason: 'x' }));
		await set;
		expect(text.text).toBe(card.text);
		expect(text.failure?.code).toBe('worker_died');
	});
});

describe('a link', () => {
	it('whose settings do not fit leaves the printed text, with a note', async () => {
		const { engine, text, card } = setUp();
		const applied = text.apply({
			id: '13.4',
			sets: [
				['epochs', '5'],
				['gone', '1']
			],
			text: null
		});
		for (let i = 0; i < 2; i++) {
			await settle();
			engine.asked[i]?.answer();
		}
		await settle();
		engine.asked[2]?.refuse(new Error('no such place'));
		expect(await applied).toEqual({ code: 'link_damaged', args: {} });
		expect([text.text, text.failure]).toEqual([card.text, null]);
	});

	it('with a text is taken over and checked', async () => {
		const { engine, text } = setUp();
		const applied = text.apply({ id: '13.4', sets: [], text: 'bad' });
		engine.asked[0]?.answer();
		expect(await applied).toBeNull();
		expect([text.text, text.checked?.ok]).toEqual(['bad', false]);
	});
});
