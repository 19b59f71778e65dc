// The training worker without the worker: takes requests, steps the run, posts replies and notices. The engine,
// the clock and the stores are given to it, so that tests can play them.

import type { Engine, EngineSession, EngineSource } from './engine-types';
import { augmented } from './augment';
import { asFailure, fail } from './failure';
import { calibrate } from './calibrate';
import { addEvent, emptyHistory } from './history';
import { numbersOf } from './insight-engine';
import { buffersOf } from './looks';
import { lookAt, lookBack, lookNow, PaceMeter } from './inside';
import type { DeviceWatch } from './lost';
import type { FromWorker, Notice, Reply, Request, ToWorker } from './messages';
import { note, type Note } from './notes';
import type { Datasets } from './packs';
import { RunKeeper, tell, type Run } from './run-keeper';
import type { SavedRuns } from './saved';
import { stepsAtOnce } from './stride';
import { Tasks } from './tasks';
import { StepClock } from './step-clock';
import { exclusively, owned } from './tools';
import { Watchdog } from './watchdog';
import type { RunEvent, RunState } from './wire';
import { answerWords } from './words';

export type TrainerHost = {
	engine: EngineSource;
	/** Of that engine; on the CPU it is never lost. */
	device: DeviceWatch;
	datasets: Datasets;
	saved: SavedRuns;
	/** Milliseconds. */
	now(): number;
	/** Bytes of the engine's memory. */
	memory?(): number | null;
	/** Null: one thread, and no other can join. */
	threads?(): { threads: number; helped: number } | null;
	/** Lets waiting messages in. */
	breathe(): Promise<void>;
};
type Post = (message: FromWorker, transfer?: Transferable[]) => void;
type Notify = (notice: Notice) => void;

/** Events travel at most this often (ms); the end of an epoch and of the run travel at once. */
const NOTICE_EVERY = 60;

export class Trainer {
	readonly #host: TrainerHost;
	readonly #post: Post;
	#run: Run | null = null;
	/** Whatever touches the session goes through here: the engine forbids two calls at a time. */
	readonly #alone = exclusively();
	/** Making and dropping runs, one at a time. */
	readonly #inOrder = exclusively();
	readonly #tasks: Tasks;
	readonly #keeper: RunKeeper;

	constructor(host: TrainerHost, post: Post) {
		this.#host = host;
		this.#post = post;
		const { datasets, saved, now, breathe } = host;
		const engine = (notify: Notify) => this.#engine(notify);
		const touch = <T>(work: () => T | Promise<T>) => this.#touch(work);
		this.#tasks = new Tasks({ engine, touch, datasets, now, breathe });
		const leave = (session: EngineSession) => this.#tasks.leave(session);
		this.#keeper = new RunKeeper({ engine, touch, leave, datasets, saved, now });
	}

	async receive(message: ToWorker): Promise<void> {
		const { id, base, request } = message;
		const notify: Notify = (notice) => this.#post({ id, notice });
		try {
			const reply = await this.#answer(request, base, notify);
			this.#post({ id, reply }, transferOf(reply));
		} catch (error) {
			this.#post({ id, reply: { type: 'failed', failure: asFailure(error) } });
		}
	}

