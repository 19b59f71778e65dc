// All fits of an experiment, as one: what is done is kept on this device, a cancelled or reloaded plan goes on with
// the rest.

import { fitClients } from '$lib/engine/client';
import { asFailure } from '$lib/engine/failure';
import { KeptFits, type FitStore } from '$lib/engine/kept-fits';
import { PlanRun, type PlanProgress, type Running } from '$lib/engine/plan-run';
import type { Requester } from '$lib/engine/requester';
import type { Card, DataState, Fitted, Job, Planned, Table } from '$lib/engine/wire';
import { loadInto } from './data.svelte';
import { drawn, type Drawn } from './frame';
import { markDone } from './progress';
import { TaskState, type TaskHost } from './task.svelte';

export type PlanHost = TaskHost & {
	clients: (count: number) => { workers: readonly Requester[]; close(): void };
	kept: KeptFits;
};

/** More workers than this are more memory than speed. */
export const MOST_WORKERS = 8;
/** Between two updates of what is drawn, in ms. */
const DRAW_EVERY = 100;

/** One core is left for the page. */
function usualWorkers(): number {
	const cores = typeof navigator === 'undefined' ? 2 : (navigator.hardwareConcurrency ?? 2);
	return Math.max(1, Math.min(MOST_WORKERS, cores - 1));
}

/** Refuses, so that the page says that nothing is kept. */
const forgetful: FitStore = {
	getItem: () => null,
	setItem: () => {
		throw new DOMException('no storage', 'SecurityError');
	},
	removeItem: () => undefined
};

function pageFits(): KeptFits {
	try {
		return new KeptFits(typeof localStorage === 'undefined' ? forgetful : localStorage);
	} catch {
		return new KeptFits(forgetful);
	}
}

export class PlanState extends TaskState {
	readonly #clients: PlanHost['clients'];
	readonly #kept: KeptFits;
	/** How many the reader wants; the GPU is one. */
	workers = $state(usualWorkers());
	/** Null until the engine was asked. */
	planned = $state.raw<Planned | null>(null);
	table = $state.raw<Table | null>(null);
	fitted = $state.raw<readonly Fitted[]>([]);
	running = $state.raw<readonly Running[]>([]);
	leftMs = $state.raw<number | null>(null);
	/** False: the browser keeps nothing, after a reload the plan begins anew. */
	keeps = $state(true);
	failedJob = $state.raw<Job | null>(null);
	#latest: PlanProgress | null = null;
	readonly #drawn: Drawn;
	#run: PlanRun | null = null;
	#close: (() => void) | null = null;
	/** The text and the data that were asked about last. */
	#seen = '';

	constructor(card: Card, host: Partial<PlanHost> = {}) {
		super(card, host);
		this.#clients = host.clients ?? fitClients;
		this.#kept = host.kept ?? pageFits();
		this.#drawn = drawn(() => this.#publish(), DRAW_EVERY, this.host.ticker);
	}

	/** Of the text as it is now: as many as the book's where nothing was asked yet. */
	get fits(): number {
		return this.planned ? this.planned.points * this.planned.folds : this.card.fits;
	}

	/** How many fits there are, and what an earlier visit has kept of them. Call when the card is shown. */
	async look(): Promise<void> {
		if (this.busy) return;
		const { text } = this;
		if (text === this.#seen) return;
		this.#seen = text;
		try {
			const hear = (notice: Parameters<typeof this.hear>[0]) => this.hear(notice);
			const { plan } = await this.client.request({ type: 'plan', text }, hear);
			const data = await loadInto(this.client, this.card.dataset, 'first', hear);
			const fitted = this.#kept.read(this.#name(data), plan);
			const { table } = await this.client.request({ type: 'table', text, done: fitted });
			if (this.busy || text !== this.text) return;
			Object.assign(this, { planned: plan, table, fitted });
			this.status = fitted.length === 0 ? 'idle' : fitted.length === this.fits ? 'finished' : 'stopped';
		} catch (error) {
			this.#seen = '';
			if (!this.busy) this.failed = asFailure(error);
		}
	}

	async setText(text: string): Promise<void> {
		await this.writing.set(text);
		if (this.text === text && this.checked?.ok) await this.look();
	}

	async restoreText(): Promise<void> {
		this.writing.restore();
		await this.look();
	}

	override async dropFiles(list: FileList | readonly File[]): Promise<void> {
		await super.dropFiles(list);
		this.#seen = '';
		if (!this.failed) await this.look();
	}

	/** Throws away what is done, and what was kept of it. */
	async reset(): Promise<void> {
		await this.cancel();
		if (this.data) this.#kept.remove(this.#name(this.data));
		this.failed = this.note = this.failedJob = null;
		this.#seen = '';
		this.fitted = [];
		this.status = 'idle';
		await this.look();
	}

	/** Fits of other rows, or of another text, are not the same. The last changed text has a place of its own. */
	#name(data: DataState): string {
		return `${this.id}${this.edited ? '~' : ''}:${data.checksum.slice(0, 16)}`;
	}

	protected override clear(): void {
		this.running = [];
		this.failedJob = this.leftMs = null;
		this.#latest = null;
	}

	protected override async work(data: DataState, live: () => boolean): Promise<boolean> {
		const { id, text } = this;
		const name = this.#name(data);
		const kept = this.#kept;
		const { workers, close } = this.#clients(this.engine === 'gpu' ? 1 : this.workers);
		const run = new PlanRun(
			{
				workers,
				kept: {
					read: (_id, planned) => kept.read(name, planned),
					write: (_id, planned, done) => kept.write(name, planned, done)
				},
				now: () => this.host.ticker.now(),
				onProgress: (progress) => {
					// A fit that ends while the plan is cancelled is kept, so it is shown, too.
					if (this.#run !== run) return;
					if (live()) this.loading = null;
					this.#latest = progress;
					this.#drawn.ask();
				},
				prepare: async (worker) => void (await loadInto(worker, this.card.dataset, 'all'))
			},
			id,
			text
		);
		this.#run = run;
		this.#close = close;
		try {
			this.table = await run.run();
			const all = this.#latest?.fitted.length === this.#latest?.fits;
			if (all) this.#done();
			return all;
		} finally {
			this.failedJob = run.failed;
			close();
			this.#run = this.#close = null;
			this.#drawn.now();
			this.running = [];
			this.leftMs = null;
		}
	}

	protected override async halt(): Promise<void> {
		await this.#run?.cancel();
		// Those that are still getting ready need not.
		this.#close?.();
	}

	#done(): void {
		const { table } = this;
		const best = table?.points[table.best ?? 0]?.mean ?? null;
		const accuracy = table?.metric.endsWith('accuracy') ? best : null;
		if (!this.edited) markDone(this.id, accuracy);
	}

	#publish(): void {
		const latest = this.#latest;
		if (!latest) return;
		this.planned = latest.planned;
		this.table = latest.table;
		this.fitted = latest.fitted;
		this.running = latest.running;
		this.leftMs = latest.leftMs;
		this.keeps = latest.kept;
	}
}

// Not reactive: it is only where a card finds its state again.
// eslint-disable-next-line svelte/prefer-svelte-reactivity
const plans = new Map<string, PlanState>();

/** One for the whole visit, so that a plan outlives a change of page or language. */
export function planFor(card: Card): PlanState {
	if (typeof window === 'undefined') return new PlanState(card);
	let state = plans.get(card.id);
	if (!state) plans.set(card.id, (state = new PlanState(card)));
	return state;
}
