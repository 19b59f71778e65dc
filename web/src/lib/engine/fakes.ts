// Stand-ins for the engine, the browser and the clock: for unit tests only, nothing of the site imports this.

import type { Engine, EngineData, EngineSession, EngineStages, EngineWords } from './engine-types';
import type { EngineKind } from './kinds';
import type { DeviceWatch } from './lost';
import type { FromWorker, Notice, Reply } from './messages';
import type { ReadApart } from './reading';
import type { ProbeLayer } from './probe-layer';
import type { ByteStore } from './saved';
import type { Numbers } from './words';
import type { DataState, Fitted, MetricValue, RunEvent, RunState, Score, StageEvent, Table } from './wire';

export class FakeClock {
	ms = 0;
	now = () => this.ms;
}

const score = (accuracy: number): Score => ({ loss: 1 - accuracy, accuracy, rows: 100 });

export type Plan = {
	epochs: number;
	steps: number;
	/** Batches of the test part after each epoch. */
	batches: number;
	stepMs: number;
	batchMs: number;
	/** Update at which the loss becomes NaN. */
	divergesAt?: number;
};
export const plan: Plan = { epochs: 2, steps: 5, batches: 2, stepMs: 100, batchMs: 30 };

/** Runs through its plan; throws where the real engine would: two calls at a time, or use after `free`. */
export class FakeSession implements EngineSession {
	readonly events: RunEvent[];
	at = 0;
	rates: { before: number; rate: number }[] = [];
	freed = false;
	#inside = false;
	/** Held steps: `advance` waits for it. */
	gate: Promise<void> | null = null;
	/** What `advance` was asked for, call by call. */
	readonly asked: number[] = [];
	/** Kernels that `warm_up` reports. */
	kernels = 0;
	warm = false;

	constructor(
		readonly text: string,
		readonly plan: Plan,
		readonly clock: FakeClock
	) {
		this.events = script(plan);
	}

	async #alone<T>(work: () => T | Promise<T>): Promise<T> {
		if (this.freed) throw new Error('null pointer passed to rust');
		if (this.#inside) throw new Error('recursive use of an object detected');
		this.#inside = true;
		try {
			// Suspended like one that awaits its device: messages come in meanwhile.
			await new Promise((resolve) => setImmediate(resolve));
			return await work();
		} finally {
			this.#inside = false;
		}
	}

