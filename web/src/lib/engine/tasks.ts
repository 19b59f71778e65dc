// What the training worker does beside its run: fits of a plan, stages, texts. One of them at a time; each can be
// stopped between two steps, and gives its session back whatever happens.

import type { Engine, EngineData, EngineSession } from './engine-types';
import { fail } from './failure';
import { isLong, seen } from './looks';
import type { LookNotice } from './insight';
import type { Notice, Reply, Request } from './messages';
import type { Datasets } from './packs';
import { stepsAtOnce } from './stride';
import { exclusively } from './tools';
import type { RunEvent, StageEvent } from './wire';

export type TaskHost = {
	engine(notify: Notify): Promise<Engine>;
	/** The engine, by one at a time; fails when the device is lost. */
	touch<T>(work: () => T | Promise<T>): Promise<T>;
	datasets: Datasets;
	now(): number;
	breathe(): Promise<void>;
};
type Notify = (notice: Notice) => void;
type Asked<T extends Request['type']> = Extract<Request, { type: T }>;
type Task = {
	id: string;
	stopAsked: boolean;
	/** Whose network it asks, where it is not its own. */
	session: EngineSession | null;
	ended: Promise<unknown>;
};

/** Notices travel at most this often (ms). */
const NOTICE_EVERY = 60;

export class Tasks {
	readonly #host: TaskHost;
	readonly #inOrder = exclusively();
	readonly #looks = exclusively();
	/** Begun or waiting. */
	readonly #tasks = new Set<Task>();

	constructor(host: TaskHost) {
		this.#host = host;
	}

