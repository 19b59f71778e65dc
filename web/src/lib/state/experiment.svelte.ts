// One experiment card: what can be asked of it. What it shows is in `experiment-facts.svelte.ts`. Views get plain
// values from here and call its methods; everything long happens in the training worker.

import { untrack } from 'svelte';
import { asFailure, fail, failure } from '$lib/engine/failure';
import type { Notice } from '$lib/engine/messages';
import type { Card, Failure } from '$lib/engine/wire';
import { dataShelf, dropInto, loadInto, loadingOf } from './data.svelte';
import { download } from './download';
import { ExperimentFacts } from './experiment-facts.svelte';
import { focus } from './focus.svelte';
import { InsideState } from './inside.svelte';
import { markDone, markStarted, readProgress } from './progress';
import { recover, recoverable, type Recovery } from './recovery';
import type { Contender } from './registry';
import { recordOf, type RunRecord } from './runs';
import { endsWorker, statusAfter, type Status } from './status';

/** `live` tells it whether it is still wanted. */
type Work = (live: () => boolean) => Promise<void>;

const MISJUDGED = 60;

export class ExperimentState extends ExperimentFacts implements Contender {
	/** Counts what was begun: whatever answers for an older turn is not listened to. */
	#turn = 0;
	/** The worker (by its generation) that holds this run; -1: none does. */
	#inWorker = -1;
	/** The reader wants it to stand still; it may be on its way to another engine meanwhile. */
	#asked: 'pause' | 'stop' | null = null;
	/** How often this run has lost its GPU. */
	#losses = 0;
	/** A saved run was asked for in this visit. */
	#looked: Promise<void> | null = null;
	/** What is going on, and what was before it. */
	#active: Promise<void> = Promise.resolve();
	#before: Status = 'idle';
	readonly inside = new InsideState({
		at: () => (this.#mine ? (this.run?.update ?? null) : null),
		live: async () => (await this.client.request({ type: 'inside', id: this.id })).live,
		histogram: async (of, layer) =>
			(await this.client.request({ type: 'histogram', id: this.id, of, layer })).histogram,
		take: () => this.#takeWorker()
	});

	setValue(path: string, value: string): Promise<void> {
		focus.touch(this);
		return this.writing.setValue(path, value);
	}
	setText(text: string): Promise<void> {
		focus.touch(this);
		return this.writing.set(text);
	}

	/** Start; go on after a pause; after a failure go on from what was saved. Done when the run stands still. */
	train(): Promise<void> {
		return this.#go(false);
	}

	step(): Promise<void> {
		return this.#go(true);
	}

	async pause(): Promise<void> {
		if (this.status === 'loading') this.#cancelLoading();
		if (this.status !== 'running') return;
		this.#asked ??= 'pause';
		await this.#ask(() => this.client.request({ type: 'pause', id: this.id }));
		await this.#active;
	}

	/** Ends the run and keeps its network. */
	async stop(): Promise<void> {
		if (this.status === 'loading') this.#cancelLoading();
		if (this.status === 'running') {
			this.#asked = 'stop';
			await this.pause();
		} else if (this.status === 'paused') await this.#end('stopped');
	}

	/** Throws the run away, and what was saved of it. */
	async reset(): Promise<void> {
		this.#turn += 1;
		this.#letGo();
		this.shown.clear();
		this.inside.clear();
		this.saved = this.report = this.loading = null;
		this.status = this.data ? 'ready' : 'idle';
		this.failed = this.note = null;
		await this.#ask(() => this.client.request({ type: 'reset', id: this.id }));
	}

	/** Call when the card is shown: offers a run that an earlier visit left. */
	async lookForSaved(): Promise<void> {
		// Asked for from effects, which must not follow what is read here.
		const idle = untrack(() => this.run === null && this.saved === null && !this.busy);
		if (this.#looked) return this.#looked;
		if (!idle || !readProgress().started.includes(this.id)) return;
		this.#looked = this.#refreshSaved();
		await this.#looked;
	}

	/** A link asks for it: then neither over a run that is there, nor in the middle of another one. */
	async trainAtOnce(): Promise<void> {
		await this.lookForSaved();
		if (this.busy || this.note) return;
		if (this.saved || this.run || this.host.owner.busyOther(this)) this.note = failure('link_start_kept', {});
		else await this.train();
	}

	/** Takes the saved run up again; a finished one is only shown. */
	async resumeSaved(): Promise<void> {
		if (this.busy || !this.saved) return;
		focus.touch(this);
		const { text } = this.saved;
		this.#losses = 0;
		await this.#begin(async (live) => {
			// The run's own text counts: what the card shows must be what is trained.
			if (this.text !== text) await this.writing.apply({ id: this.id, sets: [], text });
			if (live()) await this.#run({ prepare: true, resume: true }, false, live);
		});
	}

