// The run of an experiment card, from loading to standing still: what a worker holds of it, and what becomes of it when
// a GPU goes away. `experiment.svelte.ts` adds what a reader asks for.

import { asFailure, fail, failure } from '$lib/engine/failure';
import { look, type Ask } from '$lib/engine/insight';
import type { Notice } from '$lib/engine/messages';
import type { Requester } from '$lib/engine/requester';
import type { Note } from '$lib/engine/notes';
import type { Failure } from '$lib/engine/wire';
import type { RunEnd } from '$lib/runs/record';
import { crashed } from './crash';
import { loadInto, loadingOf } from './data.svelte';
import { ExperimentFacts } from './experiment-facts.svelte';
import { InsideState } from './inside.svelte';
import type { InsightState } from './insight.svelte';
import type { InwordsState } from './inwords.svelte';
import { markDone, markStarted } from './progress';
import { recover, recoverable, type Recovery } from './recovery';
import type { Contender } from './registry';
import { endsWorker, statusAfter, type Status } from './status';
import { runningTitle } from './title.svelte';

/** The run goes on by another text. */
type Retell = 'remedied' | 'longer' | undefined;

/** `live` tells it whether it is still wanted. */
type Work = (live: () => boolean) => Promise<void>;

export abstract class ExperimentRun extends ExperimentFacts implements Contender {
	/** Counts what was begun: whatever answers for an older turn is not listened to. */
	protected turn = 0;
	/** The worker (by its generation) that holds this run; -1: none does. */
	#inWorker = -1;
	/** The reader wants it to stand still; it may be on its way to another engine meanwhile. */
	protected asked: 'pause' | 'stop' | null = null;
	/** How often this run has lost its GPU. */
	protected losses = 0;
	/** What is going on, and what was before it. */
	protected active: Promise<void> = Promise.resolve();
	protected before: Status = 'idle';
	readonly inside = new InsideState({
		at: () => (this.mine ? (this.run?.update ?? null) : null),
		live: async () => (await this.client.request({ type: 'inside', id: this.id })).live,
		histogram: async (of, layer) =>
			(await this.client.request({ type: 'histogram', id: this.id, of, layer })).histogram,
		take: () => this.takeWorker()
	});

	protected insight: InsightState | null = null;

	/** What looks inside the network: few do, so its code comes when somebody does. */
	async openInsight(): Promise<InsightState> {
		const { InsightState } = await import('./insight.svelte');
		return (this.insight ??= new InsightState({
			at: () => this.run?.update ?? null,
			take: () => this.takeWorker(),
			ask: (ask, heard) => look(this.client, this.id, ask, heard),
			stop: async () => void (await this.client.request({ type: 'stop', id: this.id }))
		}));
	}

	protected inwords: InwordsState | null = null;

	/** The same for a network on words. */
	async openInwords(): Promise<InwordsState> {
		const [{ InwordsState, asksOf }, { DeskClient }] = await Promise.all([
			import('./inwords.svelte'),
			import('$lib/engine/inwords/client')
		]);
		const { id, card } = this;
		const ask: Requester['request'] = (request) => this.client.request(request);
		const host = {
			id,
			dataset: card.dataset,
			at: () => this.run?.update ?? null,
			layers: () => this.runSummary.layers,
			take: () => this.takeWorker(),
			weights: async () => (await ask({ type: 'weights', id })).bytes,
			...asksOf(ask, id),
			look: <A extends Ask>(about: A) => look(this.client, id, about),
			text: () => ''
		};
		return (this.inwords ??= new InwordsState(host, new DeskClient()));
	}

	abstract giveWay(to: string): Promise<void>;
	abstract changeEngine(): Promise<void>;

	/** No worker holds the run any more. */
	protected letGo(): void {
		this.#inWorker = -1;
		this.engine = null;
	}

	protected get mine(): boolean {
		return this.#inWorker >= 0 && this.#inWorker === this.client.generation;
	}

