import { describe, expect, it } from 'vitest';
import { FakeData, fakeLayers, frailStore, loseWhen, plan, turn, until, type Mailbox } from './fakes';
import { fakeTrainer } from './trainer-fakes';

const failed = (code: string) =>
	expect.objectContaining({ type: 'failed', failure: expect.objectContaining({ code }) });

describe('a run', () => {
	it('passes on every event in order, and its reply comes last', async () => {
		const { box, send, prepare, engine } = fakeTrainer();
		await prepare();
		const play = send({ type: 'play', id: 'a', only_one: false });
		await play.done;
		expect(box.events(play.id)).toEqual(engine.sessions[0]?.events);
		expect(box.reply(play.id)).toMatchObject({ type: 'run', run: { finished: true, update: 10 } });
		expect(box.messages.at(-1)).toMatchObject({ id: play.id, reply: { type: 'run' } });
	});

	it('bundles quick steps but sends the end of an epoch at once', async () => {
		const { box, send, prepare } = fakeTrainer({ ...plan, steps: 100, stepMs: 1, batchMs: 0 });
		await prepare();
		const play = send({ type: 'play', id: 'a', only_one: false });
		await play.done;
		const notices = box.notices(play.id).flatMap((notice) => (notice.type === 'events' ? [notice] : []));
		for (const [i, notice] of notices.entries()) {
			const before = notices[i - 1];
			const urgent = notice.events.some(({ type }) => type === 'epoch' || type === 'finished');
			if (before && !urgent) expect(notice.at - before.at).toBeGreaterThanOrEqual(60);
		}
		expect(notices.length).toBeLessThan(12);
		const ends = notices.filter(({ events }) => events.some(({ type }) => type === 'epoch'));
		expect(ends.map(({ events }) => events.at(-1)?.type)).toEqual(['epoch', 'epoch']);
	});

	it('says the median of the last 20 steps, and the time of an evaluated row', async () => {
		const { box, send, prepare, clock, engine } = fakeTrainer({ ...plan, steps: 50, epochs: 1 });
		await prepare();
		const session = engine.sessions[0];
		const advance = session?.advance.bind(session);
		// The first steps are slow (compiling), one hiccup later on.
		if (session && advance) {
			session.advance = async (steps) => {
				if (session.at < 10 || session.at === 45) clock.ms += 5000;
				return advance(steps);
			};
		}
		const play = send({ type: 'play', id: 'a', only_one: false });
		await play.done;
		const last = box.notices(play.id).at(-1);
		expect(last).toMatchObject({ ms_per_step: 100, ms_per_row: 0.6 });
	});

	it('makes one step when asked for one, and stops at the end of an epoch', async () => {
		const { box, send, prepare } = fakeTrainer();
		await prepare();
		const types: string[][] = [];
		for (let i = 0; i < 7; i++) {
			const one = send({ type: 'play', id: 'a', only_one: true });
			await one.done;
			types.push(box.events(one.id).map(({ type }) => type));
		}
		expect(types.slice(0, 5)).toEqual(Array(5).fill(['step']));
		expect(types[5]).toEqual(['evaluating', 'evaluating', 'epoch']);
		expect(types[6]).toEqual(['step']);
	});
});