	/** Goes on after the end, as if the text had asked for so many more epochs from the beginning. */
	async moreEpochs(count: number): Promise<void> {
		const { run, summary } = this.shown;
		if (this.status !== 'finished' || !run || !(Number.isInteger(count) && count > 0)) return;
		focus.touch(this);
		this.#losses = 0;
		const path = summary.settings.find(({ name }) => name === 'epochs')?.path ?? 'training.epochs';
		await this.#begin(async (live) => {
			if (this.text !== run.text) await this.writing.apply({ id: this.id, sets: [], text: run.text });
			await this.writing.setValue(path, String(run.epoch + count));
			await this.#mustBeSound();
			if (live()) await this.#run({ prepare: true, resume: true, more: true }, false, live);
		});
	}

	async discardSaved(): Promise<void> {
		this.saved = null;
		await this.#ask(() => this.client.request({ type: 'reset', id: this.id }));
	}

	/** Takes effect with the next step of the run. */
	setLearningRate(value: number): void {
		if (!(value > 0) || !Number.isFinite(value) || !this.run) return;
		this.shown.learningRate = value;
		if (this.#mine) void this.#ask(() => this.client.request({ type: 'learning_rate', id: this.id, value }));
	}

	/** Confusion matrix and misjudged pictures of the network as it is now. */
	async loadReport(): Promise<void> {
		await this.#ask(async () => {
			await this.#takeWorker();
			const { report } = await this.client.request({ type: 'report', id: this.id, misjudged: MISJUDGED });
			this.report = report;
		});
	}

	/** The official files, dropped or chosen by the reader. They are read on this device only. */
	async dropFiles(list: FileList | readonly File[]): Promise<void> {
		await this.#ask(async () => {
			dataShelf.put(this.card.dataset, await dropInto(this.client, this.card.dataset, [...list]));
			if (this.status === 'idle') this.status = 'ready';
		});
	}

	async downloadWeights(): Promise<void> {
		await this.#ask(async () => {
			let bytes = this.host.trained.of(this.id)?.bytes;
			if (!bytes || this.#mine) {
				await this.#takeWorker();
				({ bytes } = await this.client.request({ type: 'weights', id: this.id }));
			}
			download(bytes, `fireside-${this.id}-seed${this.run?.seed ?? 0}.safetensors`);
		});
	}

	/** Another experiment starts. */
	async giveWay(to: string): Promise<void> {
		if (this.busy) {
			await this.pause();
			this.note = failure('paused_for_other', { id: to });
		}
		this.#letGo();
	}

	/** The reader wants another engine: the run stands still, saved; its next step is on the new one. */
	async changeEngine(): Promise<void> {
		const { engine } = await this.host.engines.decide(this);
		if (engine === this.client.engine || !(this.busy || this.#mine)) return;
		const broken = this.busy;
		await this.pause();
		this.client.use(engine);
		this.#letGo();
		if (broken && this.status === 'paused') this.note = failure('engine_switched', { engine });
	}

	/** No worker holds the run any more. */
	#letGo(): void {
		this.#inWorker = -1;
		this.engine = null;
	}

	get #mine(): boolean {
		return this.#inWorker >= 0 && this.#inWorker === this.client.generation;
	}

	/** A request beside the run: its failure is shown, the run stays as it is. */
	async #ask(work: () => Promise<unknown>): Promise<void> {
		try {
			this.failed = null;
			await work();
		} catch (error) {
			// Where the run itself waits for the worker, it says so, and offers the way back.
			if (this.status !== 'failed') this.failed = asFailure(error);
			if (this.engine && !this.#mine) this.#letGo();
		}
	}

	async #go(onlyOne: boolean): Promise<void> {
		if (this.busy) return;
		focus.touch(this);
		const goOn = this.status === 'paused';
		// What died goes on from what was saved of it.
		if (this.status === 'failed' && this.saved && this.saved.text === this.text) return this.resumeSaved();
		await this.#begin(async (live) => {
			if (!goOn) await this.#mustBeSound();
			if (!live()) return;
			if (!goOn) this.#losses = 0;
			const here = goOn && this.#mine;
			if (here) await this.host.owner.acquire(this);
			if (live()) await this.#run({ prepare: !here, resume: goOn }, onlyOne, live);
		});
	}

	async #mustBeSound(): Promise<void> {
		if (await this.writing.sound()) return;
		if (this.writing.failure) throw this.writing.failure;
		throw fail('experiment_invalid', { count: String(this.checked?.problems.length ?? 0) });
	}

	/** Until the run stands still. A GPU that goes away does not end it. */
	async #run(
		first: { prepare: boolean; resume: boolean; more?: boolean },
		onlyOne: boolean,
		live: () => boolean
	): Promise<void> {
		let { prepare, resume, more = false } = first;
		let recovery: Recovery | null = null;
		for (;;) {
			try {
				if (prepare) await this.#prepare(resume, more, live);
				// What is saved has the longer text by now.
				more = false;
				if (!live()) return;
				if (recovery) this.note = recovery.note;
				if (this.run?.finished && resume) {
					this.status = 'finished';
					return await this.keepWeights();
				}
				if (recovery && this.#asked) return await this.#stand();
				return await this.#play(onlyOne, live);
			} catch (error) {
				const value = asFailure(error);
				if (!live() || !recoverable(value, this.client.engine)) throw error;
				recovery = await this.#recover(value);
				if (!live()) return;
				prepare = true;
				resume = recovery.resume;
			}
		}
	}

	async #recover(value: Failure): Promise<Recovery> {
		this.#losses += 1;
		this.#letGo();
		this.shown.halt();
		this.status = 'loading';
		this.loading = { what: 'start', loaded: 0, total: 0 };
		// Called off now, it can be continued by hand.
		this.#before = 'paused';
		const { run: saved } = await this.client.request({ type: 'saved', id: this.id });
		// What else waited for the worker has failed, too; it is of no interest any more.
		this.failed = null;
		const recovery = recover(value, this.#losses, saved, this.run);
		if (recovery.engine === 'cpu') this.host.engines.gpuFailed(value);
		if (!recovery.resume) this.#before = 'ready';
		return recovery;
	}

	/** Something long, from loading to standing still again. */
	#begin(work: Work): Promise<void> {
		return (this.#active = this.#do(work));
	}

	async #do(work: Work): Promise<void> {
		const turn = ++this.#turn;
		const live = () => turn === this.#turn;
		this.failed = this.note = null;
		this.#asked = null;
		this.#before = this.status;
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

	#cancelLoading(): void {
		this.#turn += 1;
		this.loading = null;
		this.status = this.#before === 'idle' && this.data ? 'ready' : this.#before;
	}

	async #fail(value: Failure): Promise<void> {
		this.loading = null;
		this.shown.halt();
		this.status = statusAfter(value.code, this.status, this.#before, this.data !== null);
		this.failed = value;
		if (!endsWorker(value.code)) return;
		this.#letGo();
		this.host.owner.release(this);
		await this.#refreshSaved();
	}

	async #refreshSaved(): Promise<void> {
		try {
			const { run } = await this.client.request({ type: 'saved', id: this.id });
			this.saved = run;
		} catch (error) {
			this.saved = null;
			this.failed ??= asFailure(error);
		}
	}

	/** The engine and the data, then a run in the worker: a new one, or the saved one. */
	async #prepare(resume: boolean, more: boolean, live: () => boolean): Promise<void> {
		const { engine } = await this.host.engines.decide(this);
		if (!live()) return;
		if (engine !== this.client.engine) {
			// Another engine is another worker: whoever trains in this one is paused and saved first.
			await this.host.owner.acquire(this);
			if (!live()) return;
			this.client.use(engine);
		}
		const { dataset } = this.card;
		const onNotice = (notice: Notice) => {
			const loading = loadingOf(notice, dataset);
			if (loading && live()) this.loading = loading;
		};
		const data = await loadInto(this.client, dataset, 'all', onNotice);
		if (!live()) return;
		await this.host.owner.acquire(this);
		if (!live()) return;
		this.loading = { what: 'start', loaded: 0, total: 0 };
		this.#letGo();
		const text = this.text;
		const asked = { type: 'prepare', id: this.id, dataset, text, resume, more } as const;
		const { run, history } = await this.client.request(asked, onNotice);
		if (!live()) return;
		this.#inWorker = this.client.generation;
		this.engine = this.client.engine;
		const { failure: broken } = this.host.engines;
		if (engine === 'gpu' && this.engine === 'cpu')
			this.note = failure('gpu_to_cpu', { reason: broken?.code ?? 'gpu_start' });
		this.shown.start(run, history, this.summary, this.edited, data.test.rows);
		this.inside.clear();
		this.report = this.saved = null;
		markStarted(this.id);
	}

	async #play(onlyOne: boolean, live: () => boolean): Promise<void> {
		this.loading = null;
		this.status = 'running';
		this.report = this.shown.oneUpdate = null;
		const { engine } = this.client;
		const { run } = await this.shown.timed(() =>
			this.client.request({ type: 'play', id: this.id, only_one: onlyOne }, (notice) => {
				if (!live()) return;
				if (notice.type === 'remark') this.note = notice.failure;
				if (notice.type === 'events') this.shown.take(notice);
				else this.shown.steered(notice);
			})
		);
		if (!live()) return;
		this.shown.halt(run);
		const { summary, ended, diverged } = this.shown;
		// A single step of the GPU says more of the way there and back.
		if (this.msPerStep > 0 && !(onlyOne && engine === 'gpu'))
			this.host.engines.remember({ id: this.id, summary }, engine, this.msPerStep);
		if (diverged) this.failed = failure('diverged', diverged);
		if (ended) await this.#end(ended);
		else await this.#stand();
	}

	async #stand(): Promise<void> {
		if (this.#asked === 'stop') return this.#end('stopped');
		this.loading = null;
		this.status = 'paused';
		await this.keepWeights();
	}

	async #end(ended: RunRecord['ended']): Promise<void> {
		const record = recordOf(this.card, this.shown, this.data?.origin === 'sample', ended);
		this.runs = [...this.runs, record];
		this.status = ended === 'diverged' ? 'diverged' : 'finished';
		if (ended === 'finished') markDone(this.id, record.accuracy);
		if (ended === 'diverged') await this.#refreshSaved();
		else await this.keepWeights();
	}

	/** The run in the worker, without disturbing another one that is training. */
	async #takeWorker(): Promise<void> {
		if (this.#mine) return;
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

// Not reactive: it is only where a card finds its state again.
// eslint-disable-next-line svelte/prefer-svelte-reactivity
const cards = new Map<string, ExperimentState>();

/** The state of a card: one for the whole visit, so that a run outlives a change of page or language. */
export function experimentFor(card: Card): ExperimentState {
	if (typeof window === 'undefined') return new ExperimentState(card);
	let state = cards.get(card.id);
	if (!state) cards.set(card.id, (state = new ExperimentState(card)));
	return state;
}
