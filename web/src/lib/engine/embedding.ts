// What a layer gives for many rows, laid out on a plane: principal components, or UMAP (McInnes et al. 2018) by the library
// `umap-js`. Its neighbours are found here, all of them exactly, so that it can be stopped and gives the same plane each time.

import type { Embedding } from './insight';
import { components, randomOf, type Matrix } from './pca';

/** A layer has as many numbers at most, over all rows: 16 MB, and some seconds. */
export const MOST_NUMBERS = 4_000_000;
/** UMAP sees the rows along so many directions. */
const DIRECTIONS = 30;
const NEIGHBOURS = 15;
/** Rows, or steps of the layout, between two pauses. */
const STRIDE = 40;

export type Stage = 'rows' | 'pca' | 'neighbours' | 'layout';
/** Tells how far it is, and lets messages in; false: it was stopped. */
export type Progress = (
	stage: Stage,
	done: number,
	total: number,
	points: () => Float32Array | null
) => Promise<boolean>;
type Plane = Pick<Embedding, 'points' | 'explained' | 'finished'>;

/** Of every row the nearest ones, itself first, and how far they are; null when it was stopped. */
export async function neighboursOf(
	points: Float32Array,
	rows: number,
	count: number,
	pause: (done: number) => Promise<boolean>
): Promise<{ indices: number[][]; distances: number[][] } | null> {
	const width = points.length / rows;
	const indices: number[][] = [];
	const distances: number[][] = [];
	for (let row = 0; row < rows; row++) {
		if (row % STRIDE === 0 && !(await pause(row))) return null;
		const near: { at: number; far: number }[] = [];
		for (let at = 0; at < rows; at++) {
			let far = 0;
			for (let k = 0; k < width; k++)
				far += ((points[row * width + k] ?? 0) - (points[at * width + k] ?? 0)) ** 2;
			// Itself before any that lies in the same place.
			if (at === row) far = -1;
			const last = near.at(-1);
			if (near.length === count && last && far >= last.far) continue;
			let place = near.length;
			while (place > 0 && (near[place - 1]?.far ?? 0) > far) place -= 1;
			near.splice(place, 0, { at, far });
			if (near.length > count) near.pop();
		}
		indices.push(near.map(({ at }) => at));
		distances.push(near.map(({ far }) => Math.sqrt(Math.max(0, far))));
	}
	return { indices, distances };
}

async function umap(matrix: Matrix, seed: number, tell: Progress): Promise<Plane> {
	const { rows, width } = matrix;
	const stopped: Plane = { points: null, explained: null, finished: false };
	const nothing = () => null;
	const seen = await components(matrix, Math.min(DIRECTIONS, width, rows), seed, (done, total) =>
		tell('pca', done, total, nothing)
	);
	if (!seen) return stopped;
	const count = Math.min(NEIGHBOURS, rows - 1);
	const near = await neighboursOf(seen.points, rows, count, (done) =>
		tell('neighbours', done, rows, nothing)
	);
	if (!near) return stopped;
	const { UMAP } = await import('./umap');
	const plane = new UMAP({ nComponents: 2, nNeighbors: count, minDist: 0.1, random: randomOf(seed) });
	plane.setPrecomputedKNN(near.indices, near.distances);
	const directions = seen.points.length / rows;
	const epochs = plane.initializeFit(
		Array.from({ length: rows }, (_, row) => [
			...seen.points.subarray(row * directions, (row + 1) * directions)
		])
	);
	const points = () => Float32Array.from(plane.getEmbedding().flat());
	for (let epoch = 0; epoch < epochs; epoch++) {
		plane.step();
		if (epoch % 5 === 4 && !(await tell('layout', epoch + 1, epochs, points))) {
			return { points: points(), explained: null, finished: false };
		}
	}
	return { points: points(), explained: null, finished: true };
}

async function pca(matrix: Matrix, seed: number, tell: Progress): Promise<Plane> {
	const found = await components(matrix, 2, seed, (done, total) => tell('pca', done, total, () => null));
	if (!found) return { points: null, explained: null, finished: false };
	const [first = 0, second = 0] = found.variances;
	const share = (variance: number) => (found.total > 0 ? variance / found.total : 0);
	return { points: found.points, explained: [share(first), share(second)], finished: true };
}

export function planeOf(
	method: 'pca' | 'umap',
	matrix: Matrix,
	seed: number,
	tell: Progress
): Promise<Plane> {
	return method === 'pca' ? pca(matrix, seed, tell) : umap(matrix, seed, tell);
}
