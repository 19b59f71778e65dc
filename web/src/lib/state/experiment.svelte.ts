// One experiment card: what can be asked of it. What it shows is in `experiment-facts.svelte.ts`. Views get plain
// values from here and call its methods; everything long happens in the training worker.

import { untrack } from 'svelte';
import { asFailure, EngineFailure, fail, failure } from '$lib/engine/failure';
import type { Notice } from '$lib/engine/messages';
import type { Requester } from '$lib/engine/requester';
import type { Card, Failure } from '$lib/engine/wire';
import type { RunEnd } from '$lib/runs/record';
import { dataShelf, dropInto, loadInto, loadingOf } from './data.svelte';
import { download } from './download';
import { ExperimentFacts } from './experiment-facts.svelte';
import { focus } from './focus.svelte';
import { InsideState } from './inside.svelte';
import { markDone, markStarted, readProgress } from './progress';
import { crashed, withTable, type Edit } from './crash';
import { runningTitle } from './title.svelte';
import { recover, recoverable, type Recovery } from './recovery';
import type { Contender } from './registry';
import { endsWorker, statusAfter, type Status } from './status';

/** The run goes on by another text. */
type Retell = 'remedied' | 'longer' | undefined;

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

	/** Times a few steps, so that it can be said how long a run takes. */
	async measure(): Promise<void> {
		if (this.busy || this.status === 'paused') return;
		focus.touch(this);
		await this.#begin(async (live) => {
			await this.#sound();
			const other = this.host.owner.busyOther(this);
			if (other) throw fail('other_running', { id: other.id });
			const { refused } = this.forecast;
			if (refused) throw new EngineFailure(refused);
			const ready = await this.#ready(live);
			if (!ready) return;
			this.loading = { what: 'measure', loaded: 0, total: 0 };
			const asked = { type: 'calibrate', dataset: this.card.dataset, text: this.text } as const;
			const { summary } = this;
			const { ms_per_step } = await this.client.request(asked, ready.onNotice);
			if (ms_per_step > 0)
				this.host.engines.remember({ id: this.id, summary }, this.client.engine, ms_per_step);
			if (live()) this.status = this.#before === 'idle' ? 'ready' : this.#before;
		});
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
		this.journal.leave();
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

	/** Goes on from where a run that diverged went back to; `edits`: what is changed in its text first. */
	async goOnAfterCrash(edits: readonly Edit[]): Promise<void> {
		if (this.status !== 'diverged') return;
		focus.touch(this);
		const back = this.run?.update ?? 0;
		await this.#begin(async (live) => {
			const roomy = withTable(this.text);
			if (edits.length > 0 && roomy !== this.text) await this.writing.set(roomy);
			for (const { path, value } of edits) await this.writing.setValue(path, value);
			await this.#sound();
			if (!live()) return;
			const here = this.#mine && edits.length === 0;
			if (here) await this.host.owner.acquire(this);
			this.shown.goOn();
			// Back at the beginning there is nothing to go on from: the run begins, by the new text.
			const retell = edits.length > 0 ? 'remedied' : undefined;
			if (live()) await this.#run({ prepare: !here, resume: back > 0, retell }, false, live);
		});
	}

	/** Takes the saved run up again; a finished one is only shown. */
	async resumeSaved(): Promise<void> {
		if (this.busy || !this.saved) return;
		focus.touch(this);
		const { text } = this.saved;
		this.#forget();
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
			await this.#sound();
			if (live()) await this.#run({ prepare: true, resume: true, retell: 'longer' }, false, live);
		});
	}

	async discardSaved(): Promise<void> {
		this.saved = null;
		this.journal.leave();
		await this.#ask(() => this.client.request({ type: 'reset', id: this.id }));
	}

	/** Takes effect with the next step of the run. */
	setLearningRate(value: number): void {
		if (!(value > 0) || !Number.isFinite(value) || !this.run) return;
		const from = this.shown.learningRate;
		if (from !== value) this.journal.add({ type: 'rate', from, to: value });
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

	/** For what is asked of the run's network beside the card: answers, a text. Null: it failed, the card says why. */
	async withNetwork<T>(work: (client: Requester) => Promise<T>): Promise<T | null> {
		let result: T | null = null;
		await this.#ask(async () => {
			await this.#takeWorker();
			result = await work(this.client);
		});
		return result;
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

	/** Throws where the text is not worth starting. */
	async #sound(): Promise<void> {
		if (await this.writing.sound()) return;
		if (this.writing.failure) throw new EngineFailure(this.writing.failure);
		throw fail('experiment_invalid', { count: String(this.checked?.problems.length ?? 0) });
	}

	async #go(onlyOne: boolean): Promise<void> {
		if (this.busy) return;
		focus.touch(this);
		// What died goes on from what was saved of it, which may still be looked for.
		if (this.status === 'failed') await this.#active;
		if (this.busy) return;
		const goOn = this.status === 'paused';
		if (this.status === 'failed' && this.saved && this.saved.text === this.text) return this.resumeSaved();
		await this.#begin(async (live) => {
			if (!goOn) await this.#sound();
			if (!live()) return;
			const { refused } = this.forecast;
			if (!goOn && refused) throw new EngineFailure(refused);
			if (!goOn) this.#forget();
			const here = goOn && this.#mine;
			if (here) await this.host.owner.acquire(this);
			if (here && live() && !onlyOne) this.journal.add({ type: 'resumed' });
			if (live()) await this.#run({ prepare: !here, resume: goOn }, onlyOne, live);
		});
	}

	/** Until the run stands still. A GPU that goes away does not end it. */
	async #run(
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
				if (recovery && this.#asked) return await this.#stand();
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
	#forget(): void {
		this.#losses = 0;
		this.happened = [];
	}

	/** Something that the run's record should tell, and the card tells now. */
	#happened(what: Failure): void {
		this.note = what;
		this.happened = [...this.happened, what];
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

	/** The engine that is to train, and the data, in the worker; null: it is not wanted any more. */
	async #ready(live: () => boolean) {
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
		const ready = await this.#ready(live);
		if (!ready) return;
		const { engine, data, onNotice } = ready;
		await this.host.owner.acquire(this);
		if (!live()) return;
		this.loading = { what: 'start', loaded: 0, total: 0 };
		this.#letGo();
		const { text } = this;
		const { dataset } = this.card;
		const asked = { type: 'prepare', id: this.id, dataset, text, resume, retell } as const;
		const { run, history } = await this.client.request(asked, onNotice);
		if (!live()) return;
		this.#inWorker = this.client.generation;
		this.engine = this.client.engine;
		const { failure: broken } = this.host.engines;
		if (engine === 'gpu' && this.engine === 'cpu')
			this.#happened(failure('gpu_to_cpu', { reason: broken?.code ?? 'gpu_start' }));
		this.shown.start(run, history, this.summary, this.edited, data.test.rows);
		await this.journal.begin(resume);
		if (!live()) return;
		this.inside.clear();
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
			if (notice.type === 'remark') this.note = notice.failure;
			if (notice.type !== 'events') return this.shown.steered(notice);
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
		if (ended) await this.#end(ended);
		else await this.#stand(onlyOne && this.#asked === null);
	}

	async #stand(singleStep = false): Promise<void> {
		if (this.#asked === 'stop') return this.#end('stopped');
		this.loading = null;
		this.status = 'paused';
		this.journal.stands(singleStep);
		await this.keepWeights();
	}

	async #end(ended: Exclude<RunEnd, 'open'>): Promise<void> {
		const crash = ended === 'diverged' ? this.crashes.at(-1) : undefined;
		const steps = this.run?.steps_per_epoch ?? 0;
		this.journal.end(ended, crash ? { ...crash, update: (crash.epoch - 1) * steps + crash.step } : null);
		this.status = ended === 'diverged' ? 'diverged' : 'finished';
		if (ended === 'finished') markDone(this.id, this.epochs.at(-1)?.test.accuracy ?? null);
		// Also of one that went back: its network is the last good one.
		await this.keepWeights();
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
