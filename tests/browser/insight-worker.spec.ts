// Looking inside the network that was just trained, asked of the worker that ships: what is seen is checked by value.
// The numbers themselves are compared with PyTorch in `tests/tests/parity/insight.rs`, on both engines.

import type { Ask, LookNotice, SeenOf } from '../../web/src/lib/engine/insight';
import { look } from '../../web/src/lib/engine/insight';
import { Workers, type Client } from './asking.ts';
import { expect, SLOW, test } from './site.ts';
import { written } from './terminal.ts';

const id = '13.4';
const text = written(
	id,
	['name = "mnist"', 'name = "mnist"\ntrain_rows = 3000'],
	['filters = 32', 'filters = 4'],
	['epochs = 10', 'epochs = 1']
);
const SETTINGS = { steps: 150, rate: 0.05, jitter: 2, blur: 0.5, l2: 0.02, seed: 7 };
const row = { part: 'test', row: 0 } as const;
/** Typed arrays come out of the page as objects. */
const list = (values: ArrayLike<number> | null): number[] => Object.values(values ?? []) as number[];
const failure = (asked: Promise<unknown>) => asked.then(() => 'answered', String);

async function worker(page: ConstructorParameters<typeof Workers>[0]) {
	const [client] = await new Workers(page).open(1);
	if (!client) throw new Error('no worker');
	await client.request({ type: 'load_data', name: 'mnist', rows: 'all' });
	await client.request({ type: 'prepare', id, dataset: 'mnist', text, resume: false });
	const seen = <A extends Ask>(ask: A, heard?: (notice: LookNotice) => void): Promise<SeenOf<A>> =>
		look(client, id, ask, heard);
	return { client, seen };
}
const trained = (client: Client) => client.request({ type: 'play', id, only_one: false });
/** A picture of the reader's. */
const own = (pixels: number[]) => ({ pixels: pixels as unknown as Uint8Array });

