// Everything that passes between the page and its two workers: one tagged union, one file.
// The page sends a `Request` with an id; the worker answers with exactly one `Reply` of that id and, for
// long work, any number of `Notice`s before it.

import type { Captcha } from './captcha';
import type { History } from './history';
import type { Histogram, HistogramOf, Live, OneUpdate } from './inside';
import type { Ask, LookNotice, Seen } from './insight';
import type { EngineKind } from './kinds';
import type { Note } from './notes';
import type { ProbeLayer } from './probe-layer';
import type { Augmented, Wall } from './wall';
import type { wordsAnswers, WordsReply, WordsRequest } from './words';
import type {
	AnswerRow,
	Checked,
	Computed,
	Drawing,
	DataState,
	Failure,
	Fitted,
	Job,
	MetricValue,
	Planned,
	Report,
	RunEvent,
	RunState,
	StageEvent,
	Table
} from './wire';

/**
 * What the worker can be asked. It holds one run: requests about the run name the experiment they mean (`id`) and
 * fail with `no_run` when the worker holds another one. Of `fit`, `stages` and `generate` one is done at a time.
 * `train` worker: all but `load_model`, `draw`, `judge`, `captcha`; `answer` worker: these, `probe`, and those of words.
 */
export type Request =
	| WordsRequest
	| { type: 'check'; text: string }
	/** Set one value in the text: answers `text`. */
	| { type: 'edit'; text: string; path: string; value: string }
	/** Get the data: pack from the site, else the built-in sample. Notices: `engine`, `data`. */
	| { type: 'load_data'; name: string; rows: 'first' | 'all' }
	/** Files dropped by the reader (the official archive). */
	| { type: 'drop_data'; name: string; files: { name: string; bytes: ArrayBuffer }[] }
	/** Pictures of a data set that `load_data` or `drop_data` brought before. */
	| { type: 'wall'; name: string; part: 'train' | 'test'; first: number; count: number }
	/**
	 * Make a run of experiment `id`, not yet started; a run that is there is stopped and saved first.
	 * `resume`: continue the saved run of this experiment; its own text counts, unless it is to go on by `text`, which has
	 * another learning rate, say (`remedied`), or more epochs (`longer`). Answers `run` with its history, when all kernels
	 * are compiled. Notices: `engine`, `note`, `compile`.
	 */
	| {
			type: 'prepare';
			id: string;
			dataset: string;
			text: string;
			resume: boolean;
			retell?: 'remedied' | 'longer' | undefined;
	  }
	/**
	 * Go on until `pause`, or for one step only. Notices: `events`, `note`, `update` of a single step. Answers `run` when it
	 * stops for any reason. A run that diverges goes back to its last good state: then the answer has the history of that,
	 * with the crash in it.
	 */
	| { type: 'play'; id: string; only_one: boolean }
	/** Takes effect after the current step; answered after `play` was, when the run is saved. */
	| { type: 'pause'; id: string }
	/** Takes effect with the next step. Notices: `note`. */
	| { type: 'learning_rate'; id: string; value: number }
	/** How long does a step of this text take? Beside the run; the rows must be there. Notices: `engine`, `compile`. */
	| { type: 'calibrate'; dataset: string; text: string }
	/** The live numbers of the run. Answers between two steps. */
	| { type: 'inside'; id: string }
	/** How the numbers of a layer are spread. */
	| { type: 'histogram'; id: string; of: HistogramOf; layer: number }
	/** Looking inside the run's network, see `insight.ts`; `stop` ends what takes long. Notices: `looked`. */
	| { type: 'look'; id: string; ask: Ask }
	/** Throw the run away, and what was saved of it; a run of another experiment stays. */
	| { type: 'reset'; id: string }
	/** Confusion matrix and misjudged pictures of the run's network. */
	| { type: 'report'; id: string; misjudged: number }
	/** The run's network as safetensors. */
	| { type: 'weights'; id: string }
	/** Is there a saved run of this experiment? Answers `saved`. Needs no engine. */
	| { type: 'saved'; id: string }
	/** How many fits an experiment costs, known before the first. Answers `plan`. */
	| { type: 'plan'; text: string }
	/** The table of the fits that are done, in any order. */
	| { type: 'table'; text: string; done: Fitted[] }
	/** A calculation worked out, place by place. */
	| { type: 'compute'; text: string }
	/**
	 * Training pictures of a data set as `text` augments them: `of` these rows in that epoch (from 0), or those that its
	 * calculation asks for. All rows must be there; whitening takes seconds the first time.
	 */
	| { type: 'augment'; dataset: string; text: string; of: { epoch: number; rows: number[] } | null }
	/**
	 * One fit of a plan from its beginning to its end, beside the run; the worker gets the data itself where it has
	 * none. Notices: `engine`, `data`, `compile`, `fit`. Answers null when `stop` came first.
	 */
	| { type: 'fit'; id: string; text: string; job: Job }
	/** All stages to their end. Notices: `engine`, `data`, `stages`. Answers what was measured until then. */
	| { type: 'stages'; id: string; text: string }
	/** The run's network goes on with a text. Notices: `written`. Answers the whole text that was added. */
	| {
			type: 'generate';
			id: string;
			prompt: string;
			/** Tokens to add. */
			length: number;
			temperature: number;
			top_k: number;
			seed: number;
	  }
	/** Ends the `fit`, `stages`, `generate` or `look` of this id after the step that it is at; answered when it has ended. */
	| { type: 'stop'; id: string }
	/** What the run's network says to the first test rows; `kept`: first go back to what a checkpoint has kept. */
	| { type: 'answers'; id: string; rows: number; kept: boolean }
	/** Every layer of the text's network on its own, on `rows` rows: one side of the self-check. */
	| { type: 'probe'; text: string; rows: number }
	| { type: 'load_model'; bytes: ArrayBuffer }
	/** Grey ink, 0 = paper, 255 = ink, row-major. */
	| { type: 'draw'; ink: Uint8Array; width: number; height: number }
	/** A picture of the model's own shape, channel after channel, 0 to 255. */
	| { type: 'judge'; pixels: Uint8Array }
	/** A word drawn as a CAPTCHA, cut into letters. */
	| { type: 'captcha'; text: string; font: number; shear: number; noise: number; seed: number };

