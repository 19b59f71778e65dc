// One experiment card: its text, its run, what the run has shown, and what can be asked of it. Views get plain
// values from here and call its methods; everything long happens in the training worker.

import { untrack } from 'svelte';
import { trainClient, type Requester } from '$lib/engine/client';
import { asFailure, fail, failure } from '$lib/engine/failure';
import type { EpochRow, Points } from '$lib/engine/history';
import type { Notice } from '$lib/engine/messages';
import type { Card, Checked, DataState, Failure, Report, RunState, Summary } from '$lib/engine/wire';
import { dataShelf, loadingOf, readFiles, tooLarge, type Loading } from './data.svelte';
import { pageTicker, type Ticker } from './frame';
import { estimate, rememberPace } from './pace';
import { markDone, markStarted, readProgress } from './progress';
import { trainOwner, type Contender, type TrainOwner } from './registry';
import { recordOf, type RunRecord } from './runs';
import { TextState } from './text.svelte';
import { ShownRun, type Evaluating } from './shown.svelte';
import { trainedShelf, type TrainedShelf } from './trained.svelte';
import type { Link } from './url';

export type Status = 'idle' | 'loading' | 'ready' | 'running' | 'paused' | 'finished' | 'diverged' | 'failed';

/** What tests replace. */
export type ExperimentHost = {
	client: () => Requester;
	owner: TrainOwner;
	trained: TrainedShelf;
	ticker: Ticker;
};

/** `live` tells it whether it is still wanted. */
type Work = (live: () => boolean) => Promise<void>;

const MISJUDGED = 60;

export class ExperimentState implements Contender {
	readonly card: Card;
	readonly #host: ExperimentHost;
	readonly #text: TextState;
	readonly #shown: ShownRun;

	status = $state<Status>('idle');
	loading = $state.raw<Loading | null>(null);
	/** A run of an earlier visit (or one that died) that can be continued. */
	saved = $state.raw<RunState | null>(null);
	report = $state.raw<Report | null>(null);
	runs = $state.raw<RunRecord[]>([]);
	/** Something to know, although nothing failed: paused for another experiment, could not be saved ... */
	note = $state.raw<Failure | null>(null);
	#failure = $state.raw<Failure | null>(null);

	/** Counts what was begun: whatever answers for an older turn is not listened to. */
	#turn = 0;
	/** The worker (by its generation) that holds this run; -1: none does. */
	#inWorker = -1;
	#stopAsked = false;
	/** A saved run was asked for in this visit. */
	#looked = false;
	/** What is going on, and what was before it. */
	#active: Promise<void> = Promise.resolve();
	#before: Status = 'idle';