test('filters, maps, saliency and Grad-CAM of the network just trained', async ({ page }) => {
	test.setTimeout(3 * SLOW);
	const { client, seen } = await worker(page);
	const { layers } = await seen({ of: 'layers' });
	expect(layers.map(({ name, shape }) => [name, ...shape])).toEqual([
		['conv2d_1', 4, 24, 24],
		['max_pooling2d_1', 4, 12, 12],
		['dropout_1', 4, 12, 12],
		['flatten_1', 576, 1, 1],
		['dense_1', 128, 1, 1],
		['dense_2', 10, 1, 1]
	]);
	const before = await seen({ of: 'filters', layer: 0 });
	expect([before.shape, list(before.values).length]).toEqual([[4, 1, 5, 5], 100]);
	await trained(client);
	const after = await seen({ of: 'filters', layer: 0 });
	expect(list(after.values)).not.toEqual(list(before.values));

	const wall = await client.request({ type: 'wall', name: 'mnist', part: 'test', first: 0, count: 1 });
	const pixels = list(wall.wall.pixels);
	const maps = await seen({ of: 'maps', picture: row });
	expect(list(maps.input).map((value) => Math.round(value * 255))).toEqual(pixels);
	expect(await seen({ of: 'maps', picture: own(pixels) })).toEqual(maps);
	// The first map, worked out from the filter, bias apart: where two places differ, so do their sums of products.
	const [first] = maps.layers;
	const [kernel, map] = [list(after.values).slice(0, 25), list(first?.values ?? null).slice(0, 576)];
	const sums = Array.from({ length: 576 }, (_, at) => {
		const [top, left] = [Math.floor(at / 24), at % 24];
		return kernel.reduce((sum, by, k) => {
			return sum + by * ((pixels[(top + Math.floor(k / 5)) * 28 + left + (k % 5)] ?? 0) / 255);
		}, 0);
	});
	const shining = map.flatMap((value, at) => (value > 0 ? [value - (sums[at] ?? NaN)] : []));
	expect(shining.length).toBeGreaterThan(20);
	expect(Math.max(...shining) - Math.min(...shining)).toBeLessThan(1e-5);
	const [answers] = (await client.request({ type: 'answers', id, rows: 1, kept: false })).rows;
	list(maps.output).forEach((value, at) => expect(value).toBeCloseTo(answers?.output[at] ?? NaN, 5));

	// The gradient says by how much the score changes when one pixel does.
	const saliency = await seen({ of: 'saliency', picture: row, class: null });
	expect(saliency.class).toBe(wall.wall.labels[0]);
	expect(saliency.probability).toBeCloseTo(Math.max(...list(maps.output)), 5);
	const gradient = list(saliency.gradient);
	// Of the ink: on bare paper places tie, and a largest one of several has no slope. Some other ties are left.
	const inked = gradient.map((_, at) => at).filter((at) => pixels[at]! > 20 && pixels[at]! < 235);
	const strongest = inked.sort((a, b) => Math.abs(gradient[b]!) - Math.abs(gradient[a]!)).slice(0, 8);
	let agree = 0;
	for (const at of strongest) {
		const changed = own(pixels.map((value, place) => (place === at ? value + 1 : value)));
		const { score } = await seen({ of: 'saliency', picture: changed, class: saliency.class });
		const slope = (score - saliency.score) * 255;
		if (Math.abs(slope - gradient[at]!) < 0.1 * Math.abs(gradient[at]!)) agree += 1;
	}
	expect(agree).toBeGreaterThanOrEqual(7);
	expect(list(saliency.map)).toEqual(gradient.map(Math.abs));

	// Grad-CAM is the relu of the maps, each as often as its weight says.
	const cam = await seen({ of: 'grad_cam', picture: row, class: null, layer: null });
	expect([cam.layer, cam.height, cam.width, cam.class]).toEqual([0, 24, 24, saliency.class]);
	expect(cam.score).toBeCloseTo(saliency.score, 4);
	const [weights, all] = [list(cam.weights), list(first?.values ?? null)];
	const wanted = Array.from({ length: 576 }, (_, at) => {
		return Math.max(
			0,
			weights.reduce((sum, weight, filter) => sum + weight * (all[576 * filter + at] ?? 0), 0)
		);
	});
	expect(Math.max(...wanted)).toBeGreaterThan(0);
	list(cam.map).forEach((value, at) => expect(value).toBeCloseTo(wanted[at] ?? NaN, 5));

	expect(await failure(seen({ of: 'grad_cam', picture: row, class: 0, layer: 4 }))).toContain('no_maps');
	expect(await failure(seen({ of: 'grad_cam', picture: row, class: 10, layer: 0 }))).toContain(
		'no_such_class'
	);
	expect(await failure(seen({ of: 'filters', layer: 4 }))).toContain('no_filters');
	expect(await failure(seen({ of: 'filters', layer: 6 }))).toContain('no_such_layer');
	expect(await failure(seen({ of: 'maps', picture: own([1, 2, 3]) }))).toContain('picture_size');
	const beyond = { part: 'test', row: 10_000 } as const;
	expect(await failure(seen({ of: 'maps', picture: beyond }))).toContain('row_out_of_range');
});

