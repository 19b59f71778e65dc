// Generated from the Rust types by `FIRESIDE_BLESS=1 cargo test --release --workspace --test wire`.
// Do not edit: change the Rust type and generate again.

/** A text in both languages of the site. */
export type Words = { en: string, zh: string, };

/** What an experiment does. */
export type Kind = "look" | "compute" | "train" | "sweep" | "stages" | "predict" | "generate";

/** A problem of an experiment text. */
export type Problem = {
/** `unknown_field`, `window_too_large` ...; see the list in [`fmt::Display`]. */
code: string, args: { [key in string]: string },
/** `layers[4].units`; empty for the whole text. */
place: string,
/** From 1; 0 = not known. */
line: number,
/** From 1; 0 = not known. */
column: number, };

/** How a setting is entered. */
export type SettingKind = "integer" | "number" | "choice";

/** Something that can be set in a form. */
export type Setting = {
/** Place in the text, `training.epochs`. */
path: string,
/** Keras's name of it, `epochs`. */
name: string, value: string, kind: SettingKind, min: number, max: number, choices: Array<string>, };

/** A layer as it is drawn and listed. */
export type SummaryLayer = {
/** Keras's automatic name, `conv2d_1`. */
name: string,
/** `Conv2D`, `Dense` ... */
type: string,
/** Short detail for the drawing: `5×5`, `2×2`, `0.2`; empty when there is none. */
detail: string, activation: string,
/** Without the batch axis, in the order of the data format. */
output: Array<number>,
/** Drawing: channels, height, width; a vector is (units, 1, 1). */
sheet: [number, number, number], parameters: number,
/** Those that are not trained: moving statistics, and all of a frozen layer. */
non_trainable: number,
/** Names of the layers or data inputs that it reads. */
inputs: Array<string>,
/** `5·5·1·32 + 32`; empty when there are no parameters. */
count: string, settings: Array<Setting>, };

/** A checked experiment in numbers. */
export type Summary = { input: Array<number>, input_sheet: [number, number, number], layers: Array<SummaryLayer>, parameters: number, non_trainable: number,
/** Floating point operations of one update on one row (forward and backward, about three times forward). */
flops: number, train_rows: number, validation_rows: number, test_rows: number, classes: number, epochs: number, batch_size: number, steps_per_epoch: number, loss: string, optimizer: string, learning_rate: number, seed: number, settings: Array<Setting>, };

/** A figure that the source printed. */
export type Reported = { metric: string,
/** The point of the sweep that it is of, by what the values of its axes are called; else the best one. */
point?: Array<string>, value: number,
/** Digits after the point that were printed: 0.9905 has 4. */
decimals: number, place: string,
/** Whether the source had other data, or the same in another packing: the figure cannot be compared, only told. */
other_data?: boolean, };

/** What the source printed per epoch; empty lists where it did not. */
export type Curve = { loss: Array<number>, accuracy: Array<number>, val_loss: Array<number>, val_accuracy: Array<number>, };

/**
 * Predict - try - check: `set` is applied to the text, the run's `metric` falls into one of
 * `bins.len() + 1` ranges, so the answer is measured, not told.
 */
export type Question = { ask: Words, set: Array<[string, string]>, metric: string, bins: Array<number>, why: Words, };

/** Rows of the data that a trained model answers. */
export type Predict = {
/** The experiment whose model answers: a shipped one, or one trained before. */
model: string,
/** The first so many test rows. */
rows: number, };

/** How a text is continued, token by token. */
export type Generate = {
/** The text that is continued. */
prompt: string,
/** Tokens to add. */
length: number,
/** p^(1 / temperature), normalised again; 0 takes the likeliest token always. */
temperature: number,
/** Only so many of the likeliest tokens may be drawn; 0 = all. */
top_k: number, };

/** Everything there is to show before a run. */
export type Card = { id: string, kind: Kind, chapter: number, title: Words, intro: Words, dataset: string,
/** The experiment file itself, which the reader edits. */
text: string,
/** `None` for kind `look`. */
summary: Summary | null,
/** Fits that it costs, of all points and folds; 0 where nothing is trained. */
fits: number,
/** Of kind `predict`. */
predict?: Predict,
/** Of kind `generate`. */
generate?: Generate, reported: Array<Reported>, curve: Curve | null, errata: Array<Words>, question: Question | null, };