	/** Until the run stands still. A GPU that goes away does not end it. */
	protected async perform(
		first: { prepare: boolean; resume: boolean; retell?: Retell },
		onlyOne: boolean,
		live: () => boolean
	): Promise<void> {
		let { prepare, resume, retell } = first;
		let recovery: Recovery | null = null;
		for (;;) {
			try {
				if (prepare) await this.#prepare(resume, retell, live);
				// What is saved has the other text by now.
				retell = undefined;
				if (!live()) return;
				if (recovery) this.#happened(recovery.note);
				if (this.run?.finished && resume) {
					this.status = 'finished';
					return await this.keepWeights();
				}
				if (recovery && this.asked) {
					// It was asked for while no worker was there to note it.
					if (this.asked === 'pause') this.journal.add({ type: 'paused' });
					return await this.#stand();
				}
				return await this.#play(onlyOne, live);
			} catch (error) {
				const value = asFailure(error);
				if (!live() || !recoverable(value, this.client.engine)) throw error;
				recovery = await this.#recover(value);
				if (!live()) return;
				prepare = true;
				resume = recovery.resume;
				retell = undefined;
			}
		}
	}

	/** What happened to the run before. */
	protected forget(): void {
		this.losses = 0;
		this.happened = [];
	}

	/** Something that the run's record should tell, and the card tells now. */
	#happened(what: Failure): void {
		this.note = what;
		this.happened = [...this.happened, what];
	}

	async #recover(value: Failure): Promise<Recovery> {
		this.losses += 1;
		this.letGo();
		this.shown.halt();
		this.status = 'loading';
		this.loading = { what: 'start', loaded: 0, total: 0 };
		// Called off now, it can be continued by hand.
		this.before = 'paused';
		const { run: saved } = await this.client.request({ type: 'saved', id: this.id });
		// What else waited for the worker has failed, too; it is of no interest any more.
		this.failed = null;
		const recovery = recover(value, this.losses, saved, this.run);
		if (recovery.engine === 'cpu') this.host.engines.gpuFailed(value);
		if (!recovery.resume) this.before = 'ready';
		return recovery;
	}

	/** Something long, from loading to standing still again. */
	protected begin(work: Work): Promise<void> {
		return (this.active = this.#do(work));
	}

	async #do(work: Work): Promise<void> {
		const turn = ++this.turn;
		const live = () => turn === this.turn;
		this.failed = this.note = null;
		this.asked = null;
		this.before = this.status;
		this.status = 'loading';
		this.loading = { what: 'engine', loaded: 0, total: 0 };
		try {
			await work(live);
		} catch (error) {
			if (live()) await this.#fail(asFailure(error));
		} finally {
			if (live()) this.loading = null;
		}
	}

	protected cancelLoading(): void {
		this.turn += 1;
		this.loading = null;
		this.status = this.before === 'idle' && this.data ? 'ready' : this.before;
	}

	async #fail(value: Failure): Promise<void> {
		this.loading = null;
		this.shown.halt();
		this.status = statusAfter(value.code, this.status, this.before, this.data !== null);
		this.failed = value;
		if (!endsWorker(value.code)) return;
		this.letGo();
		this.host.owner.release(this);
		await this.refreshSaved();
	}

	protected async refreshSaved(): Promise<void> {
		try {
			const { run } = await this.client.request({ type: 'saved', id: this.id });
			this.saved = run;
		} catch (error) {
			this.saved = null;
			this.failed ??= asFailure(error);
		}
	}

	/** The engine that is to train, and the data, in the worker; null: it is not wanted any more. */
	protected async ready(live: () => boolean) {
		const { engine } = await this.host.engines.decide(this);
		if (!live()) return null;
		if (engine !== this.client.engine) {
			// Another engine is another worker: whoever trains in this one is paused and saved first.
			await this.host.owner.acquire(this);
			if (!live()) return null;
			this.client.use(engine);
		}
		const { dataset } = this.card;
		const onNotice = (notice: Notice) => {
			const loading = loadingOf(notice, dataset);
			if (loading && live()) this.loading = loading;
		};
		const data = await loadInto(this.client, dataset, 'all', onNotice);
		return live() ? { engine, data, onNotice } : null;
	}

	/** The engine and the data, then a run in the worker: a new one, or the saved one. */
	async #prepare(resume: boolean, retell: Retell, live: () => boolean): Promise<void> {
		const ready = await this.ready(live);
		if (!ready) return;
		const { engine, data, onNotice } = ready;
		await this.host.owner.acquire(this);
		if (!live()) return;
		this.loading = { what: 'start', loaded: 0, total: 0 };
		this.letGo();
		const { text } = this;
		const { dataset } = this.card;
		const asked = { type: 'prepare', id: this.id, dataset, text, resume, retell } as const;
		const told: Note[] = [];
		const { run, history } = await this.client.request(asked, (notice) => {
			if (notice.type === 'note') told.push(notice.note);
			onNotice(notice);
		});
		if (!live()) return;
		this.#inWorker = this.client.generation;
		this.engine = this.client.engine;
		const { failure: broken } = this.host.engines;
		if (engine === 'gpu' && this.engine === 'cpu')
			this.#happened(failure('gpu_to_cpu', { reason: broken?.code ?? 'gpu_start' }));
		this.shown.start(run, history, this.summary, this.edited, data.test.rows);
		await this.journal.begin(resume, told);
		if (!live()) return;
		this.inside.clear();
		this.insight?.clear();
		this.inwords?.clear();
		this.report = this.saved = null;
		markStarted(this.id);
	}

	async #play(onlyOne: boolean, live: () => boolean): Promise<void> {
		this.loading = null;
		this.status = 'running';
		this.report = this.shown.oneUpdate = null;
		const { engine } = this.client;
		const heard = (notice: Notice) => {
			if (!live()) return;
			if (notice.type !== 'events') return this.steered(notice);
			this.shown.take(notice);
			this.journal.see(notice.events);
		};
		const asked = { type: 'play', id: this.id, only_one: onlyOne } as const;
		runningTitle.begin(this);
		const { run, history } = await this.client
			.request(asked, heard)
			.finally(() => runningTitle.end(this, live() ? this.shown.ended : null));
		if (!live()) return;
		if (history) this.shown.wentBack(run, history);
		else this.shown.halt(run);
		const { summary, ended } = this.shown;
		// A single step of the GPU says more of the way there and back.
		if (this.msPerStep > 0 && !(onlyOne && engine === 'gpu'))
			this.host.engines.remember({ id: this.id, summary }, engine, this.msPerStep);
		if (ended === 'diverged') {
			this.failed = crashed(this.crashes.at(-1));
			if (this.failed) this.happened = [...this.happened, this.failed];
		}
		if (ended) await this.endRun(ended);
		else await this.#stand();
	}

	/** What the worker tells of the run beside its events. */
	protected steered(notice: Notice): void {
		if (notice.type === 'remark') this.note = notice.failure;
		this.shown.steered(notice);
		// To the worker a stop is a pause.
		if (notice.type === 'note' && !(notice.note.what === 'paused' && this.asked === 'stop'))
			this.journal.hear(notice.note);
	}

	async #stand(): Promise<void> {
		if (this.asked === 'stop') return this.endRun('stopped');
		this.loading = null;
		this.status = 'paused';
		this.journal.stands();
		await this.keepWeights();
	}

	protected async endRun(ended: Exclude<RunEnd, 'open'>): Promise<void> {
		const crash = ended === 'diverged' ? this.crashes.at(-1) : undefined;
		const steps = this.run?.steps_per_epoch ?? 0;
		this.journal.end(ended, crash ? { ...crash, update: (crash.epoch - 1) * steps + crash.step } : null);
		this.status = ended === 'diverged' ? 'diverged' : 'finished';
		if (ended === 'finished') markDone(this.id, this.epochs.at(-1)?.test.accuracy ?? null);
		// Also of one that went back: its network is the last good one.
		await this.keepWeights();
	}

	/** The run in the worker, without disturbing another one that is training. */
	protected async takeWorker(): Promise<void> {
		if (this.mine) return;
		if (!this.run) throw fail('no_run', {});
		const other = this.host.owner.busyOther(this);
		if (other) throw fail('other_running', { id: other.id });
		const { dataset } = this.card;
		await loadInto(this.client, dataset, 'all');
		await this.host.owner.acquire(this);
		await this.client.request({ type: 'prepare', id: this.id, dataset, text: this.run.text, resume: true });
		this.#inWorker = this.client.generation;
		this.engine = this.client.engine;
	}
}