test('the ascent of a class and of a filter exceeds all 10,000 test pictures', async ({ page }) => {
	test.setTimeout(4 * SLOW);
	const { client, seen } = await worker(page);
	await trained(client);
	for (const goal of [{ class: 3 }, { layer: 0, unit: 1 }]) {
		const largest = await seen({ of: 'largest', goal });
		expect([largest.rows, largest.finished]).toEqual([10_000, true]);
		const found = await seen({ of: 'ascent', goal, settings: SETTINGS });
		expect([found.finished, found.steps, list(found.pixels).length]).toEqual([true, 150, 784]);
		expect(found.activation).toBeGreaterThan(largest.activation);
		expect(found.activation).toBeGreaterThan(found.start);
		// Its picture is what it says it is: shown as whole numbers from 0 to 255.
		if ('class' in goal) {
			const { score } = await seen({ of: 'saliency', picture: own(list(found.pixels)), class: 3 });
			expect(Math.abs(score - found.activation)).toBeLessThan(0.03 * Math.abs(found.activation));
		}
	}
	// The same seed, the same picture; stopped, it says how far it came, and the run is as it was.
	const short = { ...SETTINGS, steps: 20 };
	const one = await seen({ of: 'ascent', goal: { class: 5 }, settings: short });
	const two = await seen({ of: 'ascent', goal: { class: 5 }, settings: short });
	const other = await seen({ of: 'ascent', goal: { class: 5 }, settings: { ...short, seed: 8 } });
	expect(list(two.pixels)).toEqual(list(one.pixels));
	expect(list(other.pixels)).not.toEqual(list(one.pixels));
	// Enough steps to be heard of on any machine; and the same called off before it has done a tenth.
	const many = { of: 'ascent', goal: { class: 5 }, settings: { ...SETTINGS, steps: 5000 } } as const;
	const steps: number[] = [];
	const whole = await seen(many, (notice) => void (notice.of === 'ascent' && steps.push(notice.step)));
	expect([whole.finished, whole.steps]).toEqual([true, 5000]);
	expect(steps.length).toBeGreaterThan(0);
	const long = seen(many);
	await client.request({ type: 'stop', id });
	const stopped = await long;
	expect(stopped.finished).toBe(false);
	expect(stopped.steps).toBeLessThan(500);
});

test('occlusion, and a layer on a plane', async ({ page }) => {
	test.setTimeout(4 * SLOW);
	const { client, seen } = await worker(page);
	await trained(client);
	const covered = await seen({ of: 'occlusion', picture: row, class: null, size: 8, stride: 5 });
	expect([covered.rows, covered.columns, covered.ys, covered.finished]).toEqual([
		5,
		5,
		[0, 5, 10, 15, 20],
		true
	]);
	const map = list(covered.map);
	expect(map.every((value) => value >= 0 && value <= 1)).toBe(true);
	// Somewhere it matters: what the reader's own picture with the square says, too.
	const lowest = map.indexOf(Math.min(...map));
	expect(map[lowest]).toBeLessThan(covered.probability);
	const wall = await client.request({ type: 'wall', name: 'mnist', part: 'test', first: 0, count: 1 });
	const [top, left] = [5 * Math.floor(lowest / 5), 5 * (lowest % 5)];
	const pixels = list(wall.wall.pixels).map((value, at) => {
		const [y, x] = [Math.floor(at / 28), at % 28];
		return y >= top && y < top + 8 && x >= left && x < left + 8 ? 127.5 : value;
	});
	const judged = await seen({ of: 'saliency', picture: own(pixels.map(Math.round)), class: covered.class });
	expect(Math.abs(judged.probability - (map[lowest] ?? NaN))).toBeLessThan(0.01);

	const near = async (method: 'pca' | 'umap') => {
		const stages = new Set<string>();
		const plane = await seen({ of: 'embedding', layer: 4, rows: 200, method, seed: 7 }, (notice) => {
			if (notice.of === 'embedding') stages.add(notice.stage);
		});
		const points = list(plane.points);
		expect([plane.finished, points.length, plane.labels.length]).toEqual([true, 400, 200]);
		// Of how many rows the nearest other point is of the same digit: by chance a tenth.
		let same = 0;
		for (let a = 0; a < 200; a++) {
			let [best, least] = [-1, Infinity];
			for (let b = 0; b < 200; b++) {
				const far = Math.hypot(points[2 * a]! - points[2 * b]!, points[2 * a + 1]! - points[2 * b + 1]!);
				if (a !== b && far < least) [best, least] = [b, far];
			}
			if (plane.labels[a] === plane.labels[best]) same += 1;
		}
		return { same: same / 200, explained: plane.explained };
	};
	const pca = await near('pca');
	expect(pca.same).toBeGreaterThan(0.3);
	const [first = 0, second = 0] = pca.explained ?? [];
	expect(first).toBeGreaterThan(second);
	expect(first + second).toBeLessThan(1);
	const umap = await near('umap');
	expect(umap.same).toBeGreaterThan(0.6);
	const large = { of: 'embedding', layer: 0, rows: 3000, method: 'pca', seed: 7 } as const;
	expect(await failure(seen(large))).toContain('embedding_too_large');
});