/** The answer to a text that is being edited. */
export type Checked = { ok: boolean, summary: Summary | null, problems: Array<Problem>, };

/** A chapter of the shelf. */
export type Chapter = { id: string,
/** `tables`, `pictures`, `words` */
theme: string, title: Words, subtitle: Words,
/** Whether its page exists. */
ready: boolean,
/** Ids of its experiments in order. */
experiments: Array<string>, };

/** A term, and where a chapter explains it. */
export type Concept = { id: string,
/** The chapter whose page explains it. */
chapter: string,
/** The place on that page: `{#anchor}` in its text, or `figure-NAME`. */
anchor: string, title: Words,
/** Where the sources speak of it: sections of the book, or numbers of the single chapters. */
sources: Array<string>, };

/** Everything: what the site is made from. */
export type Book = { chapters: Array<Chapter>, cards: Array<Card>, concepts: Array<Concept>, };

/** What a field takes. */
export type FieldKind = "integer" | "number" | "flag" | "choice" | "named" | "pair" | "sides" | "integers" | "integer_list" | "number_list" | "matrix" | "table" | "table_list" | "named_list" | "text" | "text_list" | "text_pairs" | "list";

/** A field of an entry. */
export type Field = { name: string, kind: FieldKind,
/** The names that it takes. */
choices: Array<string>,
/** The group whose names it takes; empty where `choices` says them. */
of: string,
/** Smallest and largest number. */
range: [number, number] | null, required: boolean,
/** What holds where it is not written, as it would be written. */
default: string | null,
/** The same in `keras3`, where it differs. */
default_keras3: string | null,
/** The field whose value holds where this one is not written. */
like: string,
/** The dialect that knows it; empty: both. */
dialect: string,
/** The field that it is another name of. */
alias_of: string, meaning: Words,
/** Whether it says something of one tensor: initial values, penalty, constraint. */
tensor: boolean, };

/** A formula. */
export type Formula = { tex: string,
/** The dialect in which it holds; empty: both. */
dialect: string,
/** What it gives; empty where it is plain. */
label: Words, };

/** The shape of the input and of the output, without the batch axis, in the order of `channels_last`. */
export type Shapes = { input: Words, output: Words,
/** When; empty: always. */
label: Words, };

/** The example with a shape of data. */
export type Tried = {
/** Of the data, without the batch axis. */
input: Array<number>, output: Array<number>,
/** Of this layer alone. */
parameters: number, };

/** Something that is refused. */
export type Fault = {
/** Code of the problem. */
code: string, when: Words, };

/** What somebody who knows another library, or the other dialect, would get wrong. */
export type Note = {
/** `keras2`, `keras3`, `pytorch`, or empty: everybody. */
about: string, en: string, zh: string, };

/** What a plot shows. */
export type PlotKind = "function" | "loss" | "rate" | "weights";

/** One curve. */
export type Series = {
/** The dialect in which it is so; empty: both. */
dialect: string, y: Array<number>, };

/** Curves over a common axis. */
export type Plot = { kind: PlotKind,
/** What is held fixed, `y = 1`; empty: nothing. */
given: string, x: Array<number>, series: Array<Series>, };

/** One thing that an experiment can name. */
export type Entry = {
/** As it is written: `Conv2D`, `glorot_uniform`. */
name: string,
/** Other names of the same. */
aliases: Array<string>,
/** Id of its group. */
group: string,
/** Id of its section; empty where the group has none. */
section: string, summary: Words, formulas: Array<Formula>,
/** What the letters mean; empty where they explain themselves. */
symbols: Words, shapes: Array<Shapes>,
/** How many parameters a layer has; none where there are none. */
parameters: Array<Formula>, fields: Array<Field>,
/** TOML, as it stands in an experiment. */
example: string,
/** What the example does with a shape; layers only. */
tried: Tried | null, faults: Array<Fault>, notes: Array<Note>,
/** Where the definition comes from: a paper, a file of Keras. */
source: string,
/** What it looks like; whoever has an engine adds it. */
plot: Plot | null, };

/** A part of a large group. */
export type Section = { id: string, title: Words, };

/** What belongs together: layers, optimizers ... */
export type Group = { id: string, title: Words,
/** What they are for and where an experiment names them. */
intro: Words, sections: Array<Section>, };

/** Everything. */
export type Reference = { groups: Array<Group>,
/** In the order of the groups and their sections. */
entries: Array<Entry>, };