	fit({ id, text, job }: Asked<'fit'>, base: string, notify: Notify): Promise<Reply> {
		return this.#task(id, null, async (task) => {
			const { engine, data } = await this.#ready(text, job.point, base, notify);
			const { touch, now } = this.#host;
			const session = await touch(() => engine.Session.fit(text, data, job.point, job.fold));
			try {
				await touch(() => session.warm_up((made, expected) => notify({ type: 'compile', made, expected })));
				const { steps_per_epoch, epochs } = session.state();
				const updates = steps_per_epoch * epochs;
				let told = -Infinity;
				let ended: RunEvent[] = [];
				let last = { update: 0, loss: 0 };
				const ends = ({ type }: RunEvent) => type === 'finished' || type === 'diverged';
				const over = await this.#steps(engine, task, session, (events: RunEvent[]) => {
					for (const event of events) if (event.type === 'step') last = event;
					ended.push(...events.filter((event) => event.type === 'epoch' || ends(event)));
					const finished = events.some(ends);
					if (finished || now() - told >= NOTICE_EVERY) {
						notify({ type: 'fit', job, update: last.update, updates, loss: last.loss, epochs: ended });
						[told, ended] = [now(), []];
					}
					return finished;
				});
				const fitted = over ? await touch(() => session.fitted(job.point, job.fold)) : null;
				return { type: 'fitted', fitted };
			} finally {
				await this.#free(session);
			}
		});
	}

	stages({ id, text }: Asked<'stages'>, base: string, notify: Notify): Promise<Reply> {
		return this.#task(id, null, async (task) => {
			const { engine, data } = await this.#ready(text, 0, base, notify);
			const { touch, now } = this.#host;
			const stages = await touch(() => new engine.Stages(text, data));
			try {
				const count = stages.count();
				let told = -Infinity;
				let gathered: StageEvent[] = [];
				const finished = await this.#steps(engine, task, stages, (events: StageEvent[]) => {
					gathered.push(...events);
					// Single updates can wait, what a reader reads can't.
					const slow = events.some((event) => event.type !== 'run');
					if (slow || now() - told >= NOTICE_EVERY) {
						notify({ type: 'stages', stages: count, events: gathered });
						[told, gathered] = [now(), []];
					}
					return events.some(
						(event) => event.type === 'finished' || (event.type === 'run' && event.event.type === 'diverged')
					);
				});
				if (gathered.length > 0) notify({ type: 'stages', stages: count, events: gathered });
				return { type: 'staged', figures: await touch(() => stages.figures()), finished };
			} finally {
				await this.#free(stages);
			}
		});
	}

	/** Of the network of `session`, which stays its owner's. */
	generate(request: Asked<'generate'>, session: EngineSession, notify: Notify): Promise<Reply> {
		const { prompt, length, temperature, top_k, seed } = request;
		return this.#task(request.id, session, async (task) => {
			const { touch, now, breathe } = this.#host;
			await touch(() => session.begin_text(prompt, temperature, top_k, seed));
			let [text, waiting, tokens, told] = ['', '', 0, now()];
			const tell = () => {
				if (tokens > 0) notify({ type: 'written', text: waiting, tokens });
				[text, waiting, tokens, told] = [text + waiting, '', 0, now()];
			};
			for (let token = 0; token < length && !task.stopAsked; token++) {
				waiting += await touch(() => session.write_text(1));
				tokens += 1;
				if (now() - told >= NOTICE_EVERY) tell();
				await breathe();
			}
			tell();
			return { type: 'generated', text };
		});
	}

	/** Inside the network of `session`, which stays its owner's; what is short waits for nothing that is long. */
	look({ id, ask }: Asked<'look'>, session: EngineSession, notify: Notify): Promise<Reply> {
		const { engine, touch, now, breathe } = this.#host;
		const work = async (task: Task): Promise<Reply> => {
			const loaded = await engine(notify);
			const { summary } = await touch(() => loaded.check(session.state().text));
			const heard = (look: LookNotice) => notify({ type: 'looked', look });
			const stopped = () => task.stopAsked;
			const host = { session, summary, touch, now, breathe, stopped, heard };
			return { type: 'seen', seen: await seen(ask, host) };
		};
		return this.#task(id, session, work, isLong(ask) ? this.#looks : (now) => Promise.resolve(now()));
	}

	/** Back when all of this id have ended, or at once where there are none. */
	async stop(id: string): Promise<Reply> {
		await this.#stop((task) => task.id === id);
		return { type: 'done' };
	}

	/** Ends what asks this network: it is about to go. */
	leave(session: EngineSession): Promise<void> {
		return this.#stop((task) => task.session === session);
	}

	async #stop(meant: (task: Task) => boolean): Promise<void> {
		const stopped = [...this.#tasks].filter(meant);
		for (const task of stopped) task.stopAsked = true;
		await Promise.all(stopped.map((task) => task.ended));
	}

	#task(
		id: string,
		session: EngineSession | null,
		work: (task: Task) => Promise<Reply>,
		inOrder: (work: () => Promise<Reply>) => Promise<Reply> = this.#inOrder
	): Promise<Reply> {
		const task: Task = { id, stopAsked: false, session, ended: Promise.resolve() };
		this.#tasks.add(task);
		const reply = inOrder(() => work(task)).finally(() => this.#tasks.delete(task));
		task.ended = reply.catch(() => undefined);
		return reply;
	}

	/** The engine, and all rows that a point of the text learns from. */
	async #ready(
		text: string,
		point: number,
		base: string,
		notify: Notify
	): Promise<{ engine: Engine; data: EngineData }> {
		const engine = await this.#host.engine(notify);
		const name = engine.dataset(text, point);
		await this.#host.datasets.load(name, 'all', base, notify);
		const data = this.#host.datasets.get(name);
		if (!data) throw fail('unexpected', { message: `${name} is not loaded` });
		return { engine, data };
	}

	/** Steps on until `heard` says that it is over (true) or a stop was asked for (false). */
	async #steps<Event>(
		engine: Engine,
		task: Task,
		stepped: { advance(steps: number): Promise<Event[]> },
		heard: (events: Event[]) => boolean
	): Promise<boolean> {
		const { touch, now, breathe } = this.#host;
		const kind = engine.engine();
		let perStep = 0;
		while (!task.stopAsked) {
			const steps = stepsAtOnce(kind, false, perStep);
			const before = now();
			const events = await touch(() => stepped.advance(steps));
			perStep = (now() - before) / Math.max(1, events.length);
			if (heard(events)) return true;
			await breathe();
		}
		return false;
	}

	/** A device that is lost has nothing to give back. */
	async #free(owned: { free?(): void }): Promise<void> {
		await this.#host.touch(() => owned.free?.()).catch(() => undefined);
	}
}