describe('steering', () => {
	const notes = (box: Mailbox, id: number) =>
		box.notices(id).flatMap((notice) => (notice.type === 'note' ? [notice.note] : []));

	it('tells what a single step did, and only of one', async () => {
		const { box, send, prepare } = fakeTrainer();
		await prepare();
		const one = send({ type: 'play', id: 'a', only_one: true });
		await one.done;
		const updates = box.notices(one.id).filter(({ type }) => type === 'update');
		expect(updates).toMatchObject([{ update: { update: 1, before: 1, after: 0.25, rows: 10 } }]);
		const layer = { gradient: 5, largest: 4, weights: 2, count: 2 };
		expect(updates).toMatchObject([{ update: { layers: [layer] } }]);
		const [found] = updates;
		expect(found?.type === 'update' && found.update.layers[0]?.moved).toBeCloseTo(0.1);
		expect(notes(box, one.id)).toEqual([{ update: 1, what: 'step' }]);
		const rest = send({ type: 'play', id: 'a', only_one: false });
		await rest.done;
		expect(box.notices(rest.id).filter(({ type }) => type === 'update')).toEqual([]);
	});

	it('is taken down with the run: the rate with the update that it began at, pauses, going on', async () => {
		const { box, send, ask, prepare, engine, saved } = fakeTrainer();
		await prepare();
		const first = send({ type: 'play', id: 'a', only_one: false });
		await until(() => engine.sessions[0]?.at === 2);
		const rate = send({ type: 'learning_rate', id: 'a', value: 0.5 });
		await rate.done;
		await until(() => (engine.sessions[0]?.at ?? 0) >= 3);
		await ask({ type: 'pause', id: 'a' });
		await first.done;
		const at = engine.sessions[0]?.at ?? 0;
		const [changed] = engine.sessions[0]?.rates ?? [];
		const taken = [...notes(box, rate.id), ...notes(box, first.id)];
		expect(taken).toEqual([
			{ update: changed?.before, what: 'learning_rate', from: 0.001, to: 0.5 },
			{ update: at, what: 'paused' }
		]);
		expect((await saved.read('a'))?.history.notes).toEqual(taken);
		const second = send({ type: 'play', id: 'a', only_one: false });
		await second.done;
		expect(notes(box, second.id)).toEqual([{ update: at, what: 'went_on' }]);
	});

	it('takes another rate while it stands still, also into what is saved', async () => {
		const { box, send, ask, prepare, engine, saved } = fakeTrainer();
		await prepare();
		await ask({ type: 'play', id: 'a', only_one: true });
		const rate = send({ type: 'learning_rate', id: 'a', value: 0.5 });
		await rate.done;
		expect(engine.sessions[0]?.rates).toEqual([{ before: 1, rate: 0.5 }]);
		const note = { update: 1, what: 'learning_rate', from: 0.001, to: 0.5 };
		expect(notes(box, rate.id)).toEqual([note]);
		expect((await saved.read('a'))?.history.notes).toEqual([{ update: 1, what: 'step' }, note]);
	});

	it('refuses a rate without an end of the run', async () => {
		const { box, send, ask, prepare, engine } = fakeTrainer();
		await prepare();
		const [session] = engine.sessions;
		if (session)
			session.set_learning_rate = () => {
				throw { code: 'out_of_range', args: { value: '150' } };
			};
		const play = send({ type: 'play', id: 'a', only_one: false });
		await until(() => (session?.at ?? 0) >= 2);
		expect(await ask({ type: 'learning_rate', id: 'a', value: 150 })).toEqual(failed('out_of_range'));
		await play.done;
		expect(box.reply(play.id)).toMatchObject({ run: { finished: true } });
	});

	it('goes on with more epochs after its end, and is saved with the longer text', async () => {
		const { ask, engine, saved, prepare } = fakeTrainer();
		await prepare();
		await ask({ type: 'play', id: 'a', only_one: false });
		engine.using = { ...plan, epochs: 3 };
		const asked = { type: 'prepare', id: 'a', dataset: 'mnist', resume: true } as const;
		const reply = await ask({ ...asked, text: 'text a, 3 epochs', retell: 'longer' });
		expect(reply).toMatchObject({ run: { text: 'text a, 3 epochs', update: 10, finished: false } });
		const note = { update: 10, what: 'more_epochs', from: 2, to: 3 };
		const kept = await saved.read('a');
		expect(kept).toMatchObject({ run: { text: 'text a, 3 epochs' }, history: { notes: [note] } });
		await ask({ type: 'play', id: 'a', only_one: false });
		const end = await saved.read('a');
		expect(end).toMatchObject({ run: { update: 15, finished: true } });
		expect(end?.history.points.loss).toEqual(Array.from({ length: 15 }, (_, i) => 1 / (i + 1)));
	});

	it('keeps the saved run when it does not fit the longer text', async () => {
		const { ask, saved, prepare } = fakeTrainer();
		await prepare();
		await ask({ type: 'play', id: 'a', only_one: false });
		const asked = { type: 'prepare', id: 'a', dataset: 'mnist', resume: true } as const;
		expect(await ask({ ...asked, text: 'bad', retell: 'longer' })).toEqual(failed('out_of_range'));
		expect(await saved.read('a')).not.toBeNull();
	});

	it('is looked into between two steps', async () => {
		const { ask, send, prepare, engine } = fakeTrainer();
		await prepare();
		const play = send({ type: 'play', id: 'a', only_one: false });
		await until(() => (engine.sessions[0]?.at ?? 0) >= 3);
		const live = await ask({ type: 'inside', id: 'a' });
		const layers = [{ gradient: 5, largest: 4, count: 2 }];
		expect(live).toMatchObject({ live: { loss: 0.5, layers, memory: null, pace: { computing: 100 } } });
		await play.done;
		const spread = await ask({ type: 'histogram', id: 'a', of: 'activations', layer: 0 });
		expect(spread).toMatchObject({ histogram: { of: 'activations', count: 4, zeros: 2, low: 0 } });
		expect(await ask({ type: 'inside', id: 'b' })).toEqual(failed('no_run'));
	});
});