/** Any failure that reaches the page. */
export type Failure = { code: string, args: { [key in string]: string }, };

/** Which rows are evaluated. */
export type Part = "validation" | "test" | "train";

/**
 * Loss and accuracy over some rows; for training, the mean over an epoch as Keras prints it (weights
 * change meanwhile, dropout is on).
 */
export type Score = { loss: number,
/** 0 to 1. */
accuracy: number, rows: number, };

/** A figure with its name: `test_rmse`, `validation_f1`. */
export type MetricValue = { name: string, value: number, };

/** An epoch that is done. */
export type EpochScores = {
/** From 1. */
epoch: number, train: Score, validation: Score | null, test: Score,
/**
 * The metrics that the experiment asks for beside loss and accuracy, of validation and test rows and, where
 * they are asked for, of training rows: those of the network at the end of the epoch.
 */
figures: Array<MetricValue>, };

/** Why a run was stopped by the watchdog. */
export type Divergence = "loss_nan" | "loss_infinite";

/** One thing that happened. */
export type RunEvent = { "type": "step",
/** From 1. */
epoch: number,
/** In the epoch, from 1. */
step: number,
/** In the run, from 1. */
update: number, loss: number, accuracy: number, rows: number, learning_rate: number, } | { "type": "evaluating", part: Part, epoch: number, done: number, total: number, } | { "type": "epoch" } & EpochScores | { "type": "kept", epoch: number, metric: string, value: number, } | { "type": "early_stopped", epoch: number, best_epoch: number, metric: string, best: number, } | { "type": "diverged", epoch: number, step: number, reason: Divergence, } | { "type": "finished", epochs: number, test: Score, };

/** Where a run stands. */
export type RunState = { text: string, seed: number,
/** Epochs done. */
epoch: number,
/** Updates done in the running epoch. */
step: number,
/** Updates done in the run. */
update: number, steps_per_epoch: number, epochs: number, learning_rate: number, finished: boolean, history: Array<EpochScores>, };

/** One fit of a plan. */
export type Job = {
/** Point of the sweep; 0 where there is none. */
point: number,
/** Fold of the protocol, or its repetition; 0 where there is one fit. */
fold: number, };

/** What a fit came to. */
export type Fitted = { job: Job,
/** The figure that the points are compared by; none of a network that lost its numbers on the way. */
figure: number | null,
/** Of the test rows; none as above. */
loss: number | null, epochs: number, steps: number,
/** The figure after every epoch that was done. */
curve: Array<number>, };

/** What came of one point of a plan. */
export type PointResult = { point: number,
/** What the values of its axes are called. */
labels: Array<string>,
/** The figures of the folds that are done, in order. */
folds: Array<number>,
/** Folds that are done and have no figure: the network lost its numbers. */
lost: number,
/** None before the first figure. */
mean: number | null,
/** Over the folds, population (divided by n) as NumPy's `std` and the books have it. */
sd: number, };

/** The table of a sweep, or of folds: what is known so far. */
export type Table = { metric: string,
/** Places in the text that are varied, in the order of the labels. */
axes: Array<string>, points: Array<PointResult>,
/** Index of the best point of those that are done. */
best: number | null, };

/** What an experiment of several fits costs, and its table, which is still empty. */
export type Planned = { points: number,
/** Of every point. */
folds: number,
/** Whether these are no folds, but the same fit with other seeds. */
repeats: boolean,
/** What of the text decides the outcome: fits that are done count as long as it stays the same. */
outcome: string, table: Table, };

/** One thing that happened. */
export type StageEvent = { "type": "begun", stage: number, name: string, } | { "type": "run", stage: number, event: RunEvent, } | { "type": "saved", stage: number, bytes: number, } | { "type": "loaded", stage: number, epoch: number, } | { "type": "measured", stage: number, name: string, score: Score, figures: Array<MetricValue>, } | { "type": "finished" };

/** One number of the result and how it came about. */
export type ComputeStep = {
/** Row and column of the result. */
row: number, column: number,
/** Upper left cell of the window in the input (below zero: in the zeros around it). */
top: number, left: number,
/** The window's numbers, row by row. */
window: Array<number>,
/** What is added up (convolution), or the same numbers (pooling). */
terms: Array<number>, value: number, };