	warm_up(progress: (made: number, expected: number) => void): Promise<void> {
		return this.#alone(async () => {
			for (let made = 1; made <= this.kernels; made++) {
				progress(made, this.kernels);
				await turn();
			}
			this.warm = true;
		});
	}

	/** As the engine: steps up to the end of the epoch, or one batch of evaluation. */
	advance(steps: number): Promise<RunEvent[]> {
		return this.#alone(async () => {
			this.asked.push(steps);
			if (this.gate) await this.gate;
			const first = this.events[this.at];
			if (!first) throw new Error('the run is over');
			const made: RunEvent[] = [];
			do {
				const event = this.events[this.at];
				if (!event || (made.length > 0 && event.type !== 'step' && event.type !== 'diverged')) break;
				this.at += 1;
				this.clock.ms +=
					event.type === 'step' ? this.plan.stepMs : event.type === 'evaluating' ? this.plan.batchMs : 0;
				made.push(event);
			} while (first.type === 'step' && made.length < steps);
			return made;
		});
	}

	state(): RunState {
		if (this.#inside || this.freed) throw new Error('recursive use of an object detected');
		const done = this.events.slice(0, this.at);
		const update = done.filter((event) => event.type === 'step').length;
		const { steps, epochs } = this.plan;
		return {
			text: this.text,
			seed: 7,
			epoch: Math.floor(update / steps),
			step: update % steps,
			update,
			steps_per_epoch: steps,
			epochs,
			learning_rate: 0.001,
			finished: done.at(-1)?.type === 'finished',
			history: []
		};
	}

	set_learning_rate(rate: number): void {
		if (this.#inside) throw new Error('recursive use of an object detected');
		this.rates.push({ before: this.at, rate });
	}

	/** One layer: two weights that go down by a tenth with every event, the gradient [3, 4], then the loss. */
	inside(what: number): Promise<Float32Array[]> {
		return this.#alone(() => {
			if (what === 0) return [new Float32Array([2 - this.at / 10, 0])];
			if (what === 3) return [new Float32Array([0, 0, 1, this.at])];
			return [new Float32Array([3, -4]), new Float32Array([what === 1 ? 0.5 : 0.25])];
		});
	}

	/** What `look` answers; by itself nothing. */
	looks: (what: number, numbers: number[], values: Float32Array) => Float32Array[] = () => [];

	look(what: number, numbers: number[], values: Float32Array): Promise<Float32Array[]> {
		return this.#alone(() => this.looks(what, numbers, values));
	}

	counts = () => ({ dispatches: 0, pipelines: 0 });

	words = (text?: string) => fakeWords('abc').words(text);

	checkpoint(): Promise<Uint8Array> {
		return this.#alone(() => new TextEncoder().encode(JSON.stringify([this.text, this.at])));
	}

	weights(): Promise<Uint8Array> {
		return this.#alone(() => new TextEncoder().encode(`weights of ${this.text} at ${this.at}`));
	}

	fitted(point: number, fold: number): Fitted {
		const { finished, epoch, update } = this.state();
		const figure = finished ? 0.5 + point / 10 + fold / 100 : null;
		return { job: { point, fold }, figure, loss: figure, epochs: epoch, steps: update, curve: [] };
	}

	kept = false;
	use_kept = () => (this.kept = true);

	answers(rows: number) {
		return this.#alone(() => Array.from({ length: rows }, () => ({ output: [this.at], target: [1] })));
	}

	#prompt: string | null = null;

	begin_text(prompt: string): void {
		if (this.#inside || this.freed) throw new Error('recursive use of an object detected');
		this.#prompt = prompt;
	}

	/** Goes on with the letters of its prompt. */
	write_text(tokens: number): Promise<string> {
		return this.#alone(async () => {
			if (this.gate) await this.gate;
			if (this.#prompt === null) throw { code: 'internal', args: { reason: 'no text was begun' } };
			return this.#prompt.slice(0, 1).repeat(tokens);
		});
	}

	report(misjudged: number) {
		return this.#alone(async () => {
			// Long enough for a step to begin meanwhile, if it were let.
			for (let i = 0; i < 5; i++) await turn();
			return { rows: this.at, correct: misjudged, confusion: [], confused: [], mistakes: 0, misjudged: [] };
		});
	}

	free(): void {
		if (this.#inside) throw new Error('attempted to take ownership of Rust value while it was borrowed');
		this.freed = true;
	}
}

function script({ epochs, steps, batches, divergesAt }: Plan): RunEvent[] {
	const events: RunEvent[] = [];
	for (let epoch = 1; epoch <= epochs; epoch++) {
		for (let step = 1; step <= steps; step++) {
			const update = (epoch - 1) * steps + step;
			if (update === divergesAt) return [...events, { type: 'diverged', epoch, step, reason: 'loss_nan' }];
			const accuracy = update / (epochs * steps);
			events.push({
				type: 'step',
				epoch,
				step,
				update,
				loss: 1 / update,
				accuracy,
				rows: 10,
				learning_rate: 0.01
			});
		}
		for (let batch = 1; batch <= batches; batch++) {
			events.push({ type: 'evaluating', part: 'test', epoch, done: batch * 50, total: batches * 50 });
		}
		events.push({
			type: 'epoch',
			epoch,
			train: score(0.5),
			validation: null,
			test: score(0.9 + epoch / 100),
			figures: []
		});
	}
	return [...events, { type: 'finished', epochs, test: score(0.9 + epochs / 100) }];
}

/** A fit like a session's, then a measurement. */
export class FakeStages implements EngineStages {
	readonly #session: FakeSession;
	#measured = 0;

	constructor(session: FakeSession) {
		this.#session = session;
	}

	count = () => 2;

