import { describe, expect, it, vi } from 'vitest';
import { EngineFailure, fail, failure } from '$lib/engine/failure';
import type { AnswerTo, Notice, Request } from '$lib/engine/messages';
import { FlipsState } from './flips.svelte';
import type { PlayState } from './play.svelte';
import { WorkshopState, type Ending, type Wish } from './workshop.svelte';

vi.mock('$app/paths', () => ({ base: '' }));

/** Everything that waits for promises alone has been done. */
const rest = () => new Promise((resolve) => setTimeout(resolve));

type Open = { request: Request; answer(reply: unknown): void; refuse(error: unknown): void };

/** Answers when the test says so. */
class FakeClient implements Ending {
	generation = 0;
	readonly engine = 'cpu' as const;
	readonly asked: Request[] = [];
	open: Open[] = [];

	use(): void {}
	kill(): void {
		this.generation += 1;
		const open = this.open;
		this.open = [];
		for (const one of open) one.refuse(fail('worker_died', { reason: 'ended' }));
	}
	request<R extends Request>(request: R, onNotice?: (notice: Notice) => void): Promise<AnswerTo<R>> {
		this.asked.push(request);
		if (request.type === 'load_data') {
			const data = { name: request.name, train: { rows: 100 } };
			onNotice?.({ type: 'data', data, loaded_bytes: 1, total_bytes: 2 } as unknown as Notice);
		}
		return new Promise((resolve, reject) => {
			const answer = (reply: unknown) => resolve(reply as AnswerTo<R>);
			this.open.push({ request, answer, refuse: reject });
		});
	}

	/** Answers what is open now, as a worker does: the number of a picture is its epoch and row. */
	async settle(): Promise<void> {
		for (let turn = 0; turn < 12; turn++) {
			await rest();
			const open = this.open;
			this.open = [];
			for (const { request, answer } of open) answer(replyTo(request));
		}
	}
}

function replyTo(request: Request): unknown {
	if (request.type === 'load_data') return { data: { name: request.name, train: { rows: 100 } } };
	if (request.type === 'wall') return { wall: { pixels: Uint8Array.of(request.first), labels: [1] } };
	if (request.type !== 'augment') return {};
	const { epoch, rows } = request.of ?? { epoch: 5, rows: [3, 4] };
	const values = Float32Array.from(rows, (row) => 100 * epoch + row);
	return { pictures: { epoch, rows, labels: rows.map(() => 2), height: 1, width: 1, values } };
}

function setUp() {
	const client = new FakeClient();
	const workshop = new WorkshopState({ client: () => client, now: () => 7 });
	const wish = (text: string, change: Partial<Wish> = {}): Wish => ({
		dataset: 'mnist',
		text,
		of: 'text',
		learns: false,
		...change
	});
	const kinds = () => client.asked.map(({ type }) => type);
	return { client, workshop, wish, kinds };
}

describe('the workshop', () => {
	it('shows the rows of a text with their originals, and gets the data once', async () => {
		const { client, workshop, wish, kinds } = setUp();
		const done = workshop.show(wish('a'));
		await rest();
		expect(workshop.wait).toEqual({ what: 'data', since: 7 });
		await client.settle();
		await done;
		expect(workshop.shown?.made.map(({ row, values }) => [row, values[0]])).toEqual([
			[3, 503],
			[4, 504]
		]);
		expect(workshop.shown?.originals.map(({ values }) => values[0])).toEqual([3, 4]);
		expect([workshop.wait, workshop.loading, workshop.failure]).toEqual([null, null, null]);
		void workshop.show(wish('b'));
		await client.settle();
		expect(kinds().filter((kind) => kind === 'load_data')).toHaveLength(1);
	});

	it('shows one row in epoch after epoch beside its original', async () => {
		const { client, workshop, wish } = setUp();
		void workshop.show(wish('a', { of: { row: 8, epoch: 2, count: 3 } }));
		await client.settle();
		expect(workshop.shown?.made.map(({ epoch, values }) => [epoch, values[0]])).toEqual([
			[2, 208],
			[3, 308],
			[4, 408]
		]);
		expect(workshop.shown?.originals).toHaveLength(1);
	});

	it('leaves out wishes that are no longer the latest', async () => {
		const { client, workshop, wish } = setUp();
		for (const text of ['a', 'b', 'c', 'd']) void workshop.show(wish(text));
		await client.settle();
		const texts = client.asked.flatMap((request) => (request.type === 'augment' ? [request.text] : []));
		expect(texts.at(-1)).toBe('d');
		expect(texts.length).toBeLessThanOrEqual(2);
		expect(workshop.shown?.wish.text).toBe('d');
	});

	it('is called off by ending the worker, and begins anew with another one', async () => {
		const { client, workshop, wish } = setUp();
		void workshop.show(wish('a'));
		await client.settle();
		const learning = workshop.show(wish('b', { learns: true }));
		await rest();
		expect(workshop.wait?.what).toBe('learning');
		const made = workshop.make(wish('c'));
		workshop.cancel();
		await learning;
		expect(await made).toBeNull();
		expect([workshop.wait, workshop.failure, workshop.shown?.wish.text]).toEqual([null, null, 'a']);
		void workshop.show(wish('d'));
		await client.settle();
		expect(workshop.shown?.wish.text).toBe('d');
		expect(client.asked.filter(({ type }) => type === 'load_data')).toHaveLength(2);
	});

	it('makes more pictures without showing them', async () => {
		const { client, workshop, wish } = setUp();
		const made = workshop.make(wish('a', { of: { row: 1, epoch: 0, count: 20 } }));
		for (let turn = 0; turn < 3; turn++) await client.settle();
		expect((await made)?.length).toBe(20);
		expect(workshop.shown).toBeNull();
	});

	it('says what failed', async () => {
		const { client, workshop, wish } = setUp();
		const done = workshop.show(wish('a'));
		await rest();
		client.open[0]?.refuse(new EngineFailure(failure('pack_checksum', { file: 'x' })));
		await done;
		expect([workshop.failure?.code, workshop.wait]).toEqual(['pack_checksum', null]);
	});
});

describe('flips', () => {
	it('asks the model sheet by sheet; a newer question ends an older one', async () => {
		const drawn: number[] = [];
		const play = {
			shipped: {},
			failure: null,
			drawing: null as unknown,
			async draw(ink: Uint8Array) {
				await Promise.resolve();
				drawn.push(ink[0] ?? -1);
				this.drawing = { state: 'digit', probabilities: [ink[0]] };
			}
		};
		const flips = new FlipsState(null, () => new FakeClient(), play as unknown as PlayState);
		const sheet = (grey: number) => Uint8Array.of(grey);
		const first = flips.judge([sheet(1), sheet(2), sheet(3)], 1);
		await Promise.resolve();
		const second = flips.judge([sheet(7), sheet(8)], 1);
		expect(flips.drawings).toEqual([null, null]);
		await Promise.all([first, second]);
		expect(drawn).toEqual([1, 7, 8]);
		expect(flips.drawings.map((drawing) => drawing?.probabilities[0])).toEqual([7, 8]);
	});
});