/** A calculation worked out. */
export type Computed = { name: string, input: Array<Array<number>>,
/** Empty where there is none. */
kernel: Array<Array<number>>, output: Array<Array<number>>, steps: Array<ComputeStep>, };

/** What the network says of a row, and what would have been right. */
export type AnswerRow = { output: Array<number>,
/** A class, or the numbers. */
target: Array<number>, };

/** A class and how sure the network is of it. */
export type Guess = { class: number, probability: number, };

/** A test picture that was judged wrongly, with the three best guesses. */
export type Misjudged = { row: number, label: number,
/** 0 to 255, channels x height x width; how many channels there are is what the length tells. */
pixels: Array<number>, height: number, width: number, guesses: Array<Guess>, };

/** Rows of one class that were taken for another. */
export type Confused = { label: number, guess: number, rows: number, };

/** A network's judgement of the test rows. */
export type Report = { rows: number, correct: number,
/** [actual][predicted]; empty for more than a hundred classes. */
confusion: Array<Array<number>>,
/** What is taken for what most often, the most frequent first; thirty at most. */
confused: Array<Confused>,
/** How many were judged wrongly; pictures only of the surest of them. */
mistakes: number, misjudged: Array<Misjudged>, };

/** Whether there is something to judge. */
export type DrawingState = "empty" | "dot" | "digit";

/** The answer to a drawing. */
export type Drawing = { state: DrawingState,
/** What the network sees: 28 x 28, 0 to 255; empty when there is nothing to judge. */
pixels: Array<number>,
/** One per class; empty when there is nothing to judge. */
probabilities: Array<number>, };

/** What a model file says of itself. */
export type ModelInfo = {
/** The experiment's text. */
experiment: string, seed: number, epochs: number, test_accuracy: number | null,
/** Checksum of the data it was trained on. */
data: string, };

/** The card beside a shipped model (`static/models/<name>.json`): what a page tells of it before it is loaded. */
export type ModelCard = {
/** Id of the experiment. */
experiment: string, seed: number, epochs: number,
/** On the official test rows, 0 to 1. */
test_accuracy: number,
/** What it was trained on, for people. */
data: string, parameters: number,
/** Length of the model file. */
bytes: number,
/** SHA-256 of the model file. */
sha256: string,
/** Program and version that trained it. */
made_by: string, };

/** Where the rows come from, as the page names it. */
export type DataOrigin = "pack" | "official" | "subset" | "unverified" | "sample";

/** How much of a part is there. */
export type DataPart = { rows: number, ready: number, };

/** A data set on its way in, or there. */
export type DataState = { name: string, origin: DataOrigin, train: DataPart, test: DataPart, checksum: string, };

/** A file that a pack still wants. */
export type Wanted = { file: string, bytes: number, part: string, };

/** What five, three or one measured seeds say about a printed figure. */
export type Verdict = "reproduced" | "better" | "worse" | "one_run" | "not_comparable" | "not_finished" | "nothing_printed";

/** What was measured of a further printed figure. */
export type Value = { value: number,
/** Over the folds, population; 0 for a single fit. */
sd: number, };

/** A further printed figure, judged. */
export type Judged = {
/** What the source printed, and where. */
reported: Reported, mean: number, sd: number, verdict: Verdict, };

/** One measured seed. */
export type Measured = { seed: number, value: number, loss: number,
/** Over the folds of this seed, population; 0 for a single fit. */
sd: number, epochs: number, steps: number,
/** Of the whole run with its evaluations, as the host measured it. */
seconds: number,
/** Test accuracy after every epoch. */
curve: Array<number>,
/** Of the printed figures after the first, in order. */
others?: Array<Value>, };

/** What was measured of one experiment. */
export type Result = { id: string, metric: string,
/** The source's figure; none where it printed none. */
printed: number | null,
/** Of what is printed; without it, digits that are worth telling of the metric. */
decimals: number, measured: Array<Measured>, mean: number, sd: number, verdict: Verdict, remark: string, data: string, data_sha256: string,
/**
 * SHA-256 of what decides the outcome (data, layers, training; not the words): when it changes, the
 * experiment is measured again.
 */
text_sha256: string, machine: string, version: string, epochs: number,
/** Mean test accuracy after every epoch. */
curve: Array<number>,
/** The printed figures after the first. */
others?: Array<Judged>, };

/** The whole file. */
export type Results = { results: Array<Result>, };
