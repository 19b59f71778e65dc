// Recurrent cells, step by step, with everything that happens in them: gates, candidate, memory, state; and the way back
// from a gradient of the states to one of every step's input. Formulas of Keras 2.0.8 (`layers/recurrent.py`), the same as
// the engine's (`crates/network/src/ops/recurrent`):
//   SimpleRNN  h = a(x W + p U + b)
//   GRU        z, r = s(x W + p U + b); k = a(x W + (r p) U + b); h = z p + (1 - z) k
//              reset_after (Keras 3): k = a(x W + b + r (p U + b'))
//   LSTM       i, f, o = s(x W + p U + b); k = a(x W + p U + b); c = f c + i k; h = o a(c)

export type Kind = 'SimpleRNN' | 'GRU' | 'LSTM';
/** One that a cell may have; `slope` gives the derivative from the value. */
export type Curve = { of(x: number): number; slope(y: number): number };

const hard = (steep: number): Curve => ({
	of: (x) => Math.min(1, Math.max(0, steep * x + 0.5)),
	slope: (y) => (y > 0 && y < 1 ? steep : 0)
});
export const CURVES: Record<'tanh' | 'sigmoid' | 'relu' | 'linear' | 'hard2' | 'hard3', Curve> = {
	tanh: { of: Math.tanh, slope: (y) => 1 - y * y },
	sigmoid: { of: (x) => 1 / (1 + Math.exp(-x)), slope: (y) => y * (1 - y) },
	relu: { of: (x) => Math.max(0, x), slope: (y) => (y > 0 ? 1 : 0) },
	linear: { of: (x) => x, slope: () => 1 },
	/** Keras 2.0.8's hard_sigmoid, and Keras 3's. */
	hard2: hard(0.2),
	hard3: hard(1 / 6)
};

export type Cell = {
	kind: Kind;
	units: number;
	inputs: number;
	/** inputs x (gates units), units x (gates units), both in Keras's layout. */
	kernel: Float32Array;
	recurrent: Float32Array;
	/** Twice as long where the reset gate comes after the product. */
	bias: Float32Array | null;
	activation: Curve;
	gate: Curve;
	resetAfter: boolean;
	backwards: boolean;
};
/** What of a step there is, in the order in which it is worked out. `h` is the last of them. */
export const PARTS = {
	SimpleRNN: ['h'],
	GRU: ['z', 'r', 'k', 'h'],
	LSTM: ['i', 'f', 'k', 'o', 'c', 'h']
} as const satisfies Record<Kind, readonly string[]>;
export type Part = (typeof PARTS)[Kind][number];

/** steps x units of each part; a step stands where it stood in the input, whatever the direction. */
export type Trace = {
	steps: number;
	parts: Partial<Record<Part, Float32Array>>;
	/** Of a GRU with `resetAfter`: p U + b' of the candidate. */
	product: Float32Array | null;
};

export const gatesOf = (kind: Kind): number => ({ SimpleRNN: 1, GRU: 3, LSTM: 4 })[kind];

/** Adds `vector` times `matrix` (row by row) to `sums`, columns `from` to `to`. */
function add(
	sums: Float64Array,
	vector: ArrayLike<number>,
	at: number,
	rows: number,
	matrix: Float32Array,
	from: number,
	to: number
): void {
	const width = matrix.length / rows;
	for (let row = 0; row < rows; row += 1) {
		const value = vector[at + row]!;
		if (value === 0) continue;
		const base = row * width;
		for (let column = from; column < to; column += 1) sums[column]! += value * matrix[base + column]!;
	}
}

/** Adds `matrix`, columns `from` to `to`, times a gradient of those columns to `sums`. */
function back(
	sums: Float64Array,
	matrix: Float32Array,
	gradient: Float64Array,
	from: number,
	to: number
): void {
	const rows = sums.length;
	const width = matrix.length / rows;
	for (let row = 0; row < rows; row += 1) {
		let sum = 0;
		const base = row * width;
		for (let column = from; column < to; column += 1) sum += matrix[base + column]! * gradient[column]!;
		sums[row]! += sum;
	}
}

/** In the order in which the cell reads. */
const order = (cell: Cell, steps: number): number[] =>
	Array.from({ length: steps }, (_, turn) => (cell.backwards ? steps - 1 - turn : turn));

