import { expect, it } from 'vitest';
import { DeskClient, type DeskWorker } from '$lib/engine/inwords/client';
import { Desk } from '$lib/engine/inwords/desk';
import { layerText, modelFile, numbers } from '$lib/engine/inwords/testdata';
import type { Requester } from '$lib/engine/requester';
import type { ModelCard } from '$lib/engine/wire';
import { insideShipped } from './inwords-shipped';

const text =
	'dialect = "keras3"\nseed = 7\n' +
	layerText('Embedding', { input_dim: 6, output_dim: 4 }) +
	layerText('LSTM', { units: 3 }) +
	layerText('Dense', { units: 6, activation: 'softmax' });
const file = modelFile(text, {
	'e/embeddings': numbers(1, 6, 4),
	'r/kernel': numbers(2, 4, 12),
	'r/recurrent_kernel': numbers(3, 3, 12),
	'r/bias': numbers(4, 12),
	'd/kernel': numbers(5, 3, 6),
	'd/bias': numbers(6, 6)
});
const words = ['.', 'alice', 'was', 'tired', 'of', 'it'];

function made() {
	let ended = 0;
	const worker: DeskWorker = {
		postMessage: (message) => void desk.receive(message),
		terminate: () => (ended += 1),
		onmessage: null,
		onerror: null
	};
	const desk = new Desk({
		post: (message) => worker.onmessage?.({ data: message } as MessageEvent),
		now: () => 0,
		breathe: () => Promise.resolve()
	});
	const asked: string[] = [];
	const request = async (wish: { type: string; id: string | null; text: string }) => {
		asked.push(`${wish.type} ${String(wish.id)}`);
		if (wish.type === 'encode')
			return { ids: Uint32Array.from(wish.text.split(' '), (w) => words.indexOf(w)) };
		if (wish.type === 'answer') return { shares: new Float32Array(6).fill(1 / 6) };
		const vocabulary = { level: 'word', lower: true, special: 0, words, steps: 4, outputs: 6 };
		return { vocabulary: { ...vocabulary, pads_end: false, cuts_end: false } };
	};
	const inside = insideShipped(
		{
			dataset: 'alice',
			bytes: () => Promise.resolve(file),
			withModel: (work) => work({ request } as unknown as Requester)
		},
		{
			file: 'models/alice.safetensors',
			card: { experiment: 'ALICE-SHIPPED' } as ModelCard,
			layers: ['e Embedding', 'r LSTM', 'd Dense'].map((both) => ({
				name: both.slice(0, 1),
				type: both.slice(2)
			}))
		},
		() => 'alice was',
		new DeskClient(() => worker)
	);
	return { ...inside, asked, endings: () => ended };
}

it('a network that comes with the page is looked into with the reader’s text, there being no test rows', async () => {
	const { state, asked, end, endings } = made();
	await state.refresh();
	expect([state.failure, state.at, state.rows, state.opened?.words]).toEqual([null, 0, 0, 6]);
	expect([state.row?.text, [...(state.row?.ids ?? [])], state.row?.pads]).toEqual([
		'alice was',
		[0, 0, 1, 2],
		2
	]);
	expect(asked).toEqual(['vocabulary null', 'encode null', 'answer null']);
	await state.nearest(1);
	expect([state.near?.now.length, state.near?.before?.length]).toEqual([5, 5]);
	const [memory] = state.opened?.memories ?? [];
	if (!memory) throw new Error('no memory');
	await state.trace(memory, 0);
	// The engine of this test says the same of every word.
	expect([state.traced?.steps, (state.traced?.apart ?? 0) > 0]).toEqual([4, true]);
	// Nothing of a test row can be asked for, and nothing is lost by asking.
	await state.read(3);
	expect([state.failure, state.row?.text]).toEqual([null, 'alice was']);
	end();
	expect([state.at, endings()]).toEqual([null, 1]);
});
