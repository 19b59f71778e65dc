// One experiment card: what can be asked of it. What it shows is in `experiment-facts.svelte.ts`, how its run comes and
// goes in `experiment-run.svelte.ts`. Views get plain values from here and call its methods; everything long happens in
// the training worker.

import { untrack } from 'svelte';
import { asFailure, EngineFailure, fail, failure } from '$lib/engine/failure';
import type { Requester } from '$lib/engine/requester';
import type { Card } from '$lib/engine/wire';
import { withTable, type Edit } from './crash';
import { dataShelf, dropInto, sampleInto } from './data.svelte';
import { download } from './download';
import { ExperimentRun } from './experiment-run.svelte';
import { focus } from './focus.svelte';
import { readProgress } from './progress';

const MISJUDGED = 60;

export class ExperimentState extends ExperimentRun {
	/** A saved run was asked for in this visit. */
	#looked: Promise<void> | null = null;

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
		await this.begin(async (live) => {
			await this.#sound();
			const other = this.host.owner.busyOther(this);
			if (other) throw fail('other_running', { id: other.id });
			const { refused } = this.forecast;
			if (refused) throw new EngineFailure(refused);
			const ready = await this.ready(live);
			if (!ready) return;
			this.loading = { what: 'measure', loaded: 0, total: 0 };
			const asked = { type: 'calibrate', dataset: this.card.dataset, text: this.text } as const;
			const { summary } = this;
			const { ms_per_step } = await this.client.request(asked, ready.onNotice);
			if (ms_per_step > 0)
				this.host.engines.remember({ id: this.id, summary }, this.client.engine, ms_per_step);
			if (live()) this.status = this.before === 'idle' ? 'ready' : this.before;
		});
	}

	async pause(): Promise<void> {
		if (this.status === 'loading') this.cancelLoading();
		if (this.status !== 'running') return;
		this.asked ??= 'pause';
		await this.#ask(() => this.client.request({ type: 'pause', id: this.id }));
		await this.active;
	}

	/** Ends the run and keeps its network. */
	async stop(): Promise<void> {
		if (this.status === 'loading') this.cancelLoading();
		if (this.status === 'running') {
			this.asked = 'stop';
			await this.pause();
		} else if (this.status === 'paused') await this.endRun('stopped');
	}

	/** Throws the run away, and what was saved of it. */
	async reset(): Promise<void> {
		this.turn += 1;
		this.letGo();
		this.shown.clear();
		this.inside.clear();
		this.insight?.clear();
		this.inwords?.clear();
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
		this.#looked = this.refreshSaved();
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
		await this.begin(async (live) => {
			const roomy = withTable(this.text);
			if (edits.length > 0 && roomy !== this.text) await this.writing.set(roomy);
			for (const { path, value } of edits) await this.writing.setValue(path, value);
			await this.#sound();
			if (!live()) return;
			const here = this.mine && edits.length === 0;
			if (here) await this.host.owner.acquire(this);
			this.shown.goOn();
			// Back at the beginning there is nothing to go on from: the run begins, by the new text.
			const retell = edits.length > 0 ? 'remedied' : undefined;
			if (live()) await this.perform({ prepare: !here, resume: back > 0, retell }, false, live);
		});
	}

	/** Takes the saved run up again; a finished one is only shown. */
	async resumeSaved(): Promise<void> {
		if (this.busy || !this.saved) return;
		focus.touch(this);
		const { text } = this.saved;
		this.forget();
		await this.begin(async (live) => {
			// The run's own text counts: what the card shows must be what is trained.
			if (this.text !== text) await this.writing.apply({ id: this.id, sets: [], text });
			if (live()) await this.perform({ prepare: true, resume: true }, false, live);
		});
	}

	/** Goes on after the end, as if the text had asked for so many more epochs from the beginning. */
	async moreEpochs(count: number): Promise<void> {
		const { run, summary } = this.shown;
		if (this.status !== 'finished' || !run || !(Number.isInteger(count) && count > 0)) return;
		focus.touch(this);
		this.losses = 0;
		const path = summary.settings.find(({ name }) => name === 'epochs')?.path ?? 'training.epochs';
		await this.begin(async (live) => {
			if (this.text !== run.text) await this.writing.apply({ id: this.id, sets: [], text: run.text });
			await this.writing.setValue(path, String(run.epoch + count));
			await this.#sound();
			if (live()) await this.perform({ prepare: true, resume: true, retell: 'longer' }, false, live);
		});
	}

	async discardSaved(): Promise<void> {
		this.saved = null;
		this.journal.leave();
		await this.#ask(() => this.client.request({ type: 'reset', id: this.id }));
	}

	/** Takes effect with the next step of the run. */
	setLearningRate(value: number): void {
		const alive = this.status === 'running' || this.status === 'paused';
		if (!(value > 0) || !Number.isFinite(value) || !alive) return;
		const { learningRate: before } = this.shown;
		this.shown.learningRate = value;
		void this.#ask(async () => {
			try {
				// A paused run may have given its worker away.
				await this.takeWorker();
				const asked = { type: 'learning_rate', id: this.id, value } as const;
				await this.client.request(asked, (notice) => this.steered(notice));
			} catch (error) {
				this.shown.learningRate = before;
				throw error;
			}
		});
	}

	/** Confusion matrix and misjudged pictures of the network as it is now. */
	async loadReport(): Promise<void> {
		await this.#ask(async () => {
			await this.takeWorker();
			const { report } = await this.client.request({ type: 'report', id: this.id, misjudged: MISJUDGED });
			this.tokens = await this.#tokens();
			this.report = report;
		});
	}

	/** Where there are none, classes have their names or numbers. */
	async #tokens(): Promise<readonly string[] | null> {
		if (this.runSummary.layers[0]?.type !== 'Embedding') return null;
		const asked = this.client.request({ type: 'vocabulary', id: this.id });
		const vocabulary = await asked.then((reply) => reply.vocabulary).catch(() => null);
		return vocabulary?.special === 0 ? vocabulary.words : null;
	}

	/** The official files, dropped or chosen by the reader. They are read on this device only. */
	async dropFiles(list: FileList | readonly File[]): Promise<void> {
		await this.#ask(async () => {
			dataShelf.put(this.card.dataset, await dropInto(this.client, this.card.dataset, [...list]));
			if (this.status === 'idle') this.status = 'ready';
		});
	}

	/** A file of the reader's own and how to read it; none: the sample. Throws where it can't be read. */
	async useData(files: readonly File[]): Promise<void> {
		const { dataset } = this.card;
		dataShelf.put(
			dataset,
			await (files.length > 0 ? dropInto : sampleInto)(this.client, dataset, [...files])
		);
		if (this.status === 'idle') this.status = 'ready';
	}

	/** For what is asked of the run's network beside the card: answers, a text. Null: it failed, the card says why. */
	async withNetwork<T>(work: (client: Requester) => Promise<T>): Promise<T | null> {
		let result: T | null = null;
		await this.#ask(async () => {
			await this.takeWorker();
			result = await work(this.client);
		});
		return result;
	}

	async downloadWeights(): Promise<void> {
		await this.#ask(async () => {
			let bytes = this.host.trained.of(this.id)?.bytes;
			if (!bytes || this.mine) {
				await this.takeWorker();
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
		this.letGo();
	}

	/** The reader wants another engine: the run stands still, saved; its next step is on the new one. */
	async changeEngine(): Promise<void> {
		const { engine } = await this.host.engines.decide(this);
		if (engine === this.client.engine || !(this.busy || this.mine)) return;
		const broken = this.busy;
		await this.pause();
		this.client.use(engine);
		this.letGo();
		if (broken && this.status === 'paused') this.note = failure('engine_switched', { engine });
	}

	/** A request beside the run: its failure is shown, the run stays as it is. */
	async #ask(work: () => Promise<unknown>): Promise<void> {
		try {
			this.failed = null;
			await work();
		} catch (error) {
			// Where the run itself waits for the worker, it says so, and offers the way back.
			if (this.status !== 'failed') this.failed = asFailure(error);
			if (this.engine && !this.mine) this.letGo();
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
		if (this.status === 'failed') await this.active;
		if (this.busy) return;
		const goOn = this.status === 'paused';
		if (this.status === 'failed' && this.saved && this.saved.text === this.text) return this.resumeSaved();
		await this.begin(async (live) => {
			if (!goOn) await this.#sound();
			if (!live()) return;
			const { refused } = this.forecast;
			if (!goOn && refused) throw new EngineFailure(refused);
			if (!goOn) this.forget();
			const here = goOn && this.mine;
			if (here) await this.host.owner.acquire(this);
			if (live()) await this.perform({ prepare: !here, resume: goOn }, onlyOne, live);
		});
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
