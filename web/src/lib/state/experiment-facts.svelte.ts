// What an experiment card shows: its text, what its run has shown, what became of it. `experiment.svelte.ts` adds
// what can be done.

import { trainClient } from '$lib/engine/client';
import { failure } from '$lib/engine/failure';
import type { Requester } from '$lib/engine/requester';
import type { Crash, EpochRow, Points } from '$lib/engine/history';
import type { OneUpdate } from '$lib/engine/inside';
import type { EngineKind } from '$lib/engine/kinds';
import type { Note } from '$lib/engine/notes';
import type { Card, Checked, DataState, Failure, Report, RunState, Summary } from '$lib/engine/wire';
import { remedies, type Remedy } from './crash';
import { dataShelf, type Loading } from './data.svelte';
import { forecast, type Forecast } from './forecast';
import { engines, type Engines } from './engines.svelte';
import { pageTicker, type Ticker } from './frame';
import { estimate } from './pace';
import { trainOwner, type TrainOwner } from './registry';
import type { RunKeep } from '$lib/runs/keep';
import { linkOf, RunJournal } from './runs.svelte';
import type { RunRecord } from './runs';
import type { Status } from './status';
import { ShownRun, type Evaluating } from './shown.svelte';
import { TextState } from './text.svelte';
import { trainedShelf, type TrainedShelf } from './trained.svelte';
import type { Hidden, Link } from './url';

/** What tests replace. */
export type ExperimentHost = {
	client: () => Requester;
	engines: Engines;
	owner: TrainOwner;
	trained: TrainedShelf;
	ticker: Ticker;
	/** Where the table of runs is kept; left out: where this browser keeps such things. */
	runs?: RunKeep;
};

export class ExperimentFacts {
	readonly card: Card;
	protected readonly host: ExperimentHost;
	protected readonly writing: TextState;
	protected readonly shown: ShownRun;
	/** The table of runs. */
	readonly journal: RunJournal;

	status = $state<Status>('idle');
	loading = $state.raw<Loading | null>(null);
	/** A run of an earlier visit (or one that died) that can be continued. */
	saved = $state.raw<RunState | null>(null);
	report = $state.raw<Report | null>(null);
	/** Of a network that goes on with a text: the tokens that its classes are. */
	tokens = $state.raw<readonly string[] | null>(null);
	/** Something to know, although nothing failed: paused for another experiment, could not be saved ... */
	note = $state.raw<Failure | null>(null);
	/** What happened to this run on its way: went back, changed its device. For its record. */
	happened: readonly Failure[] = [];
	/** The engine that holds the run; null: no worker does. */
	engine = $state.raw<EngineKind | null>(null);
	protected failed = $state.raw<Failure | null>(null);
	/** The open tab. */
	tab = $state('');
	/** What the link that the reader followed hides. */
	hidden = $state.raw<readonly Hidden[]>([]);

	constructor(card: Card, host: Partial<ExperimentHost> = {}) {
		this.card = card;
		this.host = {
			client: trainClient,
			engines,
			owner: trainOwner,
			trained: trainedShelf,
			ticker: pageTicker,
			...host
		};
		this.writing = new TextState(card, this.host.client, this.host.ticker);
		this.shown = new ShownRun(this.host.ticker);
		const facts = () => ({
			ran: this.shown,
			engine: this.engine,
			sample: this.data?.origin === 'sample',
			link: this.link()
		});
		this.journal = new RunJournal(card, facts, this.host.runs);
	}

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
	/** Of the last text without problems. */
	get summary(): Summary {
		return this.writing.summary;
	}
	get failure(): Failure | null {
		return this.failed ?? this.writing.failure;
	}
	/** Of the run's own text, which may be edited since; before a run, of this one. */
	get runSummary(): Summary {
		return this.shown.run ? this.shown.summary : this.summary;
	}
	get run(): RunState | null {
		return this.shown.run;
	}
	/** Training, in epochs and thinned. */
	get steps(): Points {
		return this.shown.steps;
	}
	get epochs(): EpochRow[] {
		return this.shown.epochs;
	}
	/** Where the run left the way, and what it had shown there. */
	get crashes(): Crash[] {
		return this.shown.crashes;
	}
	/** What helps a run that diverged. */
	get remedies(): Remedy[] {
		return remedies(this.text, this.summary, this.crashes.at(-1));
	}
	get evaluating(): Evaluating | null {
		return this.shown.evaluating;
	}
	/** Median of the recent steps; 0 = not measured yet. */
	get msPerStep(): number {
		return this.shown.msPerStep;
	}
	get secondsLeft(): number | null {
		return this.shown.secondsLeft;
	}
	/** Of the run; may have been changed while it runs. */
	get learningRate(): number {
		return this.shown.learningRate;
	}
	get runs(): RunRecord[] {
		return this.journal.records;
	}
	/** What was done to the run by hand, update by update. */
	get notes(): Note[] {
		return this.shown.notes;
	}
	get oneUpdate(): OneUpdate | null {
		return this.shown.oneUpdate;
	}
	get data(): DataState | null {
		return dataShelf.of(this.card.dataset);
	}
	get busy(): boolean {
		return this.status === 'running' || this.status === 'loading';
	}
	/** What a run would take as it is written now. */
	get forecast(): Forecast {
		const { probe } = this.host.engines;
		const { engine } = this.host.engines.choice(this);
		const gpu = probe?.ok === true && !probe.adapter.fallback;
		return forecast(this.summary, engine, this.data, gpu, this.estimate);
	}
	/** Seconds that a whole run would take on this device; null where nothing was measured yet. */
	get estimate(): number | null {
		const { engine } = this.host.engines.choice(this);
		return estimate(this.id, engine, this.summary, this.data);
	}

	restoreText(): void {
		this.writing.restore();
	}
	/** What belongs into the address. */
	link(): Link {
		const { tab, hidden: hide } = this;
		return { ...this.writing.link(), ...(tab && { tab }), ...(hide.length > 0 && { hide }) };
	}
	/** Something of it differs from the card as it is printed. */
	get linkable(): boolean {
		return this.edited || this.tab !== '' || this.hidden.length > 0;
	}
	/** Settings and seed of a run come back into the card. */
	reproduce(record: RunRecord): Promise<void> {
		// What is open stays open.
		const { tab, hidden: hide } = this;
		return this.applyLink({ ...linkOf(record), tab, hide });
	}
	async applyLink(link: Link): Promise<void> {
		this.tab = link.tab ?? '';
		this.hidden = link.hide ?? [];
		// The text of a run that is on is not touched, whoever asks.
		const alive = this.busy || this.status === 'paused';
		this.note = alive ? failure('link_kept', {}) : await this.writing.apply(link);
	}
	showTab(tab: string): void {
		this.tab = tab;
	}
	showAll(): void {
		this.hidden = [];
	}

	protected get client(): Requester {
		return this.host.client();
	}

	/** For drawing with it, also when the worker has turned to another experiment. */
	protected async keepWeights(): Promise<void> {
		if (!this.run || this.run.update === 0) return;
		try {
			const { bytes } = await this.client.request({ type: 'weights', id: this.id });
			const { id, epochs } = this;
			const { title, dataset } = this.card;
			const accuracy = epochs.at(-1)?.test.accuracy ?? null;
			const sample = this.data?.origin === 'sample';
			this.host.trained.put({
				id,
				dataset,
				title,
				seed: this.run.seed,
				epochs: epochs.length,
				accuracy,
				sample,
				bytes
			});
		} catch {
			// Drawing stays with the model that it has.
		}
	}
}
