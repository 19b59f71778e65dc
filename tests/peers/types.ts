// The shapes of this bench: what an engine is, what a process measures, what the results file holds.

export type Tensor = { name: string; shape: number[]; values: Float32Array };
export type Batch = { rows: number; pixels: Float32Array; labels: Uint8Array };

/** A layer as `check()` of our own engine reports it. */
export type Layer = { type: string; activation: string; settings: Record<string, string> };

/** One network at one batch size, the same numbers for every engine. */
export type Workload = {
	id: string;
	experiment: string;
	batch: number;
	seed: number;
	/** The experiment's text as it is run here: other batch size, no dropout. */
	text: string;
	layers: Layer[];
	parameters: number;
	learningRate: number;
	weights: Tensor[];
	/** As many as were prepared: within one epoch of the data. */
	batches: number;
	batch_of: (index: number) => Batch;
	/** Names of the official files beside the workloads; empty when the built-in sample is used. */
	files: string[];
};

/** What an engine may know of the place it runs in. */
export type Place = { base: string; host: Host };
export type Host = 'chromium' | 'node';

export type Engine = {
	/** Loads and starts the backend: what a page does before it knows which network will come. */
	start(place: Place): Promise<void>;
	/** Hands the data set over to an engine that makes its own batches; not timed. */
	fill?(workload: Workload): Promise<void>;
	/** Takes the initial weights and compiles what can be compiled before the first batch. */
	build(workload: Workload): Promise<void>;
	/** One update per batch; the losses that were read back: all of them, or only the last one. */
	step(batches: Batch[]): Promise<number[]>;
	/** The adapter that it really runs on, for those that run on one. */
	info(): Promise<Adapter | null>;
};

export type Adapter = {
	api: 'webgpu' | 'webgl';
	vendor: string;
	architecture: string;
	description: string;
	/** Not a GPU: a program that does a GPU's work on the CPU. */
	software: boolean;
};

export type Counts = { dispatches: number; pipelines: number; submits: number };

export type Options = { steps: number; budget: number };

/** One engine, one workload, one fresh process. Times in ms. */
export type Measured = {
	start_ms: number;
	build_ms: number;
	first_step_ms: number;
	/** Every later step, the loss read after each. */
	steps_ms: number[];
	/** Mean step of groups of ten, the loss read once per group. */
	every10_ms: number[];
	/** Of the first steps, for the comparison between engines. */
	losses: number[];
	/** Pipelines made until the first step was done; dispatches and submits of a later step. */
	counts: Counts | null;
	adapter: Adapter | null;
	/** What was fetched to get there, brotli 11 for what a host can compress; null without a network. */
	download: { raw: number; brotli: number } | null;
};
export type Outcome = Measured | { failed: string };

export type Machine = { cpu: string; cores: number; memory_gb: number; os: string };

/** One row of the table: the medians over the processes. */
export type Row = {
	engine: string;
	workload: string;
	/** Why there are no numbers. */
	failed?: string;
	/** Processes that were measured. */
	processes: Measured[];
	ready_ms?: number;
	step_ms?: number;
	p95_ms?: number;
	step10_ms?: number | null;
	/** Our step of the same class (CPU or GPU) goes this often into one of this engine; 1 for ours. */
	ratio?: number | null;
	/** Largest relative difference of a loss to the reference engine's. */
	difference?: number;
	agrees?: boolean;
};

export type Run = {
	host: Host;
	host_version: string;
	date: string;
	machine: Machine;
	/** Of the engines that use one. */
	adapter: Adapter | null;
	/** True where WebGPU and WebGL are computed by the CPU: those times say nothing about GPUs. */
	software: boolean;
	versions: Record<string, string>;
	data: { name: string; origin: string; sha256: string };
	processes: number;
	steps: number;
	budget_s: number;
	tolerance: number;
	compared_losses: number;
	engines: {
		id: string;
		library: string;
		version: string;
		backend: string;
		class: EngineClass;
		download: { raw: number; brotli: number } | null;
		adapter: Adapter | null;
	}[];
	workloads: { id: string; experiment: string; batch: number; parameters: number }[];
	rows: Row[];
	/** Engines that this host cannot run, and why. */
	left_out: { engine: string; why: string }[];
};
export type EngineClass = 'cpu' | 'gpu';

/** The results file: the last run of each host and adapter. */
export type Bench = { schema: 1; runs: Run[] };
