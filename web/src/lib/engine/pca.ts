// Principal components of many rows, without a library: the directions in which the rows lie apart most are found by turning
// a few directions towards them again and again (subspace iteration), and settled among themselves by Jacobi's rotations.

export type Matrix = { values: Float32Array; rows: number; width: number };
export type Components = {
	/** rows x count, the widest direction first. */
	points: Float32Array;
	/** Of each direction the variance of the rows along it, and that of all directions together. */
	variances: number[];
	total: number;
};
/** Called now and then; work goes on when it is back, and ends where it says false. */
export type Pause = (done: number, total: number) => Promise<boolean>;

/** Directions beside those that are wanted: with them the wanted ones settle sooner. */
const SPARE = 8;
const ROUNDS = 60;
const SETTLED = 1e-7;

/** Numbers from -0.5 to 0.5, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Takes the mean of every column away. */
function center({ values, rows, width }: Matrix): Float32Array {
	const means = new Float64Array(width);
	for (let i = 0; i < values.length; i++) means[i % width]! += (values[i] ?? 0) / rows;
	return Float32Array.from(values, (value, i) => value - (means[i % width] ?? 0));
}

/** Makes directions (one after the other, `width` numbers each) perpendicular and of length 1; lost ones become zero. */
function straighten(directions: Float64Array, width: number): void {
	const count = directions.length / width;
	for (let i = 0; i < count; i++) {
		const own = directions.subarray(i * width, (i + 1) * width);
		const before = Math.sqrt(dot(own, own));
		// Twice is enough.
		for (let pass = 0; pass < 2; pass++) {
			for (let j = 0; j < i; j++) {
				const other = directions.subarray(j * width, (j + 1) * width);
				const share = dot(own, other);
				for (let k = 0; k < width; k++) own[k]! -= share * (other[k] ?? 0);
			}
		}
		const length = Math.sqrt(dot(own, own));
		const scale = length > 1e-9 * before ? 1 / length : 0;
		for (let k = 0; k < width; k++) own[k]! *= scale;
	}
}

function dot(a: Float64Array, b: Float64Array): number {
	let sum = 0;
	for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
	return sum;
}

/** The rows along each direction: rows x count. */
function along(x: Float32Array, rows: number, width: number, directions: Float64Array): Float64Array {
	const count = directions.length / width;
	const found = new Float64Array(rows * count);
	for (let row = 0; row < rows; row++) {
		for (let i = 0; i < count; i++) {
			let sum = 0;
			for (let k = 0; k < width; k++) sum += x[row * width + k]! * directions[i * width + k]!;
			found[row * count + i] = sum;
		}
	}
	return found;
}

/** The sum of all rows, each as often as it lies along a direction: where the directions turn to. */
function turned(x: Float32Array, rows: number, width: number, found: Float64Array): Float64Array {
	const count = found.length / rows;
	const directions = new Float64Array(count * width);
	for (let row = 0; row < rows; row++) {
		for (let i = 0; i < count; i++) {
			const share = found[row * count + i]!;
			for (let k = 0; k < width; k++) directions[i * width + k]! += share * x[row * width + k]!;
		}
	}
	return directions;
}

/** Eigenvalues (largest first) of a small symmetric matrix, and for each its eigenvector. */
export function eigen(symmetric: number[][]): { values: number[]; vectors: number[][] } {
	const a = symmetric.map((row) => [...row]);
	const n = a.length;
	const v = a.map((_, i) => a.map((_, j) => (i === j ? 1 : 0)));
	for (let sweep = 0; sweep < 60; sweep++) {
		let off = 0;
		for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p]![q]! ** 2;
		if (off < 1e-30 * a.reduce((sum, row, i) => sum + row[i]! ** 2, 0) || off === 0) break;
		for (let p = 0; p < n; p++) {
			for (let q = p + 1; q < n; q++) {
				if (a[p]![q] === 0) continue;
				const theta = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!);
				const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
				const c = 1 / Math.hypot(t, 1);
				const s = t * c;
				for (const m of [a, v]) {
					for (const row of m) [row[p], row[q]] = [c * row[p]! - s * row[q]!, s * row[p]! + c * row[q]!];
				}
				const [up, low] = [a[p]!, a[q]!];
				for (let k = 0; k < n; k++) [up[k], low[k]] = [c * up[k]! - s * low[k]!, s * up[k]! + c * low[k]!];
			}
		}
	}
	const order = a.map((_, i) => i).sort((i, j) => a[j]![j]! - a[i]![i]!);
	return { values: order.map((i) => a[i]![i]!), vectors: order.map((i) => v.map((row) => row[i]!)) };
}

/** Rows along the `count` widest directions; null where `pause` ended it. */
export async function components(
	matrix: Matrix,
	count: number,
	seed: number,
	pause: Pause
): Promise<Components | null> {
	const { rows, width } = matrix;
	const x = center(matrix);
	let total = 0;
	for (const value of x) total += value ** 2 / rows;
	const kept = Math.min(count + SPARE, rows, width);
	const random = randomOf(seed);
	let directions: Float64Array = Float64Array.from({ length: kept * width }, () => random() - 0.5);
	let found: Float64Array = new Float64Array(rows * kept);
	let values: number[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		straighten(directions, width);
		found = along(x, rows, width, directions);
		const covariance = Array.from({ length: kept }, (_, i) =>
			Array.from({ length: kept }, (_, j) => {
				let sum = 0;
				for (let row = 0; row < rows; row++) sum += found[row * kept + i]! * found[row * kept + j]!;
				return sum / rows;
			})
		);
		const settled = eigen(covariance);
		// The rows along the settled directions.
		const now = new Float64Array(rows * kept);
		for (let row = 0; row < rows; row++) {
			settled.vectors.forEach((vector, i) => {
				let sum = 0;
				for (let j = 0; j < kept; j++) sum += vector[j]! * found[row * kept + j]!;
				now[row * kept + i] = sum;
			});
		}
		found = now;
		const moved = settled.values.slice(0, count).some((value, i) => {
			return Math.abs(value - (values[i] ?? Infinity)) > SETTLED * (settled.values[0] ?? 0);
		});
		values = settled.values;
		if (!moved) break;
		if (!(await pause(round + 1, ROUNDS))) return null;
		directions = turned(x, rows, width, found);
	}
	const points = new Float32Array(rows * count);
	for (let row = 0; row < rows; row++) {
		for (let i = 0; i < Math.min(count, kept); i++) points[row * count + i] = found[row * kept + i]!;
	}
	return { points, variances: Array.from({ length: count }, (_, i) => Math.max(0, values[i] ?? 0)), total };
}
