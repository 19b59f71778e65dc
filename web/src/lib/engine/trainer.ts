// The training worker without the worker: takes requests, steps the run, posts replies and notices. The engine,
// the clock and the stores are given to it, so that tests can play them.

import type { Engine, EngineSession, EngineSource } from './engine-types';
import { asFailure, fail, isTrap } from './failure';
import { addEvent, emptyHistory, type History } from './history';
import type { FromWorker, Notice, Reply, Request, ToWorker } from './messages';
import type { Datasets } from './packs';
import type { SavedRuns } from './saved';
import { exclusively, median, owned } from './tools';
import type { RunEvent, RunState } from './wire';

export type TrainerHost = {
	engine: EngineSource;
	datasets: Datasets;
	saved: SavedRuns;
	/** Milliseconds. */
	now(): number;
	/** Lets waiting messages in. */
	breathe(): Promise<void>;
};
type Post = (message: FromWorker, transfer?: Transferable[]) => void;
type Notify = (notice: Notice) => void;

/** Events travel at most this often (ms); the end of an epoch and of the run travel at once. */
const NOTICE_EVERY = 60;
const SAVE_EVERY = 20_000;
/** The first time sooner: what is saved shall be this run, not the one before it. */
const FIRST_SAVE = 2_000;
const RECENT_STEPS = 20;

type Run = {
	id: string;
	session: EngineSession;
	/** Checksum of its data: a saved run goes on with the same rows only. */
	data: string;
	history: History;
	stepTimes: number[];
	/** Time and rows of evaluation so far: their quotient is the time of a row. `done`: of the current part. */
	evaluation: { ms: number; rows: number; done: number };
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

	constructor(host: TrainerHost, post: Post) {
		this.#host = host;
		this.#post = post;
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
			case 'reset':
				return this.#inOrder(() => this.#reset(request.id));
			case 'report': {
				const { session } = this.#current(request.id);
				return { type: 'report', report: await this.#alone(() => session.report(request.misjudged)) };
			}
			case 'weights': {
				const { session } = this.#current(request.id);
				return { type: 'weights', bytes: owned(await this.#alone(() => session.weights())).buffer };
			}
			case 'saved':
				return { type: 'saved', run: (await saved.read(request.id))?.run ?? null };
			case 'load_model':
			case 'draw':
				throw fail('unexpected', { message: `${request.type} belongs to the answer worker` });
		}
	}

	#engine(notify: Notify): Promise<Engine> {
		return this.#host.engine((loaded, total) => notify({ type: 'engine', loaded, total }));
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
		if (run) await this.#alone(async () => run.session.free?.());
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
				session = engine.Session.resume(kept.checkpoint, data);
			} catch (error) {
				// The file is whole, but the engine cannot go on with it (an older version wrote it, say), and
				// never will: without it the next visit is not troubled again.
				const lost = isTrap(error) || asFailure(error).code.startsWith('checkpoint');
				if (lost) await this.#host.saved.remove(request.id);
				throw error;
			}
		} else {
			session = new engine.Session(request.text, data);
		}
		await this.#drop();
		this.#run = {
			id: request.id,
			session,
			data: checksum,
			history,
			stepTimes: [],
			evaluation: { ms: 0, rows: 0, done: 0 },
			learningRate: null,
			pauseAsked: false,
			abandoned: false,
			playing: null,
			savedAt: this.#host.now() - SAVE_EVERY + FIRST_SAVE,
			saveFailed: false
		};
		return { type: 'run', run: session.state(), history };
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
			return { type: 'run', run: await loop, history: null };
		} finally {
			run.playing = null;
		}
	}

	/** Answers with the state in which the run stands still; by the time anyone reads it, the run may be gone. */
	async #loop(run: Run, onlyOne: boolean, notify: Notify): Promise<RunState> {
		const { now, breathe } = this.#host;
		const steps = run.session.state().steps_per_epoch;
		let events: RunEvent[] = [];
		let postedAt = -Infinity;
		const flush = () => {
			if (events.length === 0) return;
			const { ms, rows } = run.evaluation;
			const ms_per_row = rows > 0 ? ms / rows : 0;
			postedAt = now();
			notify({ type: 'events', events, ms_per_step: median(run.stepTimes), ms_per_row, at: postedAt });
			events = [];
		};
		for (;;) {
			const { event, took } = await this.#alone(() => step(run, now));
			events.push(event);
			addEvent(run.history, event, steps);
			if (event.type === 'step') {
				run.stepTimes.push(took);
				if (run.stepTimes.length > RECENT_STEPS) run.stepTimes.shift();
			} else if (event.type === 'evaluating') {
				// `done` counts up within a part; the first batch of the next part starts again.
				const { evaluation } = run;
				evaluation.rows += event.done > evaluation.done ? event.done - evaluation.done : event.done;
				evaluation.ms += took;
				evaluation.done = event.done >= event.total ? 0 : event.done;
			}
			if (event.type === 'diverged') {
				// The last good state stays saved: the way back.
				flush();
				return this.#alone(() => run.session.state());
			}
			const turn = event.type === 'epoch' || event.type === 'finished';
			if (turn || now() - postedAt >= NOTICE_EVERY) flush();
			if (event.type === 'finished') break;
			if (turn || now() - run.savedAt >= SAVE_EVERY) await this.#save(run, notify);
			if (onlyOne && (event.type === 'step' || turn)) break;
			await breathe();
			if (run.pauseAsked) break;
		}
		flush();
		await this.#save(run, notify);
		return this.#alone(() => run.session.state());
	}

	async #save(run: Run, notify: Notify): Promise<void> {
		if (run.abandoned) return;
		const { id, data, history, session } = run;
		const [checkpoint, state] = await this.#alone(
			async () => [await session.checkpoint(), session.state()] as const
		);
		try {
			await this.#host.saved.write({ id, run: state, data, history, checkpoint });
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			if (!run.saveFailed) notify({ type: 'remark', failure: { code: 'save_failed', args: { reason } } });
			run.saveFailed = true;
		}
		run.savedAt = this.#host.now();
	}
}

async function step(run: Run, now: () => number): Promise<{ event: RunEvent; took: number }> {
	if (run.learningRate !== null) {
		run.session.set_learning_rate(run.learningRate);
		run.learningRate = null;
	}
	const before = now();
	const event = await run.session.next();
	return { event, took: now() - before };
}

/** Big answers are handed over, not copied. */
function transferOf(reply: Reply): Transferable[] {
	if (reply.type === 'weights') return [reply.bytes];
	if (reply.type === 'wall') return [reply.wall.pixels.buffer, reply.wall.labels.buffer] as ArrayBuffer[];
	return [];
}
