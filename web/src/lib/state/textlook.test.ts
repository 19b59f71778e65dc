import { expect, it, vi } from 'vitest';
import { EngineFailure, fail } from '$lib/engine/failure';
import type { Cut, Facts, Review, Setting } from '$lib/review/look';
import type { TextAsk, TextClient } from '$lib/engine/textlook-client';
import { dataShelf } from './data.svelte';
import { fakeSite } from './fakes';
import { TextLookState } from './textlook.svelte';

vi.mock('$app/paths', () => ({ base: '' }));

/** Answers late, as a worker does; what it read is known by its number of reviews. */
class FakeTexts implements TextClient {
	readonly asked: TextAsk[] = [];
	#read: number | null = null;
	#end: ((error: EngineFailure) => void)[] = [];
	/** What the next reading says. */
	refuse: EngineFailure | null = null;

	async ask(ask: TextAsk): Promise<never> {
		this.asked.push(ask);
		await new Promise<void>((resolve, reject) => {
			this.#end.push(reject);
			setTimeout(resolve, 0);
		});
		return this.#answer(ask) as never;
	}
	end(): void {
		this.#read = null;
		for (const reject of this.#end) reject(fail('worker_died', { reason: '' }));
	}
	#answer(ask: TextAsk): Facts | Cut | Review {
		if (ask.type === 'open') {
			if (this.refuse) throw this.refuse;
			this.#read = ask.files?.length ?? 0;
			const rows = { rows: this.#read, ready: this.#read };
			const origin = ask.files ? 'official' : 'sample';
			return {
				data: { name: ask.name, origin, checksum: String(this.#read), train: rows, test: rows }
			} as Facts;
		}
		if (this.#read === null) throw fail('unexpected', { message: 'no texts' });
		if (ask.type === 'cut') return { setting: ask.setting, reviews: this.#read } as Cut;
		return { part: ask.part, row: ask.row } as Review;
	}
}

const files = [new File(['x'], 'imdb.npz'), new File(['y'], 'imdb_word_index.json')];
let names = 0;
function look() {
	const site = fakeSite();
	const texts = new FakeTexts();
	const name = `imdb-${++names}`;
	return { name, texts, site, state: new TextLookState(name, texts, () => site.train) };
}
const settled = (state: TextLookState) => vi.waitFor(() => expect(state.cut).not.toBeNull());

it('shows the sample first, with what the setting cuts and the first review', async () => {
	const { state } = look();
	await state.open();
	expect([state.facts?.data.origin, state.cut?.reviews, state.review?.row]).toEqual(['sample', 0, 0]);
	expect([state.reading, state.failure]).toEqual([false, null]);
});

it('hands dropped files on to the other cards, and reads what those were given', async () => {
	const { state, name, site } = look();
	await state.drop(files);
	expect(dataShelf.of(name)?.origin).toBe('official');
	expect(dataShelf.dropped(name, site.train)).toMatchObject({ read: false });
	expect(state.stale()).toBe(false);
	dataShelf.offer(name, [files[0]!]);
	expect(state.stale()).toBe(true);
	await state.open();
	expect([state.stale(), state.cut?.reviews]).toEqual([false, 1]);
	// The sample in place of them is only of interest where it is said so.
	dataShelf.forgetDropped(name);
	expect([state.stale(), state.stale(true)]).toEqual([false, true]);
	await state.open();
	expect([state.stale(true), state.facts?.data.origin]).toEqual([false, 'sample']);
});

it('keeps what it shows when a drop is refused, and says why', async () => {
	const { state, texts, name } = look();
	await state.open();
	texts.refuse = new EngineFailure({ code: 'missing_parts', args: { missing: 'imdb.npz' } });
	await state.drop([files[1]!]);
	expect(state.failure?.code).toBe('missing_parts');
	expect([state.facts?.data.origin, dataShelf.of(name)]).toEqual(['sample', null]);
	await state.drop([]);
	expect(state.failure?.code).toBe('drop_empty');
});

it('counts the last of many settings, and not every one between', async () => {
	const { state, texts } = look();
	await state.open();
	await settled(state);
	const before = texts.asked.length;
	for (let length = 10; length <= 100; length += 10) state.set({ length });
	await vi.waitFor(() => expect(state.cut?.setting.length).toBe(100));
	expect(texts.asked.length - before).toBeLessThanOrEqual(2);
	expect(state.cut?.setting).toEqual<Setting>({ num_words: 5000, length: 100, side: 'pre' });
});

it('can be stopped while it reads, without a complaint', async () => {
	const { state } = look();
	const reading = state.drop(files);
	await vi.waitFor(() => expect(state.reading).toBe(true));
	state.stop();
	await reading;
	expect([state.reading, state.failure, state.facts]).toEqual([false, null, null]);
	await state.open();
	expect(state.facts).not.toBeNull();
});

it('forgets what died with its worker', async () => {
	const { state, texts } = look();
	await state.open();
	const shown = state.show('train', 3);
	texts.end();
	await shown;
	expect([state.failure?.code, state.facts]).toEqual(['worker_died', null]);
	await state.open();
	expect(state.facts).not.toBeNull();
});