describe('pause', () => {
	it('takes effect after the step under way, and play goes on with the next one', async () => {
		const { box, send, prepare, engine } = fakeTrainer();
		await prepare();
		const session = engine.sessions[0];
		const first = send({ type: 'play', id: 'a', only_one: false });
		await until(() => session?.at === 2);
		let open = () => {};
		if (session) session.gate = new Promise((resolve) => (open = resolve));
		await turn();
		const pause = send({ type: 'pause', id: 'a' });
		await turn();
		expect(box.reply(pause.id)).toBeNull();
		open();
		await Promise.all([first.done, pause.done]);
		expect(box.replied.slice(-2)).toEqual([first.id, pause.id]);
		expect(session?.at).toBe(3);
		expect(box.reply(first.id)).toMatchObject({ run: { update: 3, finished: false } });

		const second = send({ type: 'play', id: 'a', only_one: false });
		await second.done;
		expect([...box.events(first.id), ...box.events(second.id)]).toEqual(session?.events);
	});

	it('of a standing run is answered at once', async () => {
		const { ask, prepare } = fakeTrainer();
		await prepare();
		expect(await ask({ type: 'pause', id: 'a' })).toEqual({ type: 'done' });
	});
});

describe('one run at a time', () => {
	it('refuses a second play, and requests for a run that is not there', async () => {
		const { box, send, ask, prepare } = fakeTrainer();
		expect(await ask({ type: 'play', id: 'a', only_one: false })).toEqual(failed('no_run'));
		await prepare();
		const play = send({ type: 'play', id: 'a', only_one: false });
		await turn();
		expect(await ask({ type: 'play', id: 'a', only_one: false })).toEqual(failed('already_running'));
		expect(await ask({ type: 'weights', id: 'b' })).toEqual(failed('no_run'));
		await play.done;
		expect(box.reply(play.id)).toMatchObject({ type: 'run', run: { finished: true } });
	});

	it('stops and saves the run that another one replaces', async () => {
		const { box, send, prepare, engine, saved } = fakeTrainer();
		await prepare('a');
		const play = send({ type: 'play', id: 'a', only_one: false });
		await until(() => (engine.sessions[0]?.at ?? 0) >= 2);
		await prepare('b');
		await play.done;
		const at = engine.sessions[0]?.at ?? 0;
		expect(at).toBeLessThan(5);
		expect(box.reply(play.id)).toMatchObject({ run: { update: at, finished: false } });
		expect((await saved.read('a'))?.run.update).toBe(at);
		expect(engine.sessions[0]?.freed).toBe(true);
		expect(engine.sessions[1]?.text).toBe('text b');
	});

	it('reports, gives weights and takes a learning rate between the steps of a run', async () => {
		const { box, send, ask, prepare, engine } = fakeTrainer();
		await prepare();
		const play = send({ type: 'play', id: 'a', only_one: false });
		await until(() => (engine.sessions[0]?.at ?? 0) >= 1);
		const answers = await Promise.all([
			ask({ type: 'learning_rate', id: 'a', value: 0.5 }),
			ask({ type: 'report', id: 'a', misjudged: 3 }),
			ask({ type: 'weights', id: 'a' })
		]);
		expect(answers.map((reply) => reply?.type)).toEqual(['done', 'report', 'weights']);
		await play.done;
		// The session throws when it is used in the middle of a step: the run would have failed.
		expect(box.reply(play.id)).toMatchObject({ type: 'run', run: { finished: true } });
		expect(engine.sessions[0]?.rates).toHaveLength(1);
		expect(engine.sessions[0]?.rates[0]).toMatchObject({ rate: 0.5 });
		expect(engine.sessions[0]?.rates[0]?.before).toBeLessThan(5);
	});
});

