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

import type { InsideView, Note, OneUpdate } from './inside';

export type Status = 'idle' | 'loading' | 'ready' | 'running' | 'paused' | 'finished' | 'diverged' | 'failed';

export type EpochRow = { epoch: number; train: Score; validation: Score | null; test: Score };

/** Means of steps, thinned; `x` in epochs (1.5 = the middle of the second). */
export type Steps = { x: number[]; loss: number[]; accuracy: number[] };

/** A run of this visit, for the table. */
export type RunRecord = {
	/** What differs from the printed experiment: the place in the text and its values. */
	edits: { path: string; name: string; from: string; to: string }[];
	/** The text differs, also where no setting shows it. */
	edited: boolean;
	/** Finished epochs of the run, and how many were asked for. */
	epochs: number;
	planned: number;
	accuracy: number | null;
	/** Measured on the built-in sample: not comparable. */
	sample: boolean;
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
	readonly loading: { what: 'engine' | 'data' | 'start' | 'compile'; loaded: number; total: number } | null;
	readonly run: RunState | null;
	/** Of the run's own text, which may be edited since; before a run, of this one. */
	readonly runSummary: WireSummary;
	/** What holds the run; null: nothing does. */
	readonly engine: 'cpu' | 'gpu' | null;
	/** A run of an earlier visit that can be continued. */
	readonly saved: RunState | null;
	readonly steps: Steps;
	readonly epochs: EpochRow[];
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
	/** What was done to the run by hand. */
	readonly notes: readonly Note[];
	/** What the last single step did, until the run goes on. */
	readonly oneUpdate: OneUpdate | null;
	readonly inside: InsideView;
	/** The open tab; empty: the first. */
	readonly tab: string;
	/** What the link that the reader followed hides. */
	readonly hidden: readonly ('settings' | 'text')[];
	readonly runs: RunRecord[];
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