/** `mask`: where it is 0 the state stays what it was. */
export function runCell(cell: Cell, x: Float32Array, mask: Uint8Array | null): Trace {
	const { kind, units: n, inputs, kernel, recurrent, bias, activation: a, gate: s } = cell;
	const steps = inputs > 0 ? x.length / inputs : 0;
	const width = gatesOf(kind) * n;
	const parts: Trace['parts'] = {};
	for (const part of PARTS[kind]) parts[part] = new Float32Array(steps * n);
	const product = kind === 'GRU' && cell.resetAfter ? new Float32Array(steps * n) : null;
	const all = parts as Record<Part, Float32Array>;
	let h = new Float64Array(n);
	let c = new Float64Array(n);
	const sums = new Float64Array(width);
	const after = new Float64Array(width);
	const gated = new Float64Array(n);
	for (const step of order(cell, steps)) {
		const at = step * n;
		sums.fill(0);
		if (bias) for (let j = 0; j < width; j += 1) sums[j] = bias[j]!;
		add(sums, x, step * inputs, inputs, kernel, 0, width);
		const next = new Float64Array(n);
		const memory = new Float64Array(n);
		if (kind === 'SimpleRNN') {
			add(sums, h, 0, n, recurrent, 0, n);
			for (let j = 0; j < n; j += 1) next[j] = a.of(sums[j]!);
		} else if (kind === 'LSTM') {
			add(sums, h, 0, n, recurrent, 0, width);
			for (let j = 0; j < n; j += 1) {
				const [i, f, o] = [s.of(sums[j]!), s.of(sums[n + j]!), s.of(sums[3 * n + j]!)];
				const k = a.of(sums[2 * n + j]!);
				memory[j] = f * c[j]! + i * k;
				next[j] = o * a.of(memory[j]!);
				all.i[at + j] = i;
				all.f[at + j] = f;
				all.k[at + j] = k;
				all.o[at + j] = o;
			}
		} else {
			after.fill(0);
			if (product && bias) for (let j = 0; j < width; j += 1) after[j] = bias[width + j]!;
			add(after, h, 0, n, recurrent, 0, product ? width : 2 * n);
			for (let j = 0; j < 2 * n; j += 1) sums[j]! += after[j]!;
			for (let j = 0; j < n; j += 1) {
				all.z[at + j] = s.of(sums[j]!);
				const r = s.of(sums[n + j]!);
				all.r[at + j] = r;
				if (product) {
					product[at + j] = after[2 * n + j]!;
					sums[2 * n + j]! += r * after[2 * n + j]!;
				} else gated[j] = r * h[j]!;
			}
			if (!product) add(sums, gated, 0, n, recurrent, 2 * n, width);
			for (let j = 0; j < n; j += 1) {
				const k = a.of(sums[2 * n + j]!);
				const z = all.z[at + j]!;
				all.k[at + j] = k;
				next[j] = z * h[j]! + (1 - z) * k;
			}
		}
		if (mask?.[step] !== 0) [h, c] = [next, memory];
		all.h.set(h, at);
		if (kind === 'LSTM') all.c.set(c, at);
	}
	return { steps, parts, product };
}

/** From a gradient of the state at every step (steps x units) to one of every step's input (steps x inputs). */
export function pullCell(
	cell: Cell,
	trace: Trace,
	gradient: Float32Array,
	mask: Uint8Array | null
): Float32Array {
	const { kind, units: n, inputs, kernel, recurrent, activation: a, gate: s } = cell;
	const width = gatesOf(kind) * n;
	const all = trace.parts as Record<Part, Float32Array>;
	const found = new Float32Array(trace.steps * inputs);
	let dh = new Float64Array(n);
	let dc = new Float64Array(n);
	const sums = new Float64Array(width);
	const dx = new Float64Array(inputs);
	const read = order(cell, trace.steps);
	for (let turn = read.length - 1; turn >= 0; turn -= 1) {
		const step = read[turn]!;
		const at = step * n;
		for (let j = 0; j < n; j += 1) dh[j]! += gradient[at + j]!;
		if (mask?.[step] === 0) continue;
		/** The state before. */
		const from = turn > 0 ? read[turn - 1]! * n : -1;
		const before = (part: Part, j: number) => (from < 0 ? 0 : all[part][from + j]!);
		const dp = new Float64Array(n);
		if (kind === 'SimpleRNN') {
			for (let j = 0; j < n; j += 1) sums[j] = dh[j]! * a.slope(all.h[at + j]!);
			back(dp, recurrent, sums, 0, n);
		} else if (kind === 'LSTM') {
			const older = new Float64Array(n);
			for (let j = 0; j < n; j += 1) {
				const [i, f, k, o] = [all.i[at + j]!, all.f[at + j]!, all.k[at + j]!, all.o[at + j]!];
				const bent = a.of(all.c[at + j]!);
				const memory = dc[j]! + dh[j]! * o * a.slope(bent);
				sums[j] = memory * k * s.slope(i);
				sums[n + j] = memory * before('c', j) * s.slope(f);
				sums[2 * n + j] = memory * i * a.slope(k);
				sums[3 * n + j] = dh[j]! * bent * s.slope(o);
				older[j] = memory * f;
			}
			back(dp, recurrent, sums, 0, width);
			dc = older;
		} else {
			for (let j = 0; j < n; j += 1) {
				const [z, k] = [all.z[at + j]!, all.k[at + j]!];
				sums[j] = dh[j]! * (before('h', j) - k) * s.slope(z);
				sums[2 * n + j] = dh[j]! * (1 - z) * a.slope(k);
				dp[j] = dh[j]! * z;
			}
			if (trace.product) {
				const scaled = new Float64Array(width);
				for (let j = 0; j < n; j += 1) {
					const [r, slope] = [all.r[at + j]!, sums[2 * n + j]!];
					sums[n + j] = slope * trace.product[at + j]! * s.slope(r);
					scaled[2 * n + j] = slope * r;
				}
				back(dp, recurrent, scaled, 2 * n, width);
			} else {
				const reset = new Float64Array(n);
				back(reset, recurrent, sums, 2 * n, width);
				for (let j = 0; j < n; j += 1) {
					const r = all.r[at + j]!;
					sums[n + j] = reset[j]! * before('h', j) * s.slope(r);
					dp[j]! += reset[j]! * r;
				}
			}
			back(dp, recurrent, sums, 0, 2 * n);
		}
		dx.fill(0);
		back(dx, kernel, sums, 0, width);
		found.set(dx, step * inputs);
		dh = dp;
	}
	return found;
}