describe('saving', () => {
	it('happens after 2 s, every 20 s, at the end of an epoch and on pause', async () => {
		const { send, prepare, store, engine } = fakeTrainer({ ...plan, steps: 100, stepMs: 1000, epochs: 1 });
		await prepare();
		const at: number[] = [];
		const write = store.write;
		store.write = async (name, bytes) => {
			at.push(engine.sessions[0]?.at ?? -1);
			return write(name, bytes);
		};
		await send({ type: 'play', id: 'a', only_one: false }).done;
		// Steps of one second; events 101, 102 evaluate, 103 is the epoch, 104 the end.
		expect(at).toEqual([2, 22, 42, 62, 82, 103, 104]);
	});

	it('lets a new worker go on where the old one was, with its history', async () => {
		const store = frailStore();
		const first = fakeTrainer(plan, store);
		await first.prepare();
		for (let i = 0; i < 3; i++) await first.ask({ type: 'play', id: 'a', only_one: true });
		const second = fakeTrainer(plan, store);
		expect(await second.ask({ type: 'saved', id: 'a' })).toMatchObject({
			run: { update: 3, text: 'text a' }
		});
		expect(await second.ask({ type: 'saved', id: 'b' })).toMatchObject({ run: null });
		const reply = await second.prepare('a', true);
		expect(reply).toMatchObject({
			type: 'run',
			run: { update: 3 },
			history: { points: { x: [0.2, 0.4, 0.6] } }
		});
		const play = second.send({ type: 'play', id: 'a', only_one: true });
		await play.done;
		expect(second.box.events(play.id)).toMatchObject([{ type: 'step', update: 4 }]);
	});

	it('is undone by reset, also in the middle of a run', async () => {
		const { box, send, ask, prepare, engine, store } = fakeTrainer();
		await prepare();
		const play = send({ type: 'play', id: 'a', only_one: false });
		await until(() => (engine.sessions[0]?.at ?? 0) >= 7);
		expect(await ask({ type: 'reset', id: 'a' })).toEqual({ type: 'done' });
		await play.done;
		expect(box.reply(play.id)).toMatchObject({ type: 'run' });
		expect(store.files.size).toBe(0);
		expect(await ask({ type: 'weights', id: 'a' })).toEqual(failed('no_run'));
	});

	it('keeps the last good state when the run diverges', async () => {
		const { box, send, prepare, saved } = fakeTrainer({ ...plan, divergesAt: 8 });
		await prepare();
		const play = send({ type: 'play', id: 'a', only_one: false });
		await play.done;
		expect(box.events(play.id).at(-1)?.type).toBe('diverged');
		expect((await saved.read('a'))?.run.update).toBe(5);
	});

	it('says once that it is refused, and the run goes on', async () => {
		const { box, send, prepare, store } = fakeTrainer();
		await prepare();
		store.failWrite = true;
		const play = send({ type: 'play', id: 'a', only_one: false });
		await play.done;
		expect(box.reply(play.id)).toMatchObject({ run: { finished: true } });
		const remarks = box.notices(play.id).filter(({ type }) => type === 'remark');
		expect(remarks).toMatchObject([{ failure: { code: 'save_full' } }]);
	});

	it('does not go on with other data', async () => {
		const { ask, prepare } = fakeTrainer();
		await prepare();
		await ask({ type: 'play', id: 'a', only_one: true });
		await ask({ type: 'drop_data', name: 'mnist', files: [{ name: 'x.gz', bytes: new ArrayBuffer(1) }] });
		const resume = { type: 'prepare', id: 'a', dataset: 'mnist', text: '', resume: true } as const;
		expect(await ask(resume)).toEqual(failed('checkpoint_other_data'));
		expect(await ask({ type: 'saved', id: 'a' })).toMatchObject({ run: { update: 1 } });
	});

	it('says once that a saved run is damaged, and then forgets it', async () => {
		const { ask, prepare, store } = fakeTrainer();
		await prepare();
		await ask({ type: 'play', id: 'a', only_one: true });
		for (const bytes of store.files.values()) bytes[40] = (bytes[40] ?? 0) ^ 1;
		expect(await ask({ type: 'saved', id: 'a' })).toEqual(failed('checkpoint_corrupt'));
		expect(await ask({ type: 'saved', id: 'a' })).toEqual({ type: 'saved', run: null });
	});

	it('removes a run that makes the engine trap when it is taken up', async () => {
		const { ask, prepare, engine, store } = fakeTrainer();
		await prepare();
		await ask({ type: 'play', id: 'a', only_one: true });
		engine.Session.resume = () => {
			throw new WebAssembly.RuntimeError('unreachable');
		};
		const resume = { type: 'prepare', id: 'a', dataset: 'mnist', text: '', resume: true } as const;
		expect(await ask(resume)).toEqual(failed('worker_died'));
		expect(store.files.size).toBe(0);
	});
});