export type Reply =
	| WordsReply
	| { type: 'checked'; checked: Checked }
	| { type: 'text'; text: string }
	| { type: 'data'; data: DataState }
	| { type: 'wall'; wall: Wall }
	/** `history`: what the run has shown so far, as the answer to `prepare`, and to `play` where it went back. */
	| { type: 'run'; run: RunState | null; history: History | null }
	| { type: 'inside'; live: Live }
	| { type: 'histogram'; histogram: Histogram }
	| { type: 'seen'; seen: Seen }
	| { type: 'report'; report: Report }
	/** 0: nothing could be measured. */
	| { type: 'calibrated'; ms_per_step: number }
	| { type: 'weights'; bytes: ArrayBuffer }
	| { type: 'saved'; run: RunState | null }
	| { type: 'probe'; layers: ProbeLayer[] }
	| { type: 'plan'; plan: Planned }
	| { type: 'table'; table: Table }
	| { type: 'computed'; computed: Computed }
	| { type: 'augmented'; pictures: Augmented }
	| { type: 'fitted'; fitted: Fitted | null }
	| { type: 'staged'; figures: MetricValue[]; finished: boolean }
	| { type: 'generated'; text: string }
	| { type: 'answers'; rows: AnswerRow[] }
	| { type: 'drawing'; drawing: Drawing }
	/** `shape`: channels, height, width; empty where it takes no pictures. */
	| { type: 'model'; dataset: string; shape: number[] }
	| { type: 'judged'; probabilities: number[] }
	| { type: 'captcha'; captcha: Captcha }
	| { type: 'done' }
	| { type: 'failed'; failure: Failure };

/** Which reply a request gets when it does not fail. */
export type Answers = typeof wordsAnswers & {
	check: 'checked';
	edit: 'text';
	load_data: 'data';
	drop_data: 'data';
	wall: 'wall';
	prepare: 'run';
	play: 'run';
	pause: 'done';
	learning_rate: 'done';
	inside: 'inside';
	histogram: 'histogram';
	look: 'seen';
	reset: 'done';
	calibrate: 'calibrated';
	report: 'report';
	weights: 'weights';
	saved: 'saved';
	probe: 'probe';
	plan: 'plan';
	table: 'table';
	compute: 'computed';
	augment: 'augmented';
	fit: 'fitted';
	stages: 'staged';
	generate: 'generated';
	stop: 'done';
	answers: 'answers';
	load_model: 'model';
	draw: 'drawing';
	judge: 'judged';
	captcha: 'captcha';
};
export type AnswerTo<R extends Request> = Extract<Reply, { type: Answers[R['type']] }>;

export type Notice =
	/** `total` is 0 where the server does not say it. */
	| { type: 'engine'; loaded: number; total: number }
	/** Kernels compiled, of those that a run needs; only the GPU engine has any. */
	| { type: 'compile'; made: number; expected: number }
	| { type: 'data'; data: DataState; loaded_bytes: number; total_bytes: number }
	/**
	 * All events since the last notice; `ms_per_step` and `ms_per_row` are medians of the recent steps and evaluated rows
	 * (0 = not measured yet), `busy_ms` the time of computing since the last notice, `at` the worker's clock in ms.
	 */
	| {
			type: 'events';
			events: RunEvent[];
			ms_per_step: number;
			ms_per_row: number;
			busy_ms: number;
			at: number;
	  }
	/** Something was done to the run by hand: taken down with it. */
	| { type: 'note'; note: Note }
	/** What a single step did. */
	| { type: 'update'; update: OneUpdate }
	/** How far a fit is: updates of all that it has, and the epochs that ended since the last notice. */
	| { type: 'fit'; job: Job; update: number; updates: number; loss: number; epochs: RunEvent[] }
	/** All events since the last notice; `stages`: how many there are. */
	| { type: 'stages'; stages: number; events: StageEvent[] }
	/** How far a `look` is. */
	| { type: 'looked'; look: LookNotice }
	/** What was added to the text since the last notice, and how many words or characters that is. */
	| { type: 'written'; text: string; tokens: number }
	/** Something went wrong beside the run, which goes on: said once. */
	| { type: 'remark'; failure: Failure }
	/** The worker holds this Web Lock as long as it lives: whoever gets it knows that the worker is gone. */
	| { type: 'alive'; lock: string };

/**
 * `base`: absolute address of the site's root, with a slash at its end. `engine`: the one this worker holds, or is to
 * load when it needs one; it never changes after that.
 */
export type ToWorker = { id: number; base: string; engine: EngineKind; request: Request };
/** Id 0 belongs to no request: it speaks of the worker as a whole. */
export type FromWorker = { id: number; reply: Reply } | { id: number; notice: Notice };
