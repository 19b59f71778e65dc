// How much memory a run takes, from what the summary of its text says: parameters with their gradients and the
// optimizer's own numbers, what every layer keeps of a batch for the way back, and the rows. The shares were measured
// on the CPU engine (the memory of its WebAssembly); a test compares.

import type { EngineKind } from './kinds';
import type { Summary, SummaryLayer } from './wire';

const FLOAT = 4;
/** The engine itself: its tables, and files on their way in. */
const ENGINE = 10e6;
/** What a layer gives, and the gradient of it on the way back. */
const KEPT = 2;
/** Rows that are looked at together in an evaluation. */
const EVALUATION_ROWS = 250;

/** Numbers that a rule keeps for every weight. */
const SLOTS: readonly [RegExp, number][] = [
	[/^(adam|adamw|adamax|nadam|adadelta)$/, 2],
	[/^(rmsprop|adagrad|sgd)$/, 1]
];

/** Bytes. */
export type Footprint = { data: number; weights: number; batch: number; total: number };

type Counted = Pick<
	Summary,
	| 'input'
	| 'layers'
	| 'parameters'
	| 'optimizer'
	| 'train_rows'
	| 'validation_rows'
	| 'test_rows'
	| 'batch_size'
>;

const product = (axes: readonly number[]) => axes.reduce((all, axis) => all * axis, 1);

/** What a layer keeps of a row beside its output; `input`: the shape that it reads. */
function inside({ type, output }: SummaryLayer, input: readonly number[]): number {
	const units = output.at(-1) ?? 0;
	const steps = input.length > 1 ? (input[0] ?? 1) : 1;
	// States and gates of every step, also where only the last one comes out.
	if (/LSTM|Bidirectional/.test(type)) return 6 * steps * units;
	if (/GRU/.test(type)) return 5 * steps * units;
	if (/RNN/.test(type)) return 2 * steps * units;
	// Questions, keys and values, and how well each step fits each.
	if (/Attention/.test(type)) return 4 * steps * units + 8 * steps * steps;
	return 0;
}

/** Numbers of one row in all layers, and in the two neighbours that have most. */
function perRow({ input, layers }: Pick<Counted, 'input' | 'layers'>): { all: number; most: number } {
	let before: readonly number[] = input;
	let [all, most] = [product(input), 0];
	for (const layer of layers) {
		const here = layer.type === 'Flatten' || layer.type === 'Reshape' ? 0 : product(layer.output);
		all += here + inside(layer, before);
		most = Math.max(most, here + product(before));
		before = layer.output;
	}
	return { all, most };
}

export function footprint(summary: Counted, rows = rowsOf(summary)): Footprint {
	const { input, parameters, optimizer, batch_size } = summary;
	// Pictures stay bytes until they are needed.
	const value = input.length === 3 ? 1 : FLOAT;
	const slots = SLOTS.find(([names]) => names.test(optimizer))?.[1] ?? 2;
	const { all, most } = perRow(summary);
	const training = KEPT * batch_size * all * FLOAT;
	const evaluation = EVALUATION_ROWS * most * FLOAT;
	// A save writes weights and slots twice: as tensors, and as a file.
	const saving = 2 * parameters * FLOAT * (1 + slots);
	const data = rows * product(input) * value;
	const weights = parameters * FLOAT * (2 + slots);
	const batch = Math.max(training, evaluation, saving);
	return { data, weights, batch, total: ENGINE + data + weights + batch };
}

function rowsOf({ train_rows, validation_rows, test_rows }: Counted): number {
	return train_rows + validation_rows + test_rows;
}

/** WebAssembly has 4 GB of addresses, and none of it can be moved. */
const ADDRESSES = 3.5e9;
/** Of the device's memory a page gets no more without harm. */
const SHARE = 0.5;

/** Bytes that a run may take here. `deviceGigabytes`: what the browser tells, null where it doesn't. */
export function room(deviceGigabytes: number | null): number {
	return deviceGigabytes === null ? ADDRESSES : Math.min(ADDRESSES, deviceGigabytes * 1e9 * SHARE);
}

/** Why a run is refused, and what would fit: a smaller batch, else fewer rows, else a smaller network. */
export type TooLarge = { needed: number; limit: number } & (
	{ what: 'batch'; batch: number } | { what: 'rows'; rows: number } | { what: 'network' }
);

/** Null: it fits. On the GPU only the rows lie in the page's memory. */
export function tooLarge(
	summary: Counted,
	engine: EngineKind,
	limit: number,
	rows = rowsOf(summary)
): TooLarge | null {
	const needs = (part: Partial<Counted>, count: number) => {
		const { data, total } = footprint({ ...summary, ...part }, count);
		return engine === 'gpu' ? ENGINE + data : total;
	};
	const needed = needs({}, rows);
	if (needed <= limit) return null;
	const refused = { needed, limit };
	const batch = largest(summary.batch_size, (batch_size) => needs({ batch_size }, rows) <= limit);
	if (batch > 0) return { ...refused, what: 'batch', batch };
	const few = largest(
		rows,
		(count) => needs({ batch_size: Math.min(32, summary.batch_size) }, count) <= limit
	);
	return few > 0 ? { ...refused, what: 'rows', rows: few } : { ...refused, what: 'network' };
}

/** The largest whole number up to `most` that fits, rounded down to two digits; 0: none does. */
function largest(most: number, fits: (n: number) => boolean): number {
	let [low, high] = [0, Math.floor(most)];
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if (fits(middle)) low = middle;
		else high = middle - 1;
	}
	const grain = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, low))) - 1);
	return Math.floor(low / grain) * grain;
}