describe('on the GPU', () => {
	const quick = { ...plan, epochs: 1, steps: 100, stepMs: 5 };

	it('a run is ready when its kernels are compiled, and says how far that is', async () => {
		const { box, send, ask, engine } = fakeTrainer(quick, frailStore(), 'gpu');
		await ask({ type: 'load_data', name: 'mnist', rows: 'all' });
		const asked = send({ type: 'prepare', id: 'a', dataset: 'mnist', text: 'text a', resume: false });
		await asked.done;
		expect(engine.sessions[0]?.warm).toBe(true);
		expect(box.notices(asked.id)).toEqual([1, 2, 3].map((made) => ({ type: 'compile', made, expected: 3 })));
		expect(box.messages.at(-1)).toMatchObject({ id: asked.id, reply: { type: 'run' } });
	});

	it('asks for as many steps as take about 100 ms, one at first, and loses none', async () => {
		const { box, send, prepare, engine } = fakeTrainer(quick, frailStore(), 'gpu');
		await prepare();
		const play = send({ type: 'play', id: 'a', only_one: false });
		await play.done;
		const session = engine.sessions[0];
		expect(session?.asked.slice(0, 4)).toEqual([1, 20, 20, 20]);
		expect(box.events(play.id)).toEqual(session?.events);
		// Of a step, not of a call.
		expect(box.notices(play.id).at(-1)).toMatchObject({ ms_per_step: 5, ms_per_row: 0.6 });
		expect(box.reply(play.id)).toMatchObject({ run: { finished: true, update: 100 } });
	});

	it('never asks for more than 32 steps, for one where they are slow, and for one when told', async () => {
		for (const [stepMs, most] of [
			[0.1, 32],
			[60, 1],
			[2000, 1]
		] as const) {
			const { send, prepare, engine } = fakeTrainer({ ...quick, stepMs }, frailStore(), 'gpu');
			await prepare();
			await send({ type: 'play', id: 'a', only_one: false }).done;
			expect(Math.max(...(engine.sessions[0]?.asked ?? []))).toBe(most);
		}
		const { box, send, prepare } = fakeTrainer(quick, frailStore(), 'gpu');
		await prepare();
		for (let i = 0; i < 3; i++) {
			const one = send({ type: 'play', id: 'a', only_one: true });
			await one.done;
			expect(box.events(one.id).map(({ type }) => type)).toEqual(['step']);
		}
	});

	it('saves after the first step', async () => {
		const { send, prepare, store, engine } = fakeTrainer(quick, frailStore(), 'gpu');
		await prepare();
		const at: number[] = [];
		const write = store.write;
		store.write = async (name, bytes) => {
			at.push(engine.sessions[0]?.at ?? -1);
			return write(name, bytes);
		};
		await send({ type: 'play', id: 'a', only_one: false }).done;
		// Then at the end of the epoch, and of the run.
		expect(at).toEqual([1, 103, 104]);
	});

	it('a device that is lost ends every call, also one that never answers', async () => {
		const { box, send, ask, prepare, engine, device, saved } = fakeTrainer(quick, frailStore(), 'gpu');
		await prepare();
		const session = engine.sessions[0];
		if (session) loseWhen(device, session, 21);
		const play = send({ type: 'play', id: 'a', only_one: false });
		await play.done;
		expect(box.reply(play.id)).toEqual(failed('device_lost'));
		expect(box.reply(play.id)).toMatchObject({ failure: { args: { reason: 'destroyed' } } });
		expect((await saved.read('a'))?.run.update).toBe(1);
		expect(await ask({ type: 'weights', id: 'a' })).toEqual(failed('device_lost'));
		expect(await ask({ type: 'prepare', id: 'a', dataset: 'mnist', text: 'x', resume: false })).toEqual(
			failed('device_lost')
		);
	});

	it('shows its layers for the self-check', async () => {
		const { ask, engine } = fakeTrainer(quick, frailStore(), 'gpu');
		engine.error = 0.5;
		expect(await ask({ type: 'probe', text: 'text a', rows: 2 })).toEqual({
			type: 'probe',
			layers: fakeLayers(2, 0.5)
		});
		expect(await ask({ type: 'probe', text: 'bad', rows: 2 })).toEqual(failed('out_of_range'));
	});
});

