// The training worker without the worker: takes requests, steps the run, posts replies and notices. The engine,
// the clock and the stores are given to it, so that tests can play them.

import type { Engine, EngineSession, EngineSource } from './engine-types';
import { asFailure, fail, failure, isTrap } from './failure';
import { augmented } from './augment';
import { calibrate } from './calibrate';
import { addEvent, emptyHistory, wentBack, type History } from './history';
import { lookAt, lookBack, lookNow, PaceMeter } from './inside';
import type { EngineKind } from './kinds';
import type { DeviceWatch } from './lost';
import type { FromWorker, Notice, Reply, Request, ToWorker } from './messages';
import { note, type Note } from './notes';
import type { Datasets } from './packs';
import type { SavedRuns } from './saved';
import { stepsAtOnce } from './stride';
import { Tasks } from './tasks';
import { StepClock } from './step-clock';
import { exclusively, owned } from './tools';
import { sound, Watchdog, type Diverged } from './watchdog';
import type { Failure, RunEvent, RunState } from './wire';

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
const SAVE_EVERY = 20_000;
/**
 * The first time sooner: what is saved shall be this run, not the one before it. On the GPU after the first step:
 * a device that is lost early shall not cost the run.
 */
const FIRST_SAVE: Record<EngineKind, number> = { cpu: 2_000, gpu: 0 };

type Run = {
	id: string;
	session: EngineSession;
	engine: EngineKind;
	dataset: string;
	/** Checksum of its data: a saved run goes on with the same rows only. */
	data: string;
	history: History;
	watchdog: Watchdog;
	/** What is saved is of this run, not of one before it. */
	saved: boolean;
	clock: StepClock;
	pace: PaceMeter;
	learningRate: number | null;
	pauseAsked: boolean;
	/** Thrown away: not to be saved any more. */
	abandoned: boolean;
	playing: Promise<unknown> | null;
	savedAt: number;
	saveFailed: boolean;
};

export class Trainer {
	readonly #host: TrainerHost;
	readonly #post: Post;
	#run: Run | null = null;
	/** Whatever touches the session goes through here: the engine forbids two calls at a time. */
	readonly #alone = exclusively();
	/** Making and dropping runs, one at a time. */
	readonly #inOrder = exclusively();
	readonly #tasks: Tasks;

	constructor(host: TrainerHost, post: Post) {
		this.#host = host;
		this.#post = post;
		const { datasets, now, breathe } = host;
		const engine = (notify: Notify) => this.#engine(notify);
		const touch = <T>(work: () => T | Promise<T>) => this.#touch(work);
		this.#tasks = new Tasks({ engine, touch, datasets, now, breathe });
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
			case 'learning_rate':
				// Taken over before the next step; the session may be in the middle of one.
				this.#current(request.id).learningRate = request.value;
				return { type: 'done' };
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
			case 'load_model':
			case 'draw':
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
		const checksum = data.state().checksum;
		let session: EngineSession;
		let history = emptyHistory();
		if (request.resume) {
			const kept = await this.#host.saved.read(request.id);
			if (!kept) throw fail('checkpoint_missing', { id: request.id });
			if (kept.data !== checksum) throw fail('checkpoint_other_data', { id: request.id });
			history = kept.history;
			try {
				session = engine.Session.resume(kept.checkpoint, data, request.retell && request.text);
				if (request.retell === 'remedied') {
					const { summary } = engine.check(request.text);
					if (summary) session.set_learning_rate(summary.learning_rate);
				}
				if (request.retell === 'longer') {
					const { update, epochs: from } = kept.run;
					note(history.notes, { update, what: 'more_epochs', from, to: session.state().epochs });
				}
			} catch (error) {
				// The file is whole, but the engine cannot go on with it (an older version wrote it, say), and
				// never will: without it the next visit is not troubled again. With another text it may be that.
				const lost = !request.retell && (isTrap(error) || asFailure(error).code.startsWith('checkpoint'));
				if (lost) await this.#host.saved.remove(request.id);
				const other = request.retell && asFailure(error).code === 'checkpoint_corrupt';
				throw other ? fail('checkpoint_other_text', { id: request.id }) : error;
			}
		} else {
			session = new engine.Session(request.text, data);
		}
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
			data: checksum,
			history,
			watchdog: new Watchdog(classes, history),
			saved: request.resume,
			clock: new StepClock(),
			pace: new PaceMeter(),
			learningRate: null,
			pauseAsked: false,
			abandoned: false,
			playing: null,
			savedAt: this.#host.now() - SAVE_EVERY + FIRST_SAVE[kind],
			saveFailed: false
		};
		// From now on its own text is the other one, whatever comes.
		if (request.retell) await this.#save(this.#run, notify, true);
		return { type: 'run', run: await this.#touch(() => session.state()), history };
	}

