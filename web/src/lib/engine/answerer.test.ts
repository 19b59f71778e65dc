import { expect, it } from 'vitest';
import { Answerer } from './answerer';
import { FakeClock, fakeEngine, fakeLayers, Mailbox } from './fakes';
import type { Request } from './messages';

function setUp() {
	const engine = fakeEngine(new FakeClock());
	const box = new Mailbox();
	const answerer = new Answerer(async () => engine, box.post);
	let id = 0;
	const ask = async (request: Request) => {
		const mine = ++id;
		await answerer.receive({ id: mine, base: '/', engine: 'cpu', request });
		return box.reply(mine);
	};
	const bytes = (text: string) => new TextEncoder().encode(text).buffer;
	const draw = (grey: number) => ask({ type: 'draw', ink: new Uint8Array([grey]), width: 1, height: 1 });
	return { ask, bytes, draw };
}

it('answers drawings with the model it was given last', async () => {
	const { ask, bytes, draw } = setUp();
	expect(await draw(1)).toMatchObject({ type: 'failed', failure: { code: 'no_model' } });
	expect(await ask({ type: 'load_model', bytes: bytes('four') })).toEqual({
		type: 'model',
		dataset: 'mnist',
		shape: [1, 28, 28]
	});
	expect(await draw(9)).toMatchObject({ drawing: { pixels: [9], probabilities: [4] } });
	// Asked in one breath, answered in order.
	const both = await Promise.all([ask({ type: 'load_model', bytes: bytes('sixsix') }), draw(8)]);
	expect(both[1]).toMatchObject({ drawing: { pixels: [8], probabilities: [6] } });
});

it('judges pictures, and tells of its model which ones it takes', async () => {
	const { ask, bytes } = setUp();
	const judge = (values: number) => ask({ type: 'judge', pixels: new Uint8Array(values).fill(9) });
	expect(await judge(3072)).toMatchObject({ type: 'failed', failure: { code: 'no_model' } });
	expect(await ask({ type: 'load_model', bytes: bytes('photos') })).toEqual({
		type: 'model',
		dataset: 'cifar10',
		shape: [3, 32, 32]
	});
	expect(await judge(3072)).toEqual({ type: 'judged', probabilities: [6, 9] });
	expect(await judge(784)).toMatchObject({ type: 'failed', failure: { code: 'picture_size' } });
});

it('keeps its model when another one is refused', async () => {
	const { ask, bytes, draw } = setUp();
	await ask({ type: 'load_model', bytes: bytes('four') });
	expect(await ask({ type: 'load_model', bytes: bytes('broken') })).toMatchObject({
		failure: { code: 'model_corrupt' }
	});
	expect(await draw(9)).toMatchObject({ drawing: { probabilities: [4] } });
});

it('shows the layers of a network, for the self-check', async () => {
	const { ask } = setUp();
	expect(await ask({ type: 'probe', text: 'x', rows: 3 })).toEqual({ type: 'probe', layers: fakeLayers(3) });
});

it('does not train', async () => {
	const { ask } = setUp();
	expect(await ask({ type: 'pause', id: 'a' })).toMatchObject({
		type: 'failed',
		failure: { code: 'unexpected' }
	});
});
