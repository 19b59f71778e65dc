// The shapes of this bench: what an engine is, what a process measures, what the results file holds.

export type Dataset = 'mnist' | 'cifar10' | 'imdb';

/** In Keras's layout. */
export type Tensor = {
	name: string;
	shape: number[];
	/** After every update its norm over the first axis is at most this. */
	max_norm?: number;
	values: Float32Array;
};
/** Pictures from 0 to 1, channel by channel, or ids of words. */
export type Batch = { rows: number; inputs: Float32Array | Int32Array; labels: Uint8Array };

/** A layer as `check()` of our own engine reports it. */
export type Layer = { type: string; activation: string; settings: Record<string, string> };

/**
 * Adam with the constants of Keras 2, or its SGD: `v = momentum v - rate g; w += v`. With decay the rate of update
 * n (from 0) is `learningRate / (1 + decay n)`.
 */
export type Optimizer = { name: 'adam' | 'sgd'; learningRate: number; momentum: number; decay: number };

/** One network at one batch size, or one product of two matrices: the same numbers for every engine. */
export type Workload = {
	id: string;
	/** Empty for a product. */
	experiment: string;
	batch: number;
	/** Rows and columns of two square matrices, which are the weights: there is no network and no data. */
	product?: number;
	data?: Dataset;
	/** Words of a row, where rows are texts. */
	maxlen?: number;
	seed: number;
	/** The experiment's text as it is run here: other batch size, no dropout. */
	text: string;
	/** Of a row. */
	shape: number[];
	layers: Layer[];
	parameters: number;
	loss: 'categorical_crossentropy' | 'binary_crossentropy';
	optimizer: Optimizer;
	weights: Tensor[];
	/** As many as were prepared: within one epoch of the data. */
	batches: number;
	batch_of: (index: number) => Batch;
};

/** What an engine may know of the place it runs in. */
export type Place = { base: string; host: Host };
export type Host = 'chromium' | 'node';

export type Engine = {
	/** Loads and starts the backend: what a page does before it knows which network will come. */
	start(place: Place, workload: Pick<Workload, 'product'>): Promise<void>;
	/** Hands the data set over to an engine that makes its own batches; not timed. */
	fill?(workload: Workload): Promise<void>;
	/** Takes the initial weights and compiles what can be compiled before the first batch. */
	build(workload: Workload): Promise<void>;
	/**
	 * One update per batch; the losses that were read back: all of them, or only the last one. A product has no batches
	 * but is made as often; for a loss it has the sum of its first row.
	 */
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

/** `uploads`: writes from the page to the GPU; not in files of before they were counted. */
export type Counts = { dispatches: number; pipelines: number; submits: number; uploads?: number };

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
	/** At the peak, of the processes that compute; null where it is not known. */
	memory_mb?: number | null;
};
/** `late`: not done in time. */
export type Outcome = Measured | { failed: string; late?: boolean };

export type Machine = { cpu: string; cores: number; memory_gb: number; os: string };

/** A data set as it was read. */
export type Source = { name: string; origin: string; sha256: string };

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
	memory_mb?: number | null;
	/** Our step of the same class (CPU or GPU) goes this often into one of this engine; 1 for ours. */
	ratio?: number | null;
	/** Largest relative difference of a loss to the reference engine's. */
	difference?: number;
	agrees?: boolean;
};

/** What was measured in one go; the same engines on other workloads may have been measured on another day. */
export type Measurement = {
	id: string;
	experiment: string;
	batch: number;
	/** Words of a row, where rows are texts. */
	maxlen?: number;
	/** Of two square matrices of so many rows. */
	product?: number;
	parameters: number;
	/** None for a product. */
	data?: Source;
	date: string;
	processes: number;
	steps: number;
	budget_s: number;
};

export type Run = {
	host: Host;
	host_version: string;
	machine: Machine;
	/** Of the engines that use one. */
	adapter: Adapter | null;
	/** True where WebGPU and WebGL are computed by the CPU: those times say nothing about GPUs. */
	software: boolean;
	versions: Record<string, string>;
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
	workloads: Measurement[];
	rows: Row[];
	/** Engines that this host cannot run, and why. */
	left_out: { engine: string; why: string }[];
};
export type EngineClass = 'cpu' | 'gpu';

/** The results file: the last run of each host and adapter. */
export type Bench = { schema: 2; runs: Run[] };