	async advance(steps: number): Promise<StageEvent[]> {
		if (this.#measured > 0 || this.#session.state().finished) {
			const finished: StageEvent = { type: 'finished' };
			const measured: StageEvent = { type: 'measured', stage: 1, name: 'a', score: score(0.9), figures: [] };
			return [this.#measured++ > 0 ? finished : measured];
		}
		return (await this.#session.advance(steps)).map((event) => ({ type: 'run', stage: 0, event }));
	}

	figures(): MetricValue[] {
		return this.#measured > 0 ? [{ name: 'a_accuracy', value: 0.9 }] : [];
	}

	weights = () => this.#session.weights();
	free = () => this.#session.free();
}

/** Rows that come in `shards`; a shard is right when its bytes say its own name. */
export class FakeData implements EngineData {
	#missing: string[];
	readonly added: string[] = [];
	constructor(
		readonly origin: DataState['origin'],
		readonly shards: string[],
		readonly checksum: string
	) {
		this.#missing = [...shards];
	}
	wanted() {
		return this.#missing.map((file) => ({ file, bytes: file.length, part: 'train' }));
	}
	add(file: string, bytes: Uint8Array): void {
		// Plain objects are what Rust throws.
		if (new TextDecoder().decode(bytes) !== file)
			throw { code: 'pack_checksum', args: { file, expected: 'a', found: 'b' } };
		this.#missing = this.#missing.filter((other) => other !== file);
		this.added.push(file);
	}
	state(): DataState {
		// Labels are no rows, and without them no picture counts.
		const labels = (file: string) => file.endsWith('labels');
		const ready = this.#missing.some(labels) ? 0 : this.added.filter((file) => !labels(file)).length;
		const train = { rows: this.shards.length, ready };
		const test = { rows: 100, ready: 100 };
		return { name: 'mnist', origin: this.origin, train, test, checksum: this.checksum };
	}
	wall(part: string, first: number, count: number) {
		const pixels = new Uint8Array(count).fill(part === 'train' ? 1 : 2);
		return { first, count, height: 1, width: 1, pixels, labels: new Uint8Array(count) };
	}
}

const DATASETS = [
	['photo', 'cifar10'],
	['captcha', 'captcha'],
	['review', 'imdb']
] as const;

/**
 * A network on words whose words are the letters of `all` (null: it reads none) in rows of 3: it likes a text by its largest
 * id over ten, and every step counts by its id.
 */
export function fakeWords(all: string | null): EngineWords & { numbers: Numbers } {
	return {
		words: (text) => {
			if (all === null) throw { code: 'no_vocabulary', args: { name: 'mnist' } };
			if (text === undefined) return [3, 1, 0, 0, 'word', 'lower', 4, ...all].join('\n');
			return Uint32Array.from([1, ...[...text].map((c) => all.indexOf(c) + 4)]);
		},
		numbers: async (ids, slope) => {
			if (all === null) throw { code: 'model_input', args: {} };
			if (ids.length === 0 || ids.length % 3 > 0) throw { code: 'ids_length', args: {} };
			if (slope !== null) return Float32Array.from(ids, (id) => (slope === 1 ? id : -id));
			const rows = Array.from({ length: ids.length / 3 }, (_, row) => ids.subarray(row * 3, row * 3 + 3));
			return Float32Array.from(rows, (row) => Math.max(...row) / 10);
		}
	};
}

export type FakeEngine = Engine & {
	sessions: FakeSession[];
	/** What its sessions run through. */
	using: Plan;
	trapNextCheck: boolean;
	/** How far its layers are from the right numbers. */
	error: number;
};

export function fakeEngine(clock: FakeClock, using: Plan = plan, kind: EngineKind = 'cpu'): FakeEngine {
	const sessions: FakeSession[] = [];
	const made = (text: string): FakeSession => {
		if (text.includes('bad')) throw { code: 'out_of_range', args: { value: '0' } };
		const session = new FakeSession(text, engine.using, clock);
		if (kind === 'gpu') session.kernels = 3;
		sessions.push(session);
		return session;
	};
	class Session extends FakeSession {
		constructor(text: string, _data: EngineData) {
			super(text, engine.using, clock);
			return made(text);
		}
		static fit(text: string, data: EngineData): EngineSession {
			return new Session(text, data);
		}
		static resume(checkpoint: Uint8Array, _data: EngineData, longer?: string): EngineSession {
			const [text, at] = JSON.parse(new TextDecoder().decode(checkpoint)) as [string, number];
			const session = made(longer ?? text);
			// A run that goes on has forgotten that it was over.
			session.at = longer === undefined ? at : at - 1;
			return session;
		}
	}
	const engine: FakeEngine = {
		sessions,
		using,
		trapNextCheck: false,
		error: 0,
		engine: () => kind,
		open: async () => undefined,
		probe: async (text, rows) => {
			if (text.includes('bad')) throw { code: 'out_of_range', args: { value: '0' } };
			return fakeLayers(rows, engine.error);
		},
		check: (text) => {
			if (engine.trapNextCheck) throw new WebAssembly.RuntimeError('unreachable');
			const ok = !text.includes('bad');
			return {
				ok,
				summary: null,
				problems: ok ? [] : [{ code: 'x', args: {}, place: '', line: 1, column: 1 }]
			};
		},
		edit: (text, path, value) => {
			if (path === 'nowhere') throw { code: 'no_such_place', args: { path } };
			return `${text}\n${path} = ${value}`;
		},
		plan: (text) => {
			if (text.includes('bad')) throw { code: 'out_of_range', args: { value: '0' } };
			return { points: 2, folds: 3, repeats: false, outcome: text, table: fakeTable([]) };
		},
		table: (_text, done) => fakeTable(done),
		dataset: () => 'mnist',
		augment: (text, _data, of = Uint32Array.of(2, 5, 3)) => {
			if (text.includes('bad')) throw { code: 'needs_picture', args: {} };
			const [epoch = 0, ...rows] = of;
			return [of, Float32Array.from(rows, (row) => row + epoch / 10)];
		},
		compute: () => ({ name: 'convolution', input: [], kernel: [], output: [[4]], steps: [] }),
		Data: {
			from_manifest: (bytes) =>
				new FakeData('pack', JSON.parse(new TextDecoder().decode(bytes)) as string[], 'pack'),
			from_parcel: (bytes) => {
				const origin = new TextDecoder().decode(bytes) as 'sample' | 'official';
				return new FakeData(origin, [], origin);
			}
		},
		Session,
		Stages: class extends FakeStages {
			constructor(text: string, _data: EngineData) {
				super(made(text));
			}
		},
		captcha: (text, font, shear, noise, seed) => {
			const piece = [0, 1, 2, 3, ...Array.from({ length: 400 }, () => font)];
			const pieces = [...text].flatMap(() => piece);
			return Uint16Array.from([
				2,
				1,
				text.length,
				Math.round(shear * 100),
				Math.round(noise * 100) + seed,
				...pieces
			]);
		},
		Model: {
			load: (bytes) => {
				const name = new TextDecoder().decode(bytes);
				if (name === 'broken') throw { code: 'model_corrupt', args: {} };
				return {
					card: () => ({ experiment: name, seed: 7 }),
					dataset: () => DATASETS.find(([of]) => name.startsWith(of))?.[1] ?? 'mnist',
					shape: () => new Uint32Array(name.startsWith('photo') ? [3, 32, 32] : [1, 28, 28]),
					words: fakeWords(name.startsWith('review') ? 'abc' : null).words,
					ask: async (what, values) => {
						if (what === 0) return new Float64Array([2, 1, name.length, ...values.subarray(2)]);
						if (name.startsWith('review')) {
							const { numbers } = fakeWords('abc');
							return Float64Array.from(await numbers(values, what === 1 ? null : what - 2));
						}
						if (values.length === 400 && name.startsWith('captcha'))
							return new Float64Array([values[0] ?? 0]);
						if (values.length !== 3072) throw { code: 'picture_size', args: {} };
						return new Float64Array([name.length, values[0] ?? 0]);
					}
				};
			}
		}
	};
	return engine;
}

/** A reader of files that looks at their names only. */
export const fakeRead: ReadApart = async ({ files }) => {
	const foreign = files?.find(({ name }) => name.endsWith('.pdf'));
	if (foreign) throw { code: 'foreign_file', args: { file: foreign.name } };
	return new TextEncoder().encode(files ? 'official' : 'sample');
};

/** Of 2 points of 3 folds each. */
function fakeTable(done: Fitted[]): Table {
	const points = [0, 1].map((point) => {
		const fits = done.filter(({ job }) => job.point === point).sort((a, b) => a.job.fold - b.job.fold);
		const folds = fits.flatMap(({ figure }) => (figure === null ? [] : [figure]));
		const mean = folds.length > 0 ? folds.reduce((sum, figure) => sum + figure, 0) / folds.length : null;
		return { point, labels: [String(point)], folds, lost: fits.length - folds.length, mean, sd: 0 };
	});
	return { metric: 'test_accuracy', axes: ['seed'], points, best: done.length > 0 ? 0 : null };
}

/** Two layers and the loss; `error` is added to the largest number of a weight gradient. */
export function fakeLayers(rows: number, error = 0): ProbeLayer[] {
	const layer = (name: string, kind: string, gradient: number[]): ProbeLayer => ({
		name,
		kind,
		forward: new Float32Array(rows).fill(0.5),
		input_gradient: new Float32Array(rows).fill(-0.25),
		weight_gradients: gradient.length > 0 ? [{ name: 'kernel', values: new Float32Array(gradient) }] : []
	});
	return [
		layer('conv2d_1', 'Conv2D', [1, -2 + error]),
		layer('flatten_1', 'Flatten', []),
		layer('loss', 'loss', [])
	];
}

/** A device that is lost when the test says so: for a trainer that is asked to go on with it. */
export function loseWhen(device: DeviceWatch, session: FakeSession, update: number): void {
	const advance = session.advance.bind(session);
	session.advance = (steps) => {
		if (session.at < update) return advance(steps);
		device.say('destroyed');
		// As a real one may: it never answers.
		return new Promise(() => {});
	};
}

/** Collects what a worker posts, and waits for replies. */
export class Mailbox {
	readonly messages: FromWorker[] = [];
	post = (message: FromWorker): void => void this.messages.push(structuredClone(message));

	reply(id: number): Reply | null {
		for (const message of this.messages) if (message.id === id && 'reply' in message) return message.reply;
		return null;
	}
	notices(id: number): Notice[] {
		return this.messages.flatMap((message) =>
			message.id === id && 'notice' in message ? [message.notice] : []
		);
	}
	events(id: number): RunEvent[] {
		return this.notices(id).flatMap((notice) => (notice.type === 'events' ? notice.events : []));
	}
	/** The order in which replies came, by id. */
	get replied(): number[] {
		return this.messages.flatMap((message) => ('reply' in message ? [message.id] : []));
	}
}

/** A store that can lose its power between two writes. */
export function frailStore(): ByteStore & {
	files: Map<string, Uint8Array<ArrayBuffer>>;
	failMove: boolean;
	failWrite: boolean;
} {
	const files = new Map<string, Uint8Array<ArrayBuffer>>();
	const store = {
		files,
		failMove: false,
		failWrite: false,
		read: async (name: string) => files.get(name) ?? null,
		write: async (name: string, bytes: Uint8Array<ArrayBuffer>) => {
			if (store.failWrite) throw new DOMException('full', 'QuotaExceededError');
			files.set(name, bytes);
		},
		move: async (from: string, to: string) => {
			if (store.failMove) throw new Error('the tab was closed');
			const bytes = files.get(from);
			if (bytes) files.set(to, bytes);
			files.delete(from);
		},
		remove: async (name: string) => void files.delete(name)
	};
	return store;
}

/** One turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Turns of the event loop until something is so. */
export async function until(condition: () => boolean): Promise<void> {
	for (let i = 0; i < 1000 && !condition(); i++) await turn();
	if (!condition()) throw new Error(`never: ${condition.toString()}`);
}
