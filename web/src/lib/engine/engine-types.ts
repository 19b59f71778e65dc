// The engine's exports as this side uses them: the list of `crates/browser`, written down by hand because the
// generated module exists only after the engine was built. `load.ts` checks at run time that all are there.

import type { EngineKind } from './kinds';
import type { ProbeLayer } from './probe-layer';
import type { Wall } from './wall';
import type {
	AnswerRow,
	Checked,
	Computed,
	DataState,
	Fitted,
	MetricValue,
	Planned,
	Report,
	RunEvent,
	RunState,
	StageEvent,
	Table
} from './wire';

export interface EngineData {
	/** Shards still missing, in the order in which they are wanted. */
	wanted(): { file: string; bytes: number; part: string }[];
	/** Verifies the checksum; throws a `Failure`. */
	add(file: string, bytes: Uint8Array): void;
	state(): DataState;
	wall(part: string, first: number, count: number): Wall;
	free?(): void;
}

/** What the ids of a network on words stand for, and how its rows are made: `crates/browser/src/words.rs`. */
export type Vocabulary = {
	level: 'char' | 'word';
	/** Texts are put in lower case first. */
	lower: boolean;
	/**
	 * 4: rows are texts of their own, which begin with id 1, and 2 stands for words that are not known, 0 for nothing;
	 * words are what lies between marks and blanks. 0: rows are cut from one long text, and each id is a token of it.
	 */
	special: number;
	/** By id, the special ones included. */
	words: string[];
	/** Ids of a row. */
	steps: number;
	/** Numbers that the network gives for a row. */
	outputs: number;
	/** Rows that are too short are filled up at the end; otherwise at the beginning. */
	pads_end: boolean;
	/** Of rows that are too long the end is cut off; otherwise the beginning. */
	cuts_end: boolean;
};

export interface EngineWords {
	/** What ids stand for, to be taken apart (`words.ts`); of a text its ids. Throws `no_vocabulary`. */
	words(text?: string): string | Uint32Array;
}

export interface EngineSession extends EngineWords {
	/** Compiles every kernel of a step and of an evaluation, one after the other; the CPU answers at once. */
	warm_up(progress: (made: number, expected: number) => void): Promise<void>;
	/** Up to `steps` steps, never beyond the end of an epoch, or one batch of evaluation: at least one event, in order. */
	advance(steps: number): Promise<RunEvent[]>;
	state(): RunState;
	set_learning_rate(value: number): void;
	/**
	 * Numbers layer by layer: the weights (0), their gradients for the rows of the next update (1) or of the last one
	 * (2), with the loss behind them, or (3) what `layer` alone gives.
	 */
	inside(what: number, layer: number): Promise<Float32Array[]>;
	/** Looking inside: numbers in, lists of numbers out, see `insight-engine.ts`. */
	look(what: number, numbers: number[], values: Float32Array): Promise<Float32Array[]>;
	/** Kernels launched and pipelines made so far; zero on the CPU. */
	counts(): { dispatches: number; pipelines: number };
	checkpoint(): Promise<Uint8Array>;
	weights(): Promise<Uint8Array>;
	report(misjudged: number): Promise<Report>;
	/** What the run, which has ended, came to as this fit of its plan. */
	fitted(point: number, fold: number): Fitted;
	/** Goes back to the network that a checkpoint callback has kept; false where none has. */
	use_kept(): boolean;
	/** Of the network, to the first test rows. */
	answers(rows: number): Promise<AnswerRow[]>;
	/** The text that the network goes on with; each `write_text` then gives what so many more tokens add to it. */
	begin_text(prompt: string, temperature: number, top_k: number, seed: number): void;
	write_text(tokens: number): Promise<string>;
	free?(): void;
}

export interface EngineStages {
	/** How many stages there are. */
	count(): number;
	/** Up to `steps` steps, one batch of evaluation, or a whole other stage: at least one event, in order. */
	advance(steps: number): Promise<StageEvent[]>;
	figures(): MetricValue[];
	weights(): Promise<Uint8Array>;
	free?(): void;
}

