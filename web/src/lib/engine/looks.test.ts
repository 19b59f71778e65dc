import { describe, expect, it } from 'vitest';
import type { FakeSession } from './fakes';
import { turn, until } from './fakes';
import { ASCENT, look, type Ask } from './insight';
import { begins, probabilities } from './looks';
import type { Notice, Request } from './messages';
import { fakeTrainer } from './trainer-fakes';

const picture = { part: 'test', row: 3 } as const;
const ask = (of: Ask, id = 'a'): Request => ({ type: 'look', id, ask: of });
const climb: Ask = { of: 'ascent', goal: { class: 1 }, settings: { ...ASCENT, steps: 400 } };

/** A run whose engine answers `looks`, each call a fixed time long. */
async function looked(looks: FakeSession['looks'], ms = 40) {
	const all = fakeTrainer();
	await all.prepare('a');
	const session = all.engine.sessions[0];
	if (!session) throw new Error('no session');
	session.looks = (...asked) => {
		all.clock.ms += ms;
		return looks(...asked);
	};
	return { ...all, session };
}
const list = (...values: number[]) => Float32Array.from(values);

describe('what the network says', () => {
	it('are probabilities, or become some', () => {
		expect(probabilities(list(0.25, 0.75))).toEqual([0.25, 0.75]);
		expect(probabilities(list(0.25))).toEqual([0.75, 0.25]);
		const [a = 0, b = 0] = probabilities(list(0, -Math.log(3)));
		expect([a, b].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([0.75, 0.25]);
		expect(probabilities(list(Math.log(3)))[1]).toBeCloseTo(0.75, 6);
		expect(() => probabilities(list(NaN, 1))).toThrow('no_numbers');
	});
});

describe('squares', () => {
	it('begin every stride, the last one at the border', () => {
		expect(begins(28, 8, 5)).toEqual([0, 5, 10, 15, 20]);
		expect(begins(28, 8, 6)).toEqual([0, 6, 12, 18, 20]);
		expect(begins(8, 8, 3)).toEqual([0]);
	});
});

describe('looking inside', () => {
	it('asks for the class that is most likely where none is named', async () => {
		const asked: number[][] = [];
		const { ask: answer } = await looked((what, numbers) => {
			asked.push([what, ...numbers]);
			if (what === 3) return [list(0.1, 0.2, 0.7)];
			return [list(1.5), list(1, -3, 2)];
		});
		const reply = await answer(ask({ of: 'saliency', picture, class: null }));
		expect(reply).toMatchObject({ type: 'seen', seen: { of: 'saliency', class: 2, score: 1.5 } });
		if (reply?.type !== 'seen' || reply.seen.of !== 'saliency') throw new Error('no saliency');
		expect(reply.seen.probability).toBeCloseTo(0.7, 6);
		expect(asked).toEqual([
			[3, 1, 3, 0, 0, 0],
			[1, 1, 3, 2]
		]);
		expect(await answer(ask({ of: 'saliency', picture, class: 3 }))).toMatchObject({
			failure: { code: 'no_such_class', args: { class: '3', classes: '3' } }
		});
	});

	it('of another run, or with numbers out of range, fails', async () => {
		const { ask: answer } = await looked(() => []);
		expect(await answer(ask({ of: 'layers' }, 'b'))).toMatchObject({ failure: { code: 'no_run' } });
		const bad: Ask[] = [
			{ of: 'filters', layer: -1 },
			{ of: 'filters', layer: 0.5 },
			{ of: 'maps', picture: { part: 'train', row: -1 } },
			{ of: 'occlusion', picture, class: 0, size: 4, stride: 0 },
			{ of: 'ascent', goal: { class: 0 }, settings: { ...ASCENT, steps: 0 } },
			{ of: 'ascent', goal: { class: 0 }, settings: { ...ASCENT, jitter: 40 } },
			{ of: 'embedding', layer: 0, rows: 2, method: 'pca', seed: 7 },
			{ of: 'embedding', layer: 0, rows: 5000, method: 'umap', seed: 7 }
		];
		for (const one of bad) {
			expect([one, await answer(ask(one))]).toMatchObject([one, { failure: { code: 'out_of_range' } }]);
		}
		const layer: Ask = { of: 'embedding', layer: 99, rows: 20, method: 'pca', seed: 7 };
		expect(await answer(ask(layer))).toMatchObject({ failure: { code: 'no_such_layer' } });
	});

	it('climbs in pieces, tells how far it is, and keeps the best', async () => {
		const counts: number[] = [];
		// It rises for half the way, then falls.
		const { send, told, box } = await looked((_, numbers, values) => {
			const [from = 0, count = 0] = numbers.slice(9);
			if (values.length > 0) counts.push(count);
			const at = values.length === 0 ? 0 : from + count;
			return [list(at), list(at <= 200 ? at : 400 - at), list(300, -5, 7.4)];
		});
		const { id, done } = send(ask(climb));
		await done;
		const reply = box.reply(id);
		expect(reply).toMatchObject({ seen: { of: 'ascent', steps: 400, start: 0, finished: true } });
		if (reply?.type !== 'seen' || reply.seen.of !== 'ascent') throw new Error('no ascent');
		expect(counts.reduce((a, b) => a + b, 0)).toBe(400);
		expect(reply.seen.activation).toBeGreaterThanOrEqual(180);
		expect([...reply.seen.pixels]).toEqual([255, 0, 7]);
		expect(reply.seen.curve.at(-1)).toEqual({ step: 400, activation: 0 });
		const steps = told(id, 'looked').map(({ look: notice }) => (notice.of === 'ascent' ? notice.step : -1));
		expect(steps.length).toBeGreaterThan(3);
		expect(steps).toEqual(steps.slice().sort((a, b) => a - b));
	});

	it('is stopped between two pieces, and answers with what it has', async () => {
		const { send, box, ask: answer, session } = await looked(() => [list(1), list(0.5), list(9)]);
		const { id } = send(ask(climb));
		await until(() => session.freed === false && box.notices(id).length > 0);
		expect(await answer({ type: 'stop', id: 'a' })).toEqual({ type: 'done' });
		const reply = box.reply(id);
		expect(reply).toMatchObject({ seen: { of: 'ascent', finished: false } });
		if (reply?.type !== 'seen' || reply.seen.of !== 'ascent') throw new Error('no ascent');
		expect(reply.seen.steps).toBeLessThan(400);
	});

	it('that is short does not wait for one that is long, and a run goes on beside both', async () => {
		const { send, box, ask: answer } = await looked(() => [list(1), list(0.5), list(9)], 5);
		const long = send(ask(climb));
		expect(await answer(ask({ of: 'layers' }))).toMatchObject({ type: 'seen', seen: { of: 'layers' } });
		expect(box.reply(long.id)).toBeNull();
		const run = await answer({ type: 'play', id: 'a', only_one: false });
		expect(run).toMatchObject({ type: 'run', run: { finished: true } });
		await long.done;
		expect(box.reply(long.id)).toMatchObject({ seen: { finished: true } });
	});

	it('ends when its run goes away', async () => {
		const { send, box, prepare, session } = await looked(() => [list(1), list(0.5), list(9)]);
		const { id } = send(ask(climb));
		await until(() => box.notices(id).length > 0);
		await prepare('b');
		await turn();
		expect(box.reply(id)).toMatchObject({ seen: { of: 'ascent', finished: false } });
		expect(session.freed).toBe(true);
	});

	it('finds the largest of all test rows', async () => {
		const values = Array.from({ length: 250 }, (_, row) => Math.sin(row * row));
		const { ask: answer } = await looked((what, numbers) => {
			if (what === 8) return [list(250)];
			const [first = 0, count = 0] = numbers.slice(3);
			return [list(...values.slice(first, first + count))];
		}, 2);
		const most = Math.max(...values);
		expect(await answer(ask({ of: 'largest', goal: { layer: 0, unit: 1 } }))).toMatchObject({
			seen: { row: values.indexOf(most), rows: 250, finished: true }
		});
	});

	it('is heard by who asked', async () => {
		const heard: string[] = [];
		const client = {
			request: async (request: Request, onNotice?: (notice: Notice) => void) => {
				expect(request).toEqual({ type: 'look', id: 'a', ask: { of: 'layers' } });
				onNotice?.({ type: 'engine', loaded: 1, total: 2 });
				onNotice?.({ type: 'looked', look: { of: 'largest', done: 1, total: 2, activation: 0, row: 0 } });
				return { type: 'seen', seen: { of: 'layers', layers: [] } };
			}
		};
		const found = await look(client as never, 'a', { of: 'layers' }, ({ of }) => heard.push(of));
		expect([found, heard]).toEqual([{ of: 'layers', layers: [] }, ['largest']]);
	});
});
