// What is done to its end in the training worker: all fits of a plan, stages. One at a time on this site; another
// experiment that starts, or another engine, calls it off.

import { trainClient } from '$lib/engine/client';
import { asFailure, fail, failure } from '$lib/engine/failure';
import type { EngineKind } from '$lib/engine/kinds';
import type { Notice } from '$lib/engine/messages';
import type { Requester } from '$lib/engine/requester';
import type { Card, Checked, DataState, Failure, Summary } from '$lib/engine/wire';
import { dataShelf, dropInto, loadInto, loadingOf, type Loading } from './data.svelte';
import { engines, type Engines } from './engines.svelte';
import { focus, type Shown } from './focus.svelte';
import { pageTicker, type Ticker } from './frame';
import { markStarted } from './progress';
import { trainOwner, type Contender, type TrainOwner } from './registry';
import { TextState } from './text.svelte';

export type TaskStatus = 'idle' | 'loading' | 'running' | 'stopping' | 'stopped' | 'finished' | 'failed';

/** What tests replace. */
export type TaskHost = { client: () => Requester; engines: Engines; owner: TrainOwner; ticker: Ticker };

export abstract class TaskState implements Contender, Shown {
	readonly card: Card;
	protected readonly host: TaskHost;
	protected readonly writing: TextState;
	status = $state<TaskStatus>('idle');
	loading = $state.raw<Loading | null>(null);
	/** Something to know, although nothing failed. */
	note = $state.raw<Failure | null>(null);
	/** The engine that works on it. */
	engine = $state.raw<EngineKind | null>(null);
	protected failed = $state.raw<Failure | null>(null);
	/** Counts what was begun: an older turn is not listened to. */
	#turn = 0;
	#active: Promise<void> = Promise.resolve();

	constructor(card: Card, host: Partial<TaskHost> = {}) {
		this.card = card;
		this.host = { client: trainClient, engines, owner: trainOwner, ticker: pageTicker, ...host };
		this.writing = new TextState(card, this.host.client, this.host.ticker);
	}

	/** All of it; the worker is there, and has the data. True: to its end; false: it was called off. */
	protected abstract work(data: DataState, live: () => boolean): Promise<boolean>;
	/** Ends the work soon; done when it has ended. */
	protected abstract halt(): Promise<void>;
	/** Before the first answer of the worker: what was shown is void. */
	protected abstract clear(): void;

	get id(): string {
		return this.card.id;
	}
	get text(): string {
		return this.writing.text;
	}
	get edited(): boolean {
		return this.writing.edited;
	}
	get checked(): Checked | null {
		return this.writing.checked;
	}
	get summary(): Summary {
		return this.writing.summary;
	}
	get failure(): Failure | null {
		return this.failed ?? this.writing.failure;
	}
	get data(): DataState | null {
		return dataShelf.of(this.card.dataset);
	}
	get busy(): boolean {
		return this.status === 'loading' || this.status === 'running' || this.status === 'stopping';
	}

	start(): Promise<void> {
		if (this.busy) return this.#active;
		focus.touch(this);
		return (this.#active = this.#do());
	}

	/** Done when everything stands still. */
	async cancel(): Promise<void> {
		if (this.status === 'running') {
			this.status = 'stopping';
			await this.halt();
		} else if (this.status === 'loading') {
			this.#turn += 1;
			this.loading = null;
			this.status = 'stopped';
			this.host.owner.release(this);
			// What is on its way arrives, and is not listened to.
			return;
		}
		await this.#active;
	}

	async giveWay(to: string): Promise<void> {
		if (!this.busy) return;
		await this.cancel();
		this.note = failure('ended_for_other', { id: to });
	}

	async changeEngine(): Promise<void> {
		const { engine } = await this.host.engines.decide(this);
		if (engine === this.client.engine || !this.busy) return;
		await this.cancel();
		this.client.use(engine);
		this.note = failure('ended_for_engine', { engine });
	}

	/** The official files, dropped or chosen by the reader. They are read on this device only. */
	async dropFiles(list: FileList | readonly File[]): Promise<void> {
		try {
			this.failed = null;
			dataShelf.put(this.card.dataset, await dropInto(this.client, this.card.dataset, [...list]));
		} catch (error) {
			this.failed = asFailure(error);
		}
	}

	protected get client(): Requester {
		return this.host.client();
	}

	protected hear(notice: Notice): void {
		const loading = loadingOf(notice, this.card.dataset);
		if (loading && this.status === 'loading') this.loading = loading;
	}

	async #do(): Promise<void> {
		const turn = ++this.#turn;
		const live = () => turn === this.#turn;
		this.failed = this.note = null;
		this.status = 'loading';
		this.loading = { what: 'engine', loaded: 0, total: 0 };
		try {
			if (!(await this.writing.sound())) {
				if (this.writing.failure) throw this.writing.failure;
				throw fail('experiment_invalid', { count: String(this.checked?.problems.length ?? 0) });
			}
			if (!live()) return;
			await this.host.owner.acquire(this);
			const { engine } = await this.host.engines.decide(this);
			if (!live()) return;
			this.client.use(engine);
			const hear = (notice: Notice) => live() && this.hear(notice);
			const data = await loadInto(this.client, this.card.dataset, 'all', hear);
			if (!live()) return;
			this.clear();
			markStarted(this.id);
			this.engine = this.client.engine;
			this.loading = { what: 'start', loaded: 0, total: 0 };
			this.status = 'running';
			const finished = await this.work(data, live);
			if (live()) this.status = finished ? 'finished' : 'stopped';
		} catch (error) {
			if (!live()) return;
			this.failed = asFailure(error);
			this.status = 'failed';
		} finally {
			if (live()) {
				this.loading = this.engine = null;
				this.host.owner.release(this);
			}
		}
	}
}