export interface EngineModel extends EngineWords {
	card(): { experiment: string; seed: number };
	dataset(): string;
	/** Channels, height and width of the pictures that it takes; empty where it takes something else. */
	shape(): Uint32Array;
	/** A drawing, a picture or ids in, numbers out: `asking-model.ts`. */
	ask(what: number, values: Uint32Array): Promise<Float64Array>;
	free?(): void;
}

/** Constructors borrow their `data`: one data set serves many sessions. */
export interface Engine {
	engine(): EngineKind;
	/** Makes the device: once, before a session or a probe. `on_lost` is called at most once, any time later. */
	open(on_lost: (reason: string) => void): Promise<void>;
	/** Every layer of the text's network on its own, forward and backward: for the self-check. */
	probe(text: string, rows: number): Promise<ProbeLayer[]>;
	check(text: string): Checked;
	edit(text: string, path: string, value: string): string;
	/** How many fits an experiment costs. */
	plan(text: string): Planned;
	/** The table of the fits that are done. */
	table(text: string, done: Fitted[]): Table;
	/** The data that a point of the sweep learns from. */
	dataset(text: string, point: number): string;
	compute(text: string): Computed;
	/**
	 * Training pictures as the text makes them. `of`: the epoch, then the rows; else those of the text's calculation. Gives
	 * these numbers, and the pictures one after the other, each channels x height x width. What was learned from the
	 * rows is kept for the next call.
	 */
	augment(text: string, data: EngineData, of?: Uint32Array): [of: Uint32Array, values: Float32Array];
	/** A word as a CAPTCHA picture, and its pieces; `captcha.ts` takes it apart. */
	captcha(text: string, font: number, shear: number, noise: number, seed: number): Uint16Array;
	Data: {
		from_manifest(bytes: Uint8Array): EngineData;
		/** What the module that reads files made: see `reading.ts`. */
		from_parcel(bytes: Uint8Array): EngineData;
	};
	Session: {
		new (text: string, data: EngineData): EngineSession;
		/** `text`: go on by this one, which has more epochs, instead of the checkpoint's own. */
		resume(checkpoint: Uint8Array, data: EngineData, text?: string): EngineSession;
		/** One fit of a plan. */
		fit(text: string, data: EngineData, point: number, fold: number): EngineSession;
	};
	Stages: new (text: string, data: EngineData) => EngineStages;
	Model: { load(bytes: Uint8Array): EngineModel };
}

/** The generated module: the engine plus wasm-bindgen's own start function. */
export type EngineModule = Engine & {
	default(options: {
		module_or_path: WebAssembly.Module;
		/** Of the CPU's: one that is there already, and the stack of who joins it. */
		memory?: WebAssembly.Memory;
		thread_stack_size?: number;
	}): Promise<{ memory: WebAssembly.Memory }>;
};

/** What the CPU's module has besides: see `helpers.ts`. */
export type CpuModule = EngineModule & {
	/** Does pieces of the work of whoever started the module first; never comes back. */
	help(): void;
	/** A helper died: the engine must not wait for it. */
	helper_lost(): void;
	/** Helpers that have joined, and the engine's own worker. */
	threads(): number;
	/** Pieces of work that helpers have done. */
	helped(): number;
};

export function isCpu(module: EngineModule): module is CpuModule {
	return ['help', 'helper_lost', 'threads', 'helped'].every((name) => name in module);
}

export const engineExports = [
	'engine',
	'open',
	'check',
	'edit',
	'probe',
	'plan',
	'table',
	'dataset',
	'compute',
	'augment',
	'captcha',
	'Data',
	'Session',
	'Stages',
	'Model'
] as const;

/** Where an engine comes from: the same one for all callers, a fresh try after a failure. */
export type EngineSource = (onProgress: (loaded: number, total: number) => void) => Promise<Engine>;