	async #answer(request: Request, base: string, notify: Notify): Promise<Reply> {
		const { datasets, saved } = this.#host;
		switch (request.type) {
			case 'check':
				return { type: 'checked', checked: (await this.#engine(notify)).check(request.text) };
			case 'edit': {
				const engine = await this.#engine(notify);
				return { type: 'text', text: engine.edit(request.text, request.path, request.value) };
			}
			case 'load_data':
				return { type: 'data', data: await datasets.load(request.name, request.rows, base, notify) };
			case 'drop_data':
				return { type: 'data', data: await datasets.drop(request.name, request.files, notify) };
			case 'wall': {
				const data = datasets.get(request.name);
				if (!data) throw fail('unexpected', { message: `${request.name} is not loaded` });
				const wall = data.wall(request.part, request.first, request.count);
				return { type: 'wall', wall: { ...wall, pixels: owned(wall.pixels), labels: owned(wall.labels) } };
			}
			case 'prepare':
				return this.#inOrder(() => this.#prepare(request, notify));
			case 'play':
				await this.#inOrder(async () => undefined);
				return this.#play(request, notify);
			case 'pause':
				if (this.#run?.id === request.id) await this.#halt();
				return { type: 'done' };
			case 'learning_rate': {
				const run = this.#current(request.id);
				const { value: to } = request;
				const told: Note[] = [];
				await this.#touch(() => {
					const { update, learning_rate: from } = run.session.state();
					run.session.set_learning_rate(to);
					if (from !== to) told.push({ update, what: 'learning_rate', from, to });
				});
				for (const entry of told) note(run.history.notes, entry);
				// A run that stands still would be saved only when it has gone on: what is told holds.
				if (!run.playing) await this.#keeper.save(run, notify, true);
				for (const entry of told) notify({ type: 'note', note: entry });
				return { type: 'done' };
			}
			case 'inside': {
				const { session, pace } = this.#current(request.id);
				const live = this.#touch(async () => {
					const { loss, layers } = await lookNow(session);
					return { update: session.state().update, loss, layers, ...session.counts() };
				});
				const memory = this.#host.memory?.() ?? null;
				const team = this.#host.threads?.() ?? { threads: 1, helped: 0 };
				return { type: 'inside', live: { ...(await live), ...team, pace: pace.now(), memory } };
			}
			case 'histogram': {
				const { session } = this.#current(request.id);
				const histogram = this.#touch(async () => ({
					...(await lookAt(session, request.of, request.layer)),
					update: session.state().update
				}));
				return { type: 'histogram', histogram: await histogram };
			}
			case 'look':
				return this.#tasks.look(request, this.#current(request.id).session, notify);
			case 'reset':
				return this.#inOrder(() => this.#reset(request.id));
			case 'calibrate':
				return this.#calibrate(request, notify);
			case 'report': {
				const { session } = this.#current(request.id);
				return { type: 'report', report: await this.#touch(() => session.report(request.misjudged)) };
			}
			case 'weights': {
				const { session } = this.#current(request.id);
				return { type: 'weights', bytes: owned(await this.#touch(() => session.weights())).buffer };
			}
			case 'saved':
				return { type: 'saved', run: (await saved.read(request.id))?.run ?? null };
			case 'probe': {
				const engine = await this.#engine(notify);
				return { type: 'probe', layers: await this.#touch(() => engine.probe(request.text, request.rows)) };
			}
			case 'plan':
				return { type: 'plan', plan: (await this.#engine(notify)).plan(request.text) };
			case 'table':
				return { type: 'table', table: (await this.#engine(notify)).table(request.text, request.done) };
			case 'compute':
				return { type: 'computed', computed: (await this.#engine(notify)).compute(request.text) };
			case 'augment': {
				const engine = await this.#engine(notify);
				const data = datasets.get(request.dataset);
				if (!data) throw fail('unexpected', { message: `${request.dataset} is not loaded` });
				return { type: 'augmented', pictures: augmented(engine, data, request) };
			}
			case 'fit':
				return this.#tasks.fit(request, base, notify);
			case 'stages':
				return this.#tasks.stages(request, base, notify);
			case 'generate':
				return this.#tasks.generate(request, this.#current(request.id).session, notify);
			case 'stop':
				return this.#tasks.stop(request.id);
			case 'answers': {
				const { session } = this.#current(request.id);
				const rows = this.#touch(() => {
					if (request.kept) session.use_kept();
					return session.answers(request.rows);
				});
				return { type: 'answers', rows: await rows };
			}
			case 'vocabulary':
			case 'encode':
			case 'answer':
			case 'slope': {
				const { session } = this.#current(request.id ?? '');
				return this.#touch(() => answerWords(request, session, numbersOf(session)));
			}
			case 'load_model':
			case 'draw':
			case 'judge':
			case 'captcha':
				throw fail('unexpected', { message: `${request.type} belongs to the answer worker` });
		}
	}

	#engine(notify: Notify): Promise<Engine> {
		return this.#host.engine((loaded, total) => notify({ type: 'engine', loaded, total }));
	}

	/** The engine, by one at a time; fails when the device is lost, which the engine itself might never say. */
	#touch<T>(work: () => T | Promise<T>): Promise<T> {
		return this.#alone(() => this.#host.device.guard(work));
	}

	#current(id: string): Run {
		if (this.#run?.id !== id) throw fail('no_run', {});
		return this.#run;
	}

	/** Stops after the current step; back when `play` has been answered. */
	async #halt(): Promise<void> {
		const run = this.#run;
		if (!run?.playing) return;
		run.pauseAsked = true;
		await run.playing;
		await this.#host.breathe();
	}

	async #drop(): Promise<void> {
		const run = this.#run;
		this.#run = null;
		if (!run) return;
		await this.#tasks.leave(run.session);
		await this.#alone(async () => run.session.free?.());
	}

	async #calibrate(request: Extract<Request, { type: 'calibrate' }>, notify: Notify): Promise<Reply> {
		const engine = await this.#engine(notify);
		const data = this.#host.datasets.get(request.dataset);
		if (!data) throw fail('unexpected', { message: `${request.dataset} is not loaded` });
		const touch = <T>(work: () => T | Promise<T>) => this.#touch(work);
		const session = await touch(() => new engine.Session(request.text, data));
		try {
			await touch(() => session.warm_up((made, expected) => notify({ type: 'compile', made, expected })));
			const { now, breathe } = this.#host;
			return {
				type: 'calibrated',
				ms_per_step: await calibrate(session, engine.engine(), { touch, now, breathe })
			};
		} finally {
			await touch(() => session.free?.()).catch(() => undefined);
		}
	}

	async #prepare(request: Extract<Request, { type: 'prepare' }>, notify: Notify): Promise<Reply> {
		await this.#halt();
		const engine = await this.#engine(notify);
		const data = this.#host.datasets.get(request.dataset);
		if (!data) throw fail('unexpected', { message: `${request.dataset} is not loaded` });
		const { session, history } = request.resume
			? await this.#keeper.restore(request, engine, data, notify)
			: { session: new engine.Session(request.text, data), history: emptyHistory() };
		await this.#touch(() => session.warm_up((made, expected) => notify({ type: 'compile', made, expected })));
		await this.#drop();
		const kind = engine.engine();
		const state = session.state();
		const classes = engine.check(state.text).summary?.classes ?? 0;
		this.#run = {
			id: request.id,
			session,
			engine: kind,
			dataset: request.dataset,
			data: data.state().checksum,
			history,
			watchdog: new Watchdog(classes, history),
			saved: request.resume,
			clock: new StepClock(),
			pace: new PaceMeter(),
			pauseAsked: false,
			abandoned: false,
			playing: null,
			savedAt: this.#keeper.begun(kind),
			saveFailed: false
		};
		// From now on its own text is the other one, whatever comes.
		if (request.retell) await this.#keeper.save(this.#run, notify, true);
		return { type: 'run', run: await this.#touch(() => session.state()), history };
	}

	async #reset(id: string): Promise<Reply> {
		const run = this.#run;
		if (run?.id === id) {
			run.abandoned = true;
			await this.#halt();
			await this.#drop();
		}
		await this.#host.saved.remove(id);
		return { type: 'done' };
	}

	async #play({ id, only_one }: Extract<Request, { type: 'play' }>, notify: Notify): Promise<Reply> {
		const run = this.#current(id);
		if (run.playing) throw fail('already_running', {});
		run.pauseAsked = false;
		const loop = this.#loop(run, only_one, notify);
		run.playing = loop.catch(() => undefined);
		try {
			const { state, back } = await loop;
			return { type: 'run', run: state, history: back ? run.history : null };
		} finally {
			run.playing = null;
			run.pace.rest();
		}
	}

	/**
	 * Answers with the state in which the run stands still; by the time anyone reads it, the run may be gone. `back`: it
	 * diverged, and this is its last good state.
	 */
	async #loop(run: Run, onlyOne: boolean, notify: Notify): Promise<{ state: RunState; back: boolean }> {
		const { now, breathe } = this.#host;
		const { steps_per_epoch: perEpoch, update } = await this.#touch(() => run.session.state());
		let events: RunEvent[] = [];
		let postedAt = -Infinity;
		const flush = () => {
			if (events.length === 0) return;
			const { msPerStep: ms_per_step, msPerRow: ms_per_row } = run.clock;
			const busy_ms = run.clock.takeBusy();
			postedAt = now();
			notify({ type: 'events', events, ms_per_step, ms_per_row, busy_ms, at: postedAt });
			events = [];
		};
		// A run begins without a word; everything after that was the reader's wish.
		if (!onlyOne && update > 0) tell(run.history, { update, what: 'went_on' }, notify);
		const before = onlyOne ? await this.#touch(() => lookNow(run.session)) : null;
		for (;;) {
			const steps = stepsAtOnce(run.engine, onlyOne, run.clock.lastStep);
			const { made, took } = await this.#touch(() => advance(run, steps, now));
			events.push(...made);
			for (const event of made) addEvent(run.history, event, perEpoch);
			run.clock.take(made, took);
			const has = (type: RunEvent['type']) => made.some((event) => event.type === type);
			const diverged = run.watchdog.see(made);
			if (diverged) {
				flush();
				await this.#keeper.goBack(run, diverged, notify);
				await this.#keeper.save(run, notify, true);
				return { state: await this.#touch(() => run.session.state()), back: true };
			}
			const turn = has('epoch') || has('finished');
			const only = onlyOne ? made.find((event) => event.type === 'step') : undefined;
			if (only && before) {
				tell(run.history, { update: only.update, what: 'step' }, notify);
				notify({ type: 'update', update: await this.#touch(() => lookBack(run.session, before, only)) });
			}
			if (turn || now() - postedAt >= NOTICE_EVERY) flush();
			if (has('finished')) break;
			if (turn || this.#keeper.due(run)) await this.#keeper.save(run, notify, false);
			if (onlyOne && (has('step') || turn)) break;
			await breathe();
			if (run.pauseAsked) {
				const { update: at } = await this.#touch(() => run.session.state());
				tell(run.history, { update: at, what: 'paused' }, notify);
				break;
			}
		}
		flush();
		await this.#keeper.save(run, notify, true);
		return { state: await this.#touch(() => run.session.state()), back: false };
	}
}

async function advance(
	run: Run,
	steps: number,
	now: () => number
): Promise<{ made: RunEvent[]; took: number }> {
	const before = now();
	const made = await run.session.advance(steps);
	const after = now();
	run.pace.push(before, after, made.filter((event) => event.type === 'step').length);
	return { made, took: after - before };
}

/** Big answers are handed over, not copied. */
function transferOf(reply: Reply): Transferable[] {
	if (reply.type === 'weights') return [reply.bytes];
	if (reply.type === 'wall') return [reply.wall.pixels.buffer, reply.wall.labels.buffer] as ArrayBuffer[];
	if (reply.type === 'augmented') return [reply.pictures.values.buffer as ArrayBuffer];
	if (reply.type === 'seen') return buffersOf(reply.seen);
	return [];
}
