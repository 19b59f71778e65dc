import { describe, expect, it } from 'vitest';
import { neighboursOf, planeOf } from './embedding';
import { components, eigen, randomOf } from './pca';

const always = async () => true;

/** Three clouds of rows far apart, in `width` dimensions. */
function clouds(each: number, width: number) {
	const random = randomOf(5);
	const rows = 3 * each;
	const values = Float32Array.from({ length: rows * width }, (_, i) => {
		const [row, axis] = [Math.floor(i / width), i % width];
		return (axis === Math.floor(row / each) ? 20 : 0) + random() + random() - 1;
	});
	return { values, rows, width };
}

describe('eigenvalues', () => {
	it('of a known matrix', () => {
		const { values, vectors } = eigen([
			[2, 1, 0],
			[1, 2, 0],
			[0, 0, 5]
		]);
		expect(values.map((value) => Math.round(value * 1e9) / 1e9)).toEqual([5, 3, 1]);
		expect(Math.abs(vectors[1]?.[0] ?? 0)).toBeCloseTo(Math.SQRT1_2, 9);
		expect(vectors[1]?.[0]).toBeCloseTo(vectors[1]?.[1] ?? 0, 9);
	});
});

describe('principal components', () => {
	it('are the axes of a stretched cloud, with their variances', async () => {
		const random = randomOf(3);
		const stretch = [5, 2, 1, 0.5, 0.1];
		const rows = 400;
		const raw = Array.from({ length: rows }, () => stretch.map((by) => by * (random() - 0.5)));
		// Turned in the first two axes, and away from the origin.
		const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
		const values = Float32Array.from(
			raw.flatMap(([a = 0, b = 0, ...rest]) => [c * a - s * b + 9, s * a + c * b - 4, ...rest])
		);
		const found = await components({ values, rows, width: 5 }, 2, 1, always);
		if (!found) throw new Error('stopped');
		const variance = (axis: number) => {
			const mean = raw.reduce((sum, row) => sum + row[axis]!, 0) / rows;
			return raw.reduce((sum, row) => sum + (row[axis]! - mean) ** 2, 0) / rows;
		};
		expect(found.total).toBeCloseTo(
			[0, 1, 2, 3, 4].map(variance).reduce((a, b) => a + b),
			3
		);
		expect(found.variances[0]! / variance(0)).toBeCloseTo(1, 1);
		expect(found.variances[1]! / variance(1)).toBeCloseTo(1, 1);
		// The rows along the first direction are the first axis, up to the sign and the mean.
		let [xy, xx, yy] = [0, 0, 0];
		raw.forEach(([a = 0], row) => {
			const x = found.points[2 * row]!;
			[xy, xx, yy] = [xy + x * a, xx + x * x, yy + a * a];
		});
		expect(Math.abs(xy) / Math.sqrt(xx * yy)).toBeGreaterThan(0.99);
	});

	it('of rows that are all alike are nothing, and of few rows what there is', async () => {
		const alike = await components(
			{ values: new Float32Array(40).fill(3), rows: 10, width: 4 },
			2,
			1,
			always
		);
		expect(alike?.variances.map((value) => Math.round(value * 1e9))).toEqual([0, 0]);
		expect(alike?.points.every((value) => Math.abs(value) < 1e-9)).toBe(true);
		const line = await components({ values: Float32Array.of(1, 2, 3), rows: 3, width: 1 }, 2, 1, always);
		expect(line?.variances[0]).toBeCloseTo(2 / 3, 6);
		expect([0, 1, 2].map((row) => line?.points[2 * row + 1])).toEqual([0, 0, 0]);
	});

	it('end when they are stopped', async () => {
		const { values, rows, width } = clouds(20, 6);
		expect(await components({ values, rows, width }, 2, 1, async () => false)).toBeNull();
	});
});

describe('a plane', () => {
	it('has the neighbours that are nearest, itself first', async () => {
		const points = Float32Array.of(0, 0, 1, 0, 1, 0, 5, 0);
		const near = await neighboursOf(points, 4, 3, always);
		expect(near?.indices[0]).toEqual([0, 1, 2]);
		expect(near?.indices[2]?.[0]).toBe(2);
		expect(near?.distances[3]).toEqual([0, 4, 4]);
	});

	it.each(['pca', 'umap'] as const)(
		'of %s keeps clouds apart, the same for the same seed',
		async (method) => {
			const matrix = clouds(25, 8);
			const stages = new Set<string>();
			const tell = async (stage: string) => {
				stages.add(stage);
				return true;
			};
			const { points, finished, explained } = await planeOf(method, matrix, 7, tell);
			if (!points) throw new Error('no points');
			expect(finished).toBe(true);
			expect(points.length).toBe(150);
			const [again, other] = [await planeOf(method, matrix, 7, tell), await planeOf(method, matrix, 8, tell)];
			expect(again.points).toEqual(points);
			if (method === 'umap') expect(other.points).not.toEqual(points);
			const center = (cloud: number, axis: number) => {
				let sum = 0;
				for (let row = 25 * cloud; row < 25 * cloud + 25; row++) sum += points[2 * row + axis]!;
				return sum / 25;
			};
			for (let row = 0; row < 75; row++) {
				const far = [0, 1, 2].map((cloud) =>
					Math.hypot(points[2 * row]! - center(cloud, 0), points[2 * row + 1]! - center(cloud, 1))
				);
				expect(far.indexOf(Math.min(...far))).toBe(Math.floor(row / 25));
			}
			if (method === 'pca') {
				expect((explained?.[0] ?? 0) + (explained?.[1] ?? 0)).toBeGreaterThan(0.9);
			} else expect([...stages]).toEqual(['pca', 'neighbours', 'layout']);
		}
	);

	it('of UMAP that is stopped on its way has the points so far', async () => {
		const matrix = clouds(10, 4);
		const at = async (stop: string) => planeOf('umap', matrix, 7, async (stage) => stage !== stop);
		expect(await at('neighbours')).toEqual({ points: null, explained: null, finished: false });
		const half = await at('layout');
		expect([half.finished, half.points?.length]).toEqual([false, 60]);
	});
});