	/** To the last good state of a run that diverged: what was saved of it, else its beginning. */
	async #goBack(run: Run, diverged: Diverged, notify: Notify): Promise<void> {
		const { id, dataset, watchdog } = run;
		const engine = await this.#engine(notify);
		const data = this.#host.datasets.get(dataset);
		const kept = run.saved ? await this.#host.saved.read(id) : null;
		// The reader's files may have taken the place of the rows that this run learns from.
		if (!data || data.state().checksum !== run.data) throw fail('checkpoint_other_data', { id });
		const { text, steps_per_epoch: stepsPerEpoch } = run.session.state();
		const session = kept
			? await this.#touch(() => engine.Session.resume(kept.checkpoint, data))
			: await this.#touch(() => new engine.Session(text, data));
		await this.#touch(() => session.warm_up((made, expected) => notify({ type: 'compile', made, expected })));
		await this.#tasks.leave(run.session);
		await this.#touch(() => run.session.free?.());
		run.session = session;
		const good = kept?.history ?? emptyHistory();
		run.history = wentBack(run.history, good, diverged, { back: kept?.run.update ?? 0, stepsPerEpoch });
		watchdog.reset(run.history);
		// Who goes on all the same has seen it.
		if (diverged.reason === 'loss_grew') watchdog.muted = true;
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
		const tell = (entry: Note) => {
			note(run.history.notes, entry);
			notify({ type: 'note', note: entry });
		};
		// A run begins without a word; everything after that was the reader's wish.
		if (!onlyOne && update > 0) tell({ update, what: 'went_on' });
		const before = onlyOne ? await this.#touch(() => lookNow(run.session)) : null;
		for (;;) {
			const steps = stepsAtOnce(run.engine, onlyOne, run.clock.lastStep);
			const { made, took } = await this.#touch(() => advance(run, steps, now, tell));
			events.push(...made);
			for (const event of made) addEvent(run.history, event, perEpoch);
			run.clock.take(made, took);
			const has = (type: RunEvent['type']) => made.some((event) => event.type === type);
			const diverged = run.watchdog.see(made);
			if (diverged) {
				flush();
				await this.#goBack(run, diverged, notify);
				await this.#save(run, notify, true);
				return { state: await this.#touch(() => run.session.state()), back: true };
			}
			const turn = has('epoch') || has('finished');
			const only = onlyOne ? made.find((event) => event.type === 'step') : undefined;
			if (only && before) {
				tell({ update: only.update, what: 'step' });
				notify({ type: 'update', update: await this.#touch(() => lookBack(run.session, before, only)) });
			}
			if (turn || now() - postedAt >= NOTICE_EVERY) flush();
			if (has('finished')) break;
			if (turn || now() - run.savedAt >= SAVE_EVERY) await this.#save(run, notify, false);
			if (onlyOne && (has('step') || turn)) break;
			await breathe();
			if (run.pauseAsked) {
				const { update: at } = await this.#touch(() => run.session.state());
				tell({ update: at, what: 'paused' });
				break;
			}
		}
		flush();
		await this.#save(run, notify, true);
		return { state: await this.#touch(() => run.session.state()), back: false };
	}

	/** `asked`: the run stands still here. On its own it never puts a doubtful state over the last good one. */
	async #save(run: Run, notify: Notify, asked: boolean): Promise<void> {
		if (run.abandoned) return;
		run.savedAt = this.#host.now();
		if (!asked && run.watchdog.doubtful) return;
		const { id, data, history, session } = run;
		const [checkpoint, state] = await this.#touch(
			async () => [await session.checkpoint(), session.state()] as const
		);
		if (!sound(checkpoint)) return;
		run.saved = true;
		try {
			await this.#host.saved.write({ id, run: state, data, history, checkpoint });
		} catch (error) {
			if (!run.saveFailed) notify({ type: 'remark', failure: refused(error) });
			run.saveFailed = true;
		}
		run.savedAt = this.#host.now();
	}
}

/** The browser did not store the run. */
function refused(error: unknown): Failure {
	const reason = error instanceof Error ? error.message : String(error);
	const full = error instanceof DOMException && error.name === 'QuotaExceededError';
	return failure(full ? 'save_full' : 'save_failed', { reason });
}

async function advance(
	run: Run,
	steps: number,
	now: () => number,
	tell: (entry: Note) => void
): Promise<{ made: RunEvent[]; took: number }> {
	if (run.learningRate !== null) {
		const { update, learning_rate: from } = run.session.state();
		run.session.set_learning_rate(run.learningRate);
		if (from !== run.learningRate) tell({ update, what: 'learning_rate', from, to: run.learningRate });
		run.learningRate = null;
	}
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
	return [];
}