	constructor(card: Card, host: Partial<ExperimentHost> = {}) {
		this.card = card;
		this.#host = {
			client: trainClient,
			owner: trainOwner,
			trained: trainedShelf,
			ticker: pageTicker,
			...host
		};
		this.#text = new TextState(card, this.#host.client, this.#host.ticker);
		this.#shown = new ShownRun(this.#host.ticker);
	}

	get id(): string {
		return this.card.id;
	}
	get text(): string {
		return this.#text.text;
	}
	get edited(): boolean {
		return this.#text.edited;
	}
	get checked(): Checked | null {
		return this.#text.checked;
	}
	/** Of the last text without problems. */
	get summary(): Summary {
		return this.#text.summary;
	}
	get failure(): Failure | null {
		return this.#failure ?? this.#text.failure;
	}
	get run(): RunState | null {
		return this.#shown.run;
	}
	/** Training, in epochs and thinned. */
	get steps(): Points {
		return this.#shown.steps;
	}
	get epochs(): EpochRow[] {
		return this.#shown.epochs;
	}
	get evaluating(): Evaluating | null {
		return this.#shown.evaluating;
	}
	/** Median of the recent steps; 0 = not measured yet. */
	get msPerStep(): number {
		return this.#shown.msPerStep;
	}
	get secondsLeft(): number | null {
		return this.#shown.secondsLeft;
	}
	/** Of the run; may have been changed while it runs. */
	get learningRate(): number {
		return this.#shown.learningRate;
	}
	get data(): DataState | null {
		return dataShelf.of(this.card.dataset);
	}
	get busy(): boolean {
		return this.status === 'running' || this.status === 'loading';
	}
	/** Seconds that a whole run would take on this device; null where nothing was measured yet. */
	get estimate(): number | null {
		return estimate(this.id, this.summary, this.data);
	}

	setValue(path: string, value: string): Promise<void> {
		return this.#text.setValue(path, value);
	}
	setText(text: string): Promise<void> {
		return this.#text.set(text);
	}
	restoreText(): void {
		this.#text.restore();
	}
	/** What belongs into the address. */
	link(): Link {
		return this.#text.link();
	}
	async applyLink(link: Link): Promise<void> {
		this.note = await this.#text.apply(link);
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
		await this.#ask(() => this.#client.request({ type: 'pause', id: this.id }));
		await this.#active;
	}

	/** Ends the run and keeps its network. */
	async stop(): Promise<void> {
		if (this.status === 'loading') this.#cancelLoading();
		if (this.status === 'running') {
			this.#stopAsked = true;
			await this.pause();
		} else if (this.status === 'paused') await this.#end('stopped');
	}

	/** Throws the run away, and what was saved of it. */
	async reset(): Promise<void> {
		this.#turn += 1;
		this.#inWorker = -1;
		this.#shown.clear();
		this.saved = this.report = this.loading = null;
		this.status = this.data ? 'ready' : 'idle';
		this.#failure = this.note = null;
		await this.#ask(() => this.#client.request({ type: 'reset', id: this.id }));
	}

	/** Call when the card is shown: offers a run that an earlier visit left. */
	async lookForSaved(): Promise<void> {
		// Asked for from effects, which must not follow what is read here.
		const idle = untrack(() => this.run === null && this.saved === null && !this.busy);
		if (this.#looked || !idle || !readProgress().started.includes(this.id)) return;
		this.#looked = true;
		await this.#refreshSaved();
	}

	/** Takes the saved run up again; a finished one is only shown. */
	async resumeSaved(): Promise<void> {
		if (this.busy || !this.saved) return;
		const { text } = this.saved;
		await this.#begin(async (live) => {
			// The run's own text counts: what the card shows must be what is trained.
			if (this.text !== text) await this.#text.apply({ id: this.id, sets: [], text });
			if (!live()) return;
			await this.#prepare(true, live);
			if (!live()) return;
			if (this.run?.finished) {
				this.status = 'finished';
				await this.#keepWeights();
			} else await this.#play(false, live);
		});
	}

	async discardSaved(): Promise<void> {
		this.saved = null;
		await this.#ask(() => this.#client.request({ type: 'reset', id: this.id }));
	}

	/** Takes effect with the next step of the run. */
	setLearningRate(value: number): void {
		if (!(value > 0) || !Number.isFinite(value) || !this.run) return;
		this.#shown.learningRate = value;
		if (this.#mine) void this.#ask(() => this.#client.request({ type: 'learning_rate', id: this.id, value }));
	}

	/** Confusion matrix and misjudged pictures of the network as it is now. */
	async loadReport(): Promise<void> {
		await this.#ask(async () => {
			await this.#takeWorker();
			const { report } = await this.#client.request({ type: 'report', id: this.id, misjudged: MISJUDGED });
			this.report = report;
		});
	}

	/** The official files, dropped or chosen by the reader. They are read on this device only. */
	async dropFiles(list: FileList | readonly File[]): Promise<void> {
		const files = [...list];
		await this.#ask(async () => {
			if (files.length === 0) throw fail('drop_empty', {});
			const refused = tooLarge(files);
			if (refused) throw fail('drop_too_large', refused);
			const request = { type: 'drop_data', name: this.card.dataset, files: await readFiles(files) } as const;
			const { data } = await this.#client.request(request);
			dataShelf.put(this.card.dataset, data);
			if (this.status === 'idle') this.status = 'ready';
		});
	}

	async downloadWeights(): Promise<void> {
		await this.#ask(async () => {
			let bytes = this.#host.trained.of(this.id)?.bytes;
			if (!bytes || this.#mine) {
				await this.#takeWorker();
				({ bytes } = await this.#client.request({ type: 'weights', id: this.id }));
			}
			const link = document.createElement('a');
			link.href = URL.createObjectURL(new Blob([bytes]));
			link.download = `fireside-${this.id}-seed${this.run?.seed ?? 0}.safetensors`;
			link.click();
			setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
		});
	}

	/** Another experiment starts. */
	async giveWay(to: string): Promise<void> {
		if (this.busy) {
			await this.pause();
			this.note = failure('paused_for_other', { id: to });
		}
		this.#inWorker = -1;
	}

	get #client(): Requester {
		return this.#host.client();
	}

	get #mine(): boolean {
		return this.#inWorker >= 0 && this.#inWorker === this.#client.generation;
	}

	/** A request beside the run: its failure is shown, the run stays as it is. */
	async #ask(work: () => Promise<unknown>): Promise<void> {
		try {
			this.#failure = null;
			await work();
		} catch (error) {
			// Where the run itself waits for the worker, it says so, and offers the way back.
			if (this.status !== 'failed') this.#failure = asFailure(error);
		}
	}

	async #go(onlyOne: boolean): Promise<void> {
		if (this.busy) return;
		const goOn = this.status === 'paused';
		// What died goes on from what was saved of it.
		if (this.status === 'failed' && this.saved && this.saved.text === this.text) return this.resumeSaved();
		await this.#begin(async (live) => {
			if (!goOn && !(await this.#text.sound())) {
				if (this.#text.failure) throw this.#text.failure;
				throw fail('experiment_invalid', { count: String(this.checked?.problems.length ?? 0) });
			}
			if (!live()) return;
			if (goOn && this.#mine) await this.#host.owner.acquire(this);
			else await this.#prepare(goOn, live);
			if (live()) await this.#play(onlyOne, live);
		});
	}

	/** Something long, from loading to standing still again. */
	#begin(work: Work): Promise<void> {
		return (this.#active = this.#do(work));
	}

	async #do(work: Work): Promise<void> {
		const turn = ++this.#turn;
		const live = () => turn === this.#turn;
		this.#failure = this.note = null;
		this.#stopAsked = false;
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
		this.#shown.halt();
		this.status = this.#statusAfter(value.code);
		this.#failure = value;
		if (value.code !== 'worker_died') return;
		this.#inWorker = -1;
		this.#host.owner.release(this);
		await this.#refreshSaved();
	}

	/** What could not begin leaves the card as it was, as far as there is a run to come back to. */
	#statusAfter(code: string): Status {
		const before = this.#before;
		if (this.status === 'running' || code === 'worker_died' || code.startsWith('checkpoint')) return 'failed';
		if (before === 'paused' || before === 'finished' || before === 'diverged') return before;
		if (code === 'experiment_invalid') return this.data ? 'ready' : 'idle';
		return 'failed';
	}

	async #refreshSaved(): Promise<void> {
		try {
			const { run } = await this.#client.request({ type: 'saved', id: this.id });
			this.saved = run;
		} catch (error) {
			this.saved = null;
			this.#failure ??= asFailure(error);
		}
	}

	/** Data, then a run in the worker: a new one, or the saved one. */
	async #prepare(resume: boolean, live: () => boolean): Promise<void> {
		const { dataset } = this.card;
		const onNotice = (notice: Notice) => {
			const loading = loadingOf(notice, dataset);
			if (loading && live()) this.loading = loading;
		};
		const { data } = await this.#client.request({ type: 'load_data', name: dataset, rows: 'all' }, onNotice);
		dataShelf.put(dataset, data);
		if (!live()) return;
		await this.#host.owner.acquire(this);
		if (!live()) return;
		this.loading = { what: 'start', loaded: 0, total: 0 };
		this.#inWorker = -1;
		const text = this.text;
		const asked = { type: 'prepare', id: this.id, dataset, text, resume } as const;
		const { run, history } = await this.#client.request(asked, onNotice);
		if (!live()) return;
		this.#inWorker = this.#client.generation;
		this.#shown.start(run, history, this.summary, this.edited, data.test.rows);
		this.report = this.saved = null;
		markStarted(this.id);
	}

	async #play(onlyOne: boolean, live: () => boolean): Promise<void> {
		this.loading = null;
		this.status = 'running';
		this.report = null;
		const { run } = await this.#shown.timed(() =>
			this.#client.request({ type: 'play', id: this.id, only_one: onlyOne }, (notice) => {
				if (!live()) return;
				if (notice.type === 'remark') this.note = notice.failure;
				if (notice.type === 'events') this.#shown.take(notice);
			})
		);
		if (!live()) return;
		this.#shown.halt(run);
		const { summary, ended, diverged } = this.#shown;
		if (this.msPerStep > 0) rememberPace(this.id, summary, this.msPerStep);
		if (diverged) this.#failure = failure('diverged', diverged);
		if (ended) await this.#end(ended);
		else if (this.#stopAsked) await this.#end('stopped');
		else {
			this.status = 'paused';
			await this.#keepWeights();
		}
	}

	async #end(ended: RunRecord['ended']): Promise<void> {
		const record = recordOf(this.card, this.#shown, this.data?.origin === 'sample', ended);
		this.runs = [...this.runs, record];
		this.status = ended === 'diverged' ? 'diverged' : 'finished';
		if (ended === 'finished') markDone(this.id, record.accuracy);
		if (ended === 'diverged') await this.#refreshSaved();
		else await this.#keepWeights();
	}

	/** For drawing with it, also when the worker has turned to another experiment. */
	async #keepWeights(): Promise<void> {
		if (!this.run || this.run.update === 0) return;
		try {
			const { bytes } = await this.#client.request({ type: 'weights', id: this.id });
			const accuracy = this.epochs.at(-1)?.test.accuracy ?? null;
			const { seed } = this.run;
			const sample = this.data?.origin === 'sample';
			const { title } = this.card;
			this.#host.trained.put({
				id: this.id,
				title,
				seed,
				epochs: this.epochs.length,
				accuracy,
				sample,
				bytes
			});
		} catch {
			// Drawing stays with the model that it has.
		}
	}

	/** The run in the worker, without disturbing another one that is training. */
	async #takeWorker(): Promise<void> {
		if (this.#mine) return;
		if (!this.run) throw fail('no_run', {});
		const other = this.#host.owner.busyOther(this);
		if (other) throw fail('other_running', { id: other.id });
		const { dataset } = this.card;
		await this.#client.request({ type: 'load_data', name: dataset, rows: 'all' });
		await this.#host.owner.acquire(this);
		await this.#client.request({ type: 'prepare', id: this.id, dataset, text: this.run.text, resume: true });
		this.#inWorker = this.#client.generation;
	}
}

// Not reactive: it is only where a card finds its state again.
// eslint-disable-next-line svelte/prefer-svelte-reactivity
const shown = new Map<string, ExperimentState>();

/** The state of a card: one for the whole visit, so that a run outlives a change of page or language. */
export function experimentFor(card: Card): ExperimentState {
	if (typeof window === 'undefined') return new ExperimentState(card);
	let state = shown.get(card.id);
	if (!state) shown.set(card.id, (state = new ExperimentState(card)));
	return state;
}
