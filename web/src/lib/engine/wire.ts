// Generated from the Rust types by `cargo test -p fireside-tests wire`. Do not edit.

/** A text in both languages. */
export type Words = { en: string; zh: string };

/** A problem in an experiment text: code, arguments, place. `line` and `column` count from 1; 0 = not known. */
export type Problem = { code: string; args: { [key: string]: string }; place: string; line: number; column: number };

/** Something that can be set in a form: `path` is the place in the text (`training.epochs`, `layers[2].rate`). */
export type Setting = { path: string; name: string; value: string; kind: 'integer' | 'number' | 'choice'; min: number; max: number; choices: string[] };

export type SummaryLayer = {
	/** Keras's name, `conv2d_1`. */ name: string;
	/** `Conv2D`, `Dense` ... */ type: string;
	/** Short detail for the drawing: `5×5`, `2×2`, `0.2`, `relu`. */ detail: string;
	activation: string;
	/** Without the batch axis, as the dialect's data format orders it. */ output: number[];
	/** Drawing: channels, height, width for a picture; units, 1, 1 for a vector. */ sheet: [number, number, number];
	parameters: number;
	settings: Setting[];
};

export type Summary = {
	layers: SummaryLayer[];
	/** Input as the first sheet. */ input: number[];
	input_sheet: [number, number, number];
	parameters: number;
	/** Floating point operations of one update on one row (forward and backward). */ flops: number;
	train_rows: number; validation_rows: number; test_rows: number;
	epochs: number; batch_size: number; steps_per_epoch: number;
	loss: string; optimizer: string; learning_rate: number; seed: number;
	settings: Setting[];
};

export type Reported = { metric: string; value: number; decimals: number; place: string };
export type Curve = { loss: number[]; accuracy: number[]; val_loss: number[]; val_accuracy: number[] };
/** Predict - try - check: `set` is applied to the text, the run's `metric` falls into one of bins.length + 1 ranges. */
export type Question = { ask: Words; set: [string, string][]; metric: string; bins: number[]; why: Words };

export type Card = {
	id: string; kind: 'look' | 'compute' | 'train' | 'sweep' | 'stages' | 'predict' | 'generate';
	chapter: string; title: Words; intro: Words; dataset: string;
	/** The experiment file itself (TOML), what the reader edits. */ text: string;
	summary: Summary | null;
	reported: Reported[]; curve: Curve | null; errata: Words[]; question: Question | null;
};
export type Chapter = { id: string; theme: string; title: Words; subtitle: Words; experiments: string[]; ready: boolean };
export type Book = { chapters: Chapter[]; cards: Card[] };

export type Checked = { ok: boolean; summary: Summary | null; problems: Problem[] };

/** Any failure that reaches the page: words are in the message files under `error.<code>`. */
export type Failure = { code: string; args: { [key: string]: string } };

export type Score = { loss: number; accuracy: number; rows: number };
export type RunEvent =
	| { type: 'step'; epoch: number; step: number; update: number; loss: number; accuracy: number; rows: number; learning_rate: number }
	| { type: 'evaluating'; part: 'validation' | 'test'; epoch: number; done: number; total: number }
	| { type: 'epoch'; epoch: number; train: Score; validation: Score | null; test: Score }
	| { type: 'diverged'; epoch: number; step: number; reason: 'loss_nan' | 'loss_infinite' }
	| { type: 'finished'; epochs: number; test: Score };

/** Where a run stands (for a saved run). */
export type RunState = { text: string; seed: number; epoch: number; step: number; update: number; steps_per_epoch: number; epochs: number; finished: boolean };

export type Guess = { class: number; probability: number };
/** A test picture with the three best guesses. `pixels` 0..255, height x width. */
export type Misjudged = { row: number; label: number; pixels: number[]; height: number; width: number; guesses: Guess[] };
export type Report = { rows: number; correct: number; /** [actual][predicted] */ confusion: number[][]; misjudged: Misjudged[] };

export type Drawing = {
	/** `empty`, `dot` (too little ink) or `digit`. */ state: 'empty' | 'dot' | 'digit';
	/** What the network sees, 28 x 28, 0..255 (empty list when nothing). */ pixels: number[];
	/** One per class. */ probabilities: number[];
};

export type ModelCard = { experiment: string; seed: number; epochs: number; test_accuracy: number; data: string; parameters: number; bytes: number; sha256: string; made_by: string };

export type DataPart = { rows: number; ready: number };
export type DataState = { name: string; origin: 'pack' | 'official' | 'sample'; train: DataPart; test: DataPart; checksum: string };
/** A strip of pictures for the wall: pixels n x h x w, 0..255. */
export type Wall = { first: number; count: number; height: number; width: number; pixels: Uint8Array; labels: Uint8Array };

/** One measured seed of `fireside reproduce`. */
export type Measured = { seed: number; value: number; loss: number; epochs: number; steps: number; seconds: number };
/** A row of static/results.json. `verdict` is the design's rule. */
export type Result = {
	id: string; metric: string; printed: number; decimals: number; measured: Measured[]; mean: number; sd: number;
	verdict: 'reproduced' | 'better' | 'worse' | 'one_run' | 'not_comparable' | 'not_finished'; remark: string;
	data: string; data_sha256: string; machine: string; version: string; epochs: number;
	/** Mean test accuracy after every epoch. */ curve: number[];
};
export type Results = { results: Result[] };
