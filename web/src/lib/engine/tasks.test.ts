import { describe, expect, it } from 'vitest';
import { frailStore, plan, turn, until } from './fakes';
import type { Request } from './messages';
import { fakeTrainer } from './trainer-fakes';

const job = { point: 1, fold: 2 };
const fit = (text = 'text', id = 'a'): Request => ({ type: 'fit', id, text, job });

describe('a fit of a plan', () => {
	it('gets its data, tells how far it is, and ends with its figure', async () => {
		const { send, box, told, engine } = fakeTrainer();
		const sent = send(fit());
		await sent.done;
		expect(box.reply(sent.id)).toMatchObject({ type: 'fitted', fitted: { job, figure: 0.5 + 0.1 + 0.02 } });
		const notices = told(sent.id, 'fit');
		expect(notices.at(-1)).toMatchObject({ job, update: 10, updates: 10 });
		// Every epoch is told once.
		const epochs = notices.flatMap((notice) => notice.epochs).map((event) => event.type);
		expect(epochs).toEqual(['epoch', 'epoch', 'finished']);
		expect(engine.sessions[0]?.freed).toBe(true);
	});

	it('whose network loses its numbers has no figure', async () => {
		const { ask } = fakeTrainer({ ...plan, divergesAt: 4 });
		expect(await ask(fit())).toMatchObject({ type: 'fitted', fitted: { job, figure: null } });
	});

	it('is stopped between two steps, and gives its session back', async () => {
		const { send, box, engine, ask } = fakeTrainer({ ...plan, steps: 1000 });
		const sent = send(fit());
		await until(() => (engine.sessions[0]?.at ?? 0) > 3);
		expect(await ask({ type: 'stop', id: 'another' })).toEqual({ type: 'done' });
		expect(box.reply(sent.id)).toBeNull();
		expect(await ask({ type: 'stop', id: 'a' })).toEqual({ type: 'done' });
		expect(box.reply(sent.id)).toEqual({ type: 'fitted', fitted: null });
		expect(engine.sessions[0]?.freed).toBe(true);
	});

	it('goes on beside a paused run, and fails alone', async () => {
		const { ask, prepare, engine } = fakeTrainer();
		await prepare('run');
		expect(await ask(fit('bad'))).toMatchObject({ type: 'failed', failure: { code: 'out_of_range' } });
		expect(await ask(fit())).toMatchObject({ type: 'fitted' });
		expect(engine.sessions[0]?.freed).toBe(false);
		expect(await ask({ type: 'play', id: 'run', only_one: false })).toMatchObject({
			run: { finished: true }
		});
	});

	it('several are done one after the other, in order', async () => {
		const { send, box, engine } = fakeTrainer();
		const all = [send(fit('one')), send(fit('two')), send(fit('three'))];
		await Promise.all(all.map(({ done }) => done));
		expect(engine.sessions.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
		expect(box.replied).toEqual(all.map(({ id }) => id));
	});

	it('on the GPU compiles first and takes several steps at once', async () => {
		const { send, told, engine } = fakeTrainer({ ...plan, steps: 40, stepMs: 10 }, frailStore(), 'gpu');
		const sent = send(fit());
		await sent.done;
		expect(told(sent.id, 'compile').at(-1)).toMatchObject({ made: 3, expected: 3 });
		expect(Math.max(...(engine.sessions[0]?.asked ?? []))).toBeGreaterThan(1);
	});

	it('ends when its device is lost', async () => {
		const { send, device, engine, box } = fakeTrainer({ ...plan, steps: 1000 }, frailStore(), 'gpu');
		const sent = send(fit());
		await until(() => (engine.sessions[0]?.at ?? 0) > 3);
		device.say('destroyed');
		await sent.done;
		expect(box.reply(sent.id)).toMatchObject({ type: 'failed', failure: { code: 'device_lost' } });
	});
});

describe('stages', () => {
	it('tell every event in order, then what was measured', async () => {
		const { send, told, box, engine } = fakeTrainer();
		const sent = send({ type: 'stages', id: 'a', text: 'text' });
		await sent.done;
		const events = told(sent.id, 'stages').flatMap((notice) => notice.events);
		const script = engine.sessions[0]?.events.map((event) => ({ type: 'run', stage: 0, event })) ?? [];
		expect(events.slice(0, script.length)).toEqual(script);
		expect(events.slice(script.length).map(({ type }) => type)).toEqual(['measured', 'finished']);
		expect(box.reply(sent.id)).toEqual({
			type: 'staged',
			figures: [{ name: 'a_accuracy', value: 0.9 }],
			finished: true
		});
		expect(engine.sessions[0]?.freed).toBe(true);
	});

	it('are stopped, and say so', async () => {
		const { send, box, engine, ask } = fakeTrainer({ ...plan, steps: 1000 });
		const sent = send({ type: 'stages', id: 'a', text: 'text' });
		await until(() => (engine.sessions[0]?.at ?? 0) > 3);
		await ask({ type: 'stop', id: 'a' });
		expect(box.reply(sent.id)).toEqual({ type: 'staged', figures: [], finished: false });
	});
});

describe('a text', () => {
	const generate = (length: number): Request => ({
		type: 'generate',
		id: 'a',
		prompt: 'x',
		length,
		temperature: 1,
		top_k: 0,
		seed: 7
	});

	it('is written by the network of the run, piece by piece', async () => {
		const { send, ask, prepare, told, box } = fakeTrainer();
		expect(await ask(generate(3))).toMatchObject({ type: 'failed', failure: { code: 'no_run' } });
		await prepare('a');
		const sent = send(generate(5));
		await sent.done;
		expect(box.reply(sent.id)).toEqual({ type: 'generated', text: 'xxxxx' });
		const notices = told(sent.id, 'written');
		expect(notices.map(({ text }) => text).join('')).toBe('xxxxx');
		expect(notices.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(5);
	});

	it('ends where it is when it is stopped, and before its network goes', async () => {
		const { send, ask, prepare, box, engine } = fakeTrainer();
		await prepare('a');
		const sent = send(generate(100_000));
		await turn();
		await turn();
		// Another run takes the place of this one: the network must not go while it writes.
		await prepare('b');
		const reply = box.reply(sent.id);
		expect(reply?.type).toBe('generated');
		expect(engine.sessions[0]?.freed).toBe(true);
		expect(await ask({ type: 'answers', id: 'b', rows: 2, kept: false })).toMatchObject({ rows: [{}, {}] });
		expect(engine.sessions[1]?.kept).toBe(false);
		await ask({ type: 'answers', id: 'b', rows: 2, kept: true });
		expect(engine.sessions[1]?.kept).toBe(true);
	});
});

it('plans, tables and calculations are answered at once', async () => {
	const { ask } = fakeTrainer();
	expect(await ask({ type: 'plan', text: 'x' })).toMatchObject({ plan: { points: 2, folds: 3 } });
	expect(await ask({ type: 'plan', text: 'bad' })).toMatchObject({ failure: { code: 'out_of_range' } });
	expect(await ask({ type: 'table', text: 'x', done: [] })).toMatchObject({ table: { best: null } });
	expect(await ask({ type: 'compute', text: 'x' })).toMatchObject({ computed: { output: [[4]] } });
});
