// All fits of an experiment, spread over workers: what is done is kept after each fit, a cancelled or reloaded plan
// goes on with the rest. The table does not depend on how many workers there are.

import { asFailure, EngineFailure } from './failure';
import type { Requester } from './requester';
import type { KeptFits } from './kept-fits';
import type { Notice } from './messages';
import type { Failure, Fitted, Job, Planned, RunEvent, Table } from './wire';

/** A fit that is under way; `curve`: the figure after every epoch so far. */
export type Running = {
	job: Job;
	update: number;
	updates: number;
	loss: number;
	curve: readonly number[];
};

export type PlanProgress = {
	planned: Planned;
	/** All fits that the experiment costs, and how many of them are done. */
	fits: number;
	done: number;
	running: readonly Running[];
	/** The fits that are done, as they came. */
	fitted: readonly Fitted[];
	table: Table;
	/** From what this session has done; null before its first update. */
	leftMs: number | null;
	/** Kept for after a reload: false when the browser refuses. */
	kept: boolean;
};

export type PlanHost = {
	workers: readonly Requester[];
	kept: Pick<KeptFits, 'read' | 'write'>;
	now(): number;
	onProgress(progress: PlanProgress): void;
	/** Engine, data, kernels on their way, in any of the workers. */
	onNotice?(notice: Notice): void;
	/** Brings a worker what it can't get itself (files that the reader dropped). */
	prepare?(worker: Requester): Promise<void>;
};

/** A worker that died takes its fit with it; it is tried once more. */
const TRIES = 2;

export class PlanRun {
	readonly #host: PlanHost;
	readonly #id: string;
	readonly #text: string;
	#cancelled = false;
	#failure: Failure | null = null;
	#metric = '';
	/** The fit that failed, and ended the plan. */
	failed: Job | null = null;
	readonly #running = new Map<Requester, Running>();

	constructor(host: PlanHost, id: string, text: string) {
		this.#host = host;
		this.#id = id;
		this.#text = text;
	}

	/** Back when all fits are done, or after `cancel`, with the table of what is done. */
	async run(): Promise<Table> {
		const { workers, kept, now } = this.#host;
		const [first] = workers;
		if (!first) throw new Error('a plan needs a worker');
		const { plan: planned } = await first.request({ type: 'plan', text: this.#text }, this.#host.onNotice);
		this.#metric = planned.table.metric;
		const done = kept.read(this.#id, planned);
		const queue = missing(planned, done);
		const began = now();
		const before = done.length;
		let table = await this.#table(first, done);
		let isKept = true;
		const tell = () => {
			const fits = planned.points * planned.folds;
			const running = [...this.#running.values()];
			const begun = running.reduce((sum, { update, updates }) => sum + update / Math.max(1, updates), 0);
			const fresh = done.length - before + begun;
			const left = fits - done.length - begun;
			const leftMs = fresh > 0 ? ((now() - began) / fresh) * left : null;
			this.#host.onProgress({
				planned,
				fits,
				done: done.length,
				running,
				fitted: [...done],
				table,
				leftMs,
				kept: isKept
			});
		};
		tell();
		const work = async (worker: Requester) => {
			await this.#host.prepare?.(worker);
			for (let job = queue.shift(); job && !this.#over; job = queue.shift()) {
				const fitted = await this.#fit(worker, job, tell);
				if (!fitted) return;
				done.push(fitted);
				isKept = kept.write(this.#id, planned, done) && isKept;
				table = await this.#table(worker, done);
				tell();
			}
		};
		const guarded = (worker: Requester) =>
			work(worker).catch(async (error: unknown) => {
				// Nothing more is begun after a failure, and the others need not go on in vain.
				this.#failure ??= asFailure(error);
				await this.#stopAll();
			});
		await Promise.all(workers.slice(0, Math.max(1, queue.length)).map(guarded));
		// Who has called it off knows why the workers end.
		if (this.#failure && !this.#cancelled) throw new EngineFailure(this.#failure);
		return table;
	}

	/** Back when every worker has stopped. What is done stays kept. */
	async cancel(): Promise<void> {
		this.#cancelled = true;
		await this.#stopAll();
	}

	get #over(): boolean {
		return this.#cancelled || this.#failure !== null;
	}

	async #stopAll(): Promise<void> {
		const stop = (worker: Requester) => worker.request({ type: 'stop', id: this.#id }).catch(() => undefined);
		await Promise.all([...this.#running.keys()].map(stop));
	}

	async #table(worker: Requester, done: Fitted[]): Promise<Table> {
		return (await worker.request({ type: 'table', text: this.#text, done })).table;
	}

	/** Null when it was stopped. */
	async #fit(worker: Requester, job: Job, tell: () => void): Promise<Fitted | null> {
		const [id, text] = [this.#id, this.#text];
		for (let attempt = 1; ; attempt++) {
			let curve: readonly number[] = [];
			this.#running.set(worker, { job, update: 0, updates: 0, loss: 0, curve });
			try {
				const heard = (notice: Notice) => {
					this.#host.onNotice?.(notice);
					if (notice.type !== 'fit') return;
					const { update, updates, loss, epochs } = notice;
					curve = [...curve, ...figures(this.#metric, epochs)];
					this.#running.set(worker, { job, update, updates, loss, curve });
					tell();
				};
				return (await worker.request({ type: 'fit', id, text, job }, heard)).fitted;
			} catch (error) {
				const died = asFailure(error).code === 'worker_died';
				if (!died || attempt >= TRIES || this.#over) {
					if (!this.#over) this.failed = job;
					throw error;
				}
				await this.#host.prepare?.(worker);
			} finally {
				this.#running.delete(worker);
			}
		}
	}
}

/** All folds of a point, then the next point, without those that are done. */
function missing({ points, folds }: Planned, done: readonly Fitted[]): Job[] {
	const has = new Set(done.map(({ job }) => job.point * folds + job.fold));
	const all = Array.from({ length: points * folds }, (_, at) => at).filter((at) => !has.has(at));
	return all.map((at) => ({ point: Math.floor(at / folds), fold: at % folds }));
}

/** The figure that the points are compared by, of every epoch that has it. */
function figures(metric: string, events: readonly RunEvent[]): number[] {
	return events.flatMap((event) => {
		if (event.type !== 'epoch') return [];
		const [, part = '', name = ''] = /^(train|validation|test)_(loss|accuracy)$/.exec(metric) ?? [];
		const score = part === 'train' || part === 'validation' || part === 'test' ? event[part] : null;
		const own = name === 'loss' || name === 'accuracy' ? score?.[name] : undefined;
		const value = own ?? event.figures.find((figure) => figure.name === metric)?.value;
		return value === undefined || !Number.isFinite(value) ? [] : [value];
	});
}