describe('failures', () => {
	it('are passed on as Rust throws them, and a trap as the death of the worker', async () => {
		const { ask, prepare, engine } = fakeTrainer();
		await prepare();
		expect(await ask({ type: 'prepare', id: 'a', dataset: 'mnist', text: 'bad', resume: false })).toEqual(
			failed('out_of_range')
		);
		engine.trapNextCheck = true;
		expect(await ask({ type: 'check', text: 'x' })).toEqual(failed('worker_died'));
	});

	it('of a new run leave the old one alone', async () => {
		const { ask, prepare } = fakeTrainer();
		await prepare();
		await ask({ type: 'play', id: 'a', only_one: true });
		await ask({ type: 'prepare', id: 'a', dataset: 'mnist', text: 'bad', resume: false });
		expect(await ask({ type: 'play', id: 'a', only_one: true })).toMatchObject({ run: { update: 2 } });
	});
});

it('shows a wall of pictures only of data that is there', async () => {
	const { ask, datasets } = fakeTrainer();
	const wall = { type: 'wall', name: 'mnist', part: 'test', first: 0, count: 3 } as const;
	expect(await ask(wall)).toEqual(failed('unexpected'));
	await ask({ type: 'load_data', name: 'mnist', rows: 'first' });
	expect(datasets.get('mnist')).toBeInstanceOf(FakeData);
	expect(await ask(wall)).toMatchObject({
		type: 'wall',
		wall: { count: 3, pixels: new Uint8Array([2, 2, 2]) }
	});
});
