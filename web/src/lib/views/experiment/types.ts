// What the card needs to know and what it may ask for: the shape of `ExperimentState`, written down here so
// that views depend on data only. Anything with these members can be shown, a fixture as well as the real one.

import type {
	Card,
	Checked,
	DataState,
	Failure,
	Report,
	RunState,
	Score,
	Summary as WireSummary
} from '../../engine/wire';
import type { Read } from '../../runs/exchange';
import type { RunRecord } from '../../runs/record';

export type { RunRecord } from '../../runs/record';
export type {
	Card,
	Checked,
	Curve,
	DataState,
	Failure,
	Misjudged,
	Problem,
	Question,
	Report,
	Reported,
	Result,
	RunState,
	Score,
	Setting,
	Summary,
	SummaryLayer
} from '../../engine/wire';

import type { InwordsView } from '../inwords/types';
import type { InsightView } from '../look/types';
import type { InsideView, Note, OneUpdate } from './inside';

export type Status = 'idle' | 'loading' | 'ready' | 'running' | 'paused' | 'finished' | 'diverged' | 'failed';

export type EpochRow = { epoch: number; train: Score; validation: Score | null; test: Score };

/** Means of steps, thinned; `x` in epochs (1.5 = the middle of the second). */
export type Steps = { x: number[]; loss: number[]; accuracy: number[] };

/** `RunJournal` as the views see it: the table of runs. */
export interface RunsView {
	readonly records: RunRecord[];
	/** Id of the run at hand. */
	readonly current: string | null;
	/** Deleted last. */
	readonly removed: RunRecord | null;
	readonly trouble:
		{ code: 'not_kept'; args: { reason: string } } | { code: 'made_room'; args: { n: string } } | null;
	/** What came of a file. */
	readonly imported: { file: string; taken: number; known: number; problems: Read['problems'] } | null;
	rename(id: string, name: string): void;
	remove(id: string): void;
	undo(): void;
	/** The part of the address behind #; empty where it would be too long. */
	link(record: RunRecord): Promise<string>;
	save(records: readonly RunRecord[], form: 'json' | 'csv' | 'tensorboard'): Promise<void>;
	importFile(file: File): Promise<void>;
}

/** Where a run left the way: `at` in epochs; it went back to `back` updates. `points`: what came after those. */
export type Crash = {
	epoch: number;
	step: number;
	at: number;
	reason: string;
	rate: number;
	back: number;
	points: Steps;
};

/** `ExperimentState` as the views see it. */
export interface ExperimentView {
	readonly card: Card;
	readonly text: string;
	readonly edited: boolean;
	readonly checked: Checked | null;
	/** Of the last text without problems. */
	readonly summary: WireSummary;
	readonly status: Status;
	readonly loading: {
		what: 'engine' | 'data' | 'start' | 'compile' | 'measure';
		loaded: number;
		total: number;
	} | null;
	readonly run: RunState | null;
	/** Of the run's own text, which may be edited since; before a run, of this one. */
	readonly runSummary: WireSummary;
	/** What holds the run; null: nothing does. */
	readonly engine: 'cpu' | 'gpu' | null;
	/** A run of an earlier visit that can be continued. */
	readonly saved: RunState | null;
	readonly steps: Steps;
	readonly epochs: EpochRow[];
	readonly crashes: readonly Crash[];
	/** What helps a run that diverged: changes of the text. */
	readonly remedies: readonly {
		what: 'rate' | 'clip';
		edit: { path: string; value: string };
		from: number;
	}[];
	readonly evaluating: { part: 'validation' | 'test' | 'train'; done: number; total: number } | null;
	/** Median of measured steps; 0 = nothing measured on this device yet. */
	readonly msPerStep: number;
	readonly secondsLeft: number | null;
	/** Of the run as it is now: changed by hand, or decayed. 0 = no run. */
	readonly learningRate: number;
	readonly failure: Failure | null;
	/** Something to know, although nothing failed: paused for another experiment, could not be saved ... */
	readonly note: Failure | null;
	readonly data: DataState | null;
	readonly report: Report | null;
	/** Of a network that goes on with a text: the tokens that its classes are. */
	readonly tokens: readonly string[] | null;
	readonly journal: RunsView;
	/** Settings and seed of a run come back into the card. */
	reproduce(record: RunRecord): Promise<void>;
	/** What a run would take: seconds (null: not measured here yet), bytes, and why it is refused. */
	readonly forecast: { seconds: number | null; bytes: number; refused: Failure | null };
	/** Times a few steps. */
	measure(): Promise<void>;
	/** What was done to the run by hand. */
	readonly notes: readonly Note[];
	/** What the last single step did, until the run goes on. */
	readonly oneUpdate: OneUpdate | null;
	readonly inside: InsideView;
	/** What looks inside its network. */
	openInsight(): Promise<InsightView>;
	/** The same of a network on words. */
	openInwords(): Promise<InwordsView>;
	/** The open tab; empty: the first. */
	readonly tab: string;
	/** What the link that the reader followed hides. */
	readonly hidden: readonly ('settings' | 'text')[];
	setValue(path: string, value: string): Promise<void>;
	setText(text: string): Promise<void>;
	restoreText(): void;
	train(): Promise<void>;
	pause(): Promise<void>;
	step(): Promise<void>;
	moreEpochs(count: number): Promise<void>;
	showTab(tab: string): void;
	showAll(): void;
	stop(): Promise<void>;
	reset(): Promise<void>;
	/** Goes on from the last good state of a run that diverged, by a text with these changes. */
	goOnAfterCrash(edits: readonly { path: string; value: string }[]): Promise<void>;
	resumeSaved(): Promise<void>;
	discardSaved(): Promise<void>;
	setLearningRate(value: number): void;
	loadReport(): Promise<void>;
	dropFiles(files: FileList): Promise<void>;
	downloadWeights(): Promise<void>;
}

/**
 * What the reader answered to a question; `measured` is null until the run was made. `tried`: the text of that
 * run, so that the answer finds its question again after a change of page or language.
 */
export type Answer = { choice: number; measured: number | null; tried?: string };
