// Looking inside a network of colour pictures that was just trained: what is shown is compared with what follows from the
// network's saved weights and the picture, and with itself.

import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { rewrite } from './heard.ts';
import { record, savedTensors, seen } from './seen.ts';
import { Card, expect, open, SLOW, switchTo, test, type Watch } from './site.ts';

const ID = '002-CIFAR-SIMPLE';
/** One convolution of 8 filters on the built-in sample: trained in seconds. */
const LITTLE: [string, string][] = [
	['filters = 32', 'filters = 8'],
	['units = 512', 'units = 32'],
	['epochs = 20', 'epochs = 1'],
	['scale = 255', 'scale = 255\ntrain_rows = 2560']
];
/** Under a machine's full load everything here still comes in this time. */
const LONG = 2 * SLOW;
const SHOTS = process.env['SHOTS'];

type Layered = { layer: number; shape: [number, number, number]; values: number[] };
type Maps = { input: number[]; layers: Layered[]; output: number[] };
type Strip = { first: number; pixels: number[]; labels: number[]; all: number };

async function trained(page: Page, watch: Watch): Promise<Card> {
	// Seconds on an idle machine; many screens are looked at on a busy one.
	test.setTimeout(15 * 60_000);
	watch.expected(/404/);
	await record(page);
	await page
		.context()
		.route('**/packs/cifar10/manifest.json', (route) => route.fulfill({ status: 404, body: '' }));
	await open(page, `lab/${ID}/`);
	const card = new Card(page, ID);
	await rewrite(card, LITTLE);
	await card.train();
	await expect(card.progress).toContainText('finished', { timeout: 2 * LONG });
	return card;
}

const fold = (card: Card): Locator =>
	card.root.getByRole('button', { name: /^(Looking inside|看进网络内部)/ });
/** It stays open while the language changes. */
async function unfold(card: Card): Promise<void> {
	if ((await fold(card).getAttribute('aria-expanded')) !== 'true') await fold(card).click();
	await expect(panel(card).getByRole('group', { name: /^(What to look at|看什么)$/ })).toBeVisible({
		timeout: LONG
	});
}
const panel = (card: Card): Locator => card.root.locator('.fold .look');
const view = (card: Card, name: string): Promise<void> =>
	panel(card)
		.getByRole('group', { name: /^(What to look at|看什么)$/ })
		.getByRole('button', { name, exact: true })
		.click();

/** Presses Cancel once the panel says a text. The page itself does it: from out here a press may come after the last step. */
const callOffAt = (look: Locator, said: string): Promise<void> =>
	look.evaluate((element, text) => {
		const watching = new MutationObserver(() => {
			if (!element.textContent?.includes(text)) return;
			watching.disconnect();
			[...element.querySelectorAll('button')].find((one) => one.textContent?.trim() === 'Cancel')?.click();
		});
		watching.observe(element, { subtree: true, childList: true, characterData: true });
	}, said);

/** Largest difference, measured by the largest number. */
function difference(ours: readonly number[], theirs: readonly number[]): number {
	expect(ours.length).toBe(theirs.length);
	const most = Math.max(1e-12, ...theirs.map(Math.abs));
	return Math.max(...ours.map((value, at) => Math.abs(value - (theirs[at] ?? NaN)))) / most;
}

/** Three figures, as the page writes them. */
const short = (value: number) =>
	value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e5)
		? String(Number(value.toPrecision(3)))
		: value.toExponential(2);

/** Has the canvas that is on show more than one colour? */
const colours = (canvas: Locator): Promise<number> =>
	canvas.evaluate((element) => {
		const { width, height } = element as HTMLCanvasElement;
		const data = (element as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data;
		return new Set(new Uint32Array(data?.buffer ?? new ArrayBuffer(0))).size;
	});

test('maps, filters, saliency, Grad-CAM and occlusion of the network just trained', async ({
	page,
	watch
}) => {
	const card = await trained(page, watch);
	const weights = await savedTensors(card);
	// Shut, nothing is asked.
	await expect(panel(card)).toHaveCount(0);
	await fold(card).focus();
	await page.keyboard.press('Enter');
	await expect(panel(card)).toContainText('The network after update', { timeout: LONG });

	// A picture by keys: the third one; what is said is what the worker says.
	const strip = panel(card).getByRole('application', { name: /^Test pictures, 1 to 24 of / });
	await page.keyboard.press('Tab');
	await expect(strip).toBeFocused();
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowRight');
	const said = panel(card).getByText(/^Chosen: test picture 3, /);
	await expect(said).toBeVisible({ timeout: LONG });
	const pictures = await seen<Strip>(page, 'pictures');
	const maps = await seen<Maps>(page, 'maps');
	const pixels = pictures.pixels.slice(2 * 3072, 3 * 3072);
	expect(
		difference(
			maps.input,
			pixels.map((value) => value / 255)
		)
	).toBeLessThan(1e-5);
	const names = 'airplane automobile bird cat deer dog frog horse ship truck'.split(' ');
	const guess = maps.output.indexOf(Math.max(...maps.output));
	await expect(said).toContainText(
		`test picture 3, ${names[pictures.labels[2] ?? -1]}. The network says ${names[guess]}`
	);

	// The first convolution, computed anew from the saved kernels and the picture.
	const kernel = Object.entries(weights).find(([name]) => /conv2d_1.*kernel/.test(name))?.[1];
	const bias = Object.entries(weights).find(([name]) => /conv2d_1.*bias/.test(name))?.[1];
	expect(kernel?.shape).toEqual([3, 3, 3, 8]);
	const anew: number[] = [];
	for (let filter = 0; filter < 8; filter += 1) {
		for (let y = 0; y < 30; y += 1) {
			for (let x = 0; x < 30; x += 1) {
				let sum = bias?.values[filter] ?? NaN;
				for (let place = 0; place < 27; place += 1) {
					const [row, column, channel] = [Math.floor(place / 9), Math.floor(place / 3) % 3, place % 3];
					const pixel = (pixels[channel * 1024 + (y + row) * 32 + x + column] ?? NaN) / 255;
					sum += pixel * (kernel?.values[place * 8 + filter] ?? NaN);
				}
				anew.push(Math.max(0, sum));
			}
		}
	}
	const first = maps.layers[0];
	expect(first?.shape).toEqual([8, 30, 30]);
	expect(difference(first?.values ?? [], anew)).toBeLessThan(1e-4);
	// And what stands on the page is that.
	const conv = panel(card).locator('section').filter({ hasText: 'conv2d_1' }).first();
	const sheet = conv.getByRole('application', { name: 'Maps of conv2d_1' });
	await sheet.focus();
	await page.keyboard.press('ArrowRight');
	const second = anew.slice(900, 1800);
	await expect(conv.locator('p.said').first()).toContainText(
		`Map 2: largest ${short(Math.max(...second))}, mean`
	);
	expect(await colours(sheet.locator('canvas'))).toBeGreaterThan(20);
	// Every layer is there, the last one as the classes' probabilities.
	await expect(panel(card).locator('section')).toHaveCount(7);
	const shares = await panel(card).locator('section').last().locator('dd').allTextContents();
	expect(shares).toHaveLength(10);
	expect(Math.abs(shares.reduce((sum, text) => sum + Number(text.replace('<', '')), 0) - 1)).toBeLessThan(
		0.02
	);

	// Filters: the saved kernels, another order of axes.
	const filters = await seen<{ shape: number[]; values: number[] }>(page, 'filters');
	expect(filters.shape).toEqual([8, 3, 3, 3]);
	const own = filters.values.map((_, at) => {
		const [filter, channel, place] = [Math.floor(at / 27), Math.floor(at / 9) % 3, at % 9];
		return kernel?.values[(place * 3 + channel) * 8 + filter] ?? NaN;
	});
	expect(difference(filters.values, own)).toBeLessThan(1e-5);
	const kernels = conv.getByRole('application', { name: 'Filters of conv2d_1' });
	expect(await colours(kernels.locator('canvas'))).toBeGreaterThan(20);

	// Where it looks.
	await view(card, 'Where it looks');
	const figure = (title: string) => panel(card).locator('figure').filter({ hasText: title });
	await expect(figure('Grad-CAM').getByRole('img', { name: /^Grad-CAM over test picture 3/ })).toBeVisible({
		timeout: LONG
	});
	const saliency = await seen<{ class: number; map: number[]; gradient: number[] }>(page, 'saliency');
	expect(saliency.class).toBe(guess);
	expect(saliency.map).toHaveLength(1024);
	const strongest = saliency.map.map((_, at) =>
		Math.max(...[0, 1, 2].map((channel) => Math.abs(saliency.gradient[channel * 1024 + at] ?? NaN)))
	);
	expect(difference(saliency.map, strongest)).toBeLessThan(1e-6);
	await panel(card)
		.getByLabel('Evidence for')
		.selectOption({ label: names[(guess + 1) % 10] ?? '' });
	await panel(card).getByLabel('Grad-CAM of layer').selectOption({ label: 'conv2d_1' });
	type Cam = {
		class: number;
		layer: number;
		height: number;
		width: number;
		map: number[];
		weights: number[];
	};
	await expect.poll(async () => (await seen<Cam>(page, 'grad_cam')).class).toBe((guess + 1) % 10);
	await expect.poll(async () => (await seen<Cam>(page, 'grad_cam')).layer).toBe(0);
	const cam = await seen<Cam>(page, 'grad_cam');
	expect([cam.height, cam.width, cam.weights.length]).toEqual([30, 30, 8]);
	const spoken = Array.from({ length: 900 }, (_, at) =>
		Math.max(
			0,
			cam.weights.reduce((sum, weight, map) => sum + weight * (anew[map * 900 + at] ?? NaN), 0)
		)
	);
	expect(Math.max(...spoken)).toBeGreaterThan(0);
	expect(difference(cam.map, spoken)).toBeLessThan(1e-3);
	for (const title of ['Saliency', 'Grad-CAM']) {
		const canvas = figure(title).locator('canvas').first();
		expect(await colours(canvas)).toBeGreaterThan(50);
		expect(await canvas.evaluate((one) => (one as HTMLCanvasElement).width / 32)).toBe(6);
	}
	// Occlusion: the probability without a square is what the network said.
	await panel(card).getByLabel('Evidence for').selectOption({ label: 'its own answer' });
	await figure('Occlusion').getByRole('button', { name: 'Cover and measure' }).click();
	await expect(figure('Occlusion').getByRole('img', { name: /^Occlusion over test picture 3/ })).toBeVisible({
		timeout: LONG
	});
	const covered = await seen<{ probability: number; map: number[]; rows: number; columns: number }>(
		page,
		'occlusion'
	);
	expect(covered.probability).toBeCloseTo(maps.output[guess] ?? NaN, 4);
	expect(covered.map).toHaveLength(covered.rows * covered.columns);
	expect(new Set(covered.map).size).toBeGreaterThan(20);

	await looksWell(page, card, ['maps', 'where']);
});

test('what a filter wants, a map of the pictures, and both called off', async ({ page, watch }) => {
	const card = await trained(page, watch);
	await fold(card).click();
	await expect(panel(card)).toContainText('The network after update', { timeout: LONG });
	const stop = panel(card).getByRole('button', { name: 'Cancel' });

	// A filter: what grows beats every test picture.
	await view(card, 'What it wants');
	await panel(card).getByRole('combobox', { name: 'Goal' }).selectOption({ label: 'a filter or unit' });
	await panel(card).getByLabel('Number, 1 to 8').fill('9');
	await expect(panel(card).getByRole('alert')).toContainText('“9” is not possible here: 1 to 8.');
	await panel(card).getByLabel('Number, 1 to 8').fill('1');
	await panel(card).getByRole('button', { name: 'Let it grow' }).click();
	await expect(panel(card).getByText(/the largest of [\d,]+\. The grown picture reaches/)).toBeVisible({
		timeout: LONG
	});
	type Grown = { activation: number; start: number; pixels: number[]; curve: unknown[]; finished: boolean };
	type Largest = { activation: number; row: number; rows: number };
	const grown = await seen<Grown>(page, 'ascent');
	const largest = await seen<Largest>(page, 'largest');
	const { all } = await seen<Strip>(page, 'pictures');
	console.log(
		`ascent: ${grown.start} -> ${grown.activation}; largest of ${largest.rows}: ${largest.activation}`
	);
	expect(grown.activation).toBeGreaterThan(largest.activation);
	expect(grown.activation).toBeGreaterThan(grown.start);
	expect(largest.rows).toBe(all);
	expect(grown.pixels).toHaveLength(3072);
	await expect(panel(card).getByRole('img', { name: /^Activation by step: / })).toBeVisible();

	// Called off: what has grown so far stays, and the network answers on.
	await panel(card).getByText('Settings', { exact: true }).last().click();
	await panel(card).getByLabel('Steps').fill('5000');
	await callOffAt(panel(card), 'Growing: step');
	await panel(card).getByRole('button', { name: 'Let it grow again' }).click();
	await expect(panel(card).getByText(/Stopped\.$/)).toBeVisible({ timeout: LONG });
	await expect(stop).toHaveCount(0);
	expect((await seen<Grown>(page, 'ascent')).finished).toBe(false);

	// The plane.
	await view(card, 'Map of the pictures');
	await panel(card).getByLabel('Pictures', { exact: true }).fill('200');
	await panel(card).getByRole('button', { name: 'Draw the map' }).click();
	const plane = panel(card).getByRole('application', { name: /^200 test pictures on a plane/ });
	await expect(plane).toHaveAttribute('data-points', '200', { timeout: LONG });
	await expect(panel(card).getByText(/^These two directions hold \d+\s%/)).toBeVisible();
	type Plane = { points: number[]; labels: number[]; explained: [number, number]; finished: boolean };
	const flat = await seen<Plane>(page, 'embedding');
	expect(flat.points).toHaveLength(400);
	const axis = (offset: number) => flat.points.filter((_, at) => at % 2 === offset);
	const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
	const product = (a: number[], b: number[]) =>
		mean(a.map((value, at) => (value - mean(a)) * ((b[at] ?? NaN) - mean(b))));
	const [xx, yy, xy] = [product(axis(0), axis(0)), product(axis(1), axis(1)), product(axis(0), axis(1))];
	// Principal directions: the first one is the longer one, and they have nothing to do with each other.
	expect(xx).toBeGreaterThan(yy);
	expect(Math.abs(xy)).toBeLessThan(1e-3 * xx);
	expect(yy / xx).toBeCloseTo(flat.explained[1] / flat.explained[0], 2);
	// By keys: from point to point, and the picture is chosen for the other views.
	await plane.focus();
	await page.keyboard.press('Home');
	await page.keyboard.press('End');
	await expect(panel(card).locator('.side .now')).toContainText('Test picture 200: ');
	await page.keyboard.press('Enter');
	await expect(panel(card).getByText(/^Chosen: test picture 200, /)).toBeVisible({ timeout: LONG });
	await panel(card).getByText('As a table').click();
	await expect(panel(card).locator('table tbody tr')).toHaveCount(50);
	await panel(card).getByRole('button', { name: 'pictures', exact: true }).click();
	await looksWell(page, card, ['want', 'plane']);

	// UMAP, called off.
	await switchTo(page, 'en');
	await unfold(card);
	await view(card, 'Map of the pictures');
	await panel(card).getByLabel('Laid out by').selectOption('umap');
	await panel(card).getByLabel('Pictures', { exact: true }).fill('1000');
	await callOffAt(panel(card), 'The map settles');
	await panel(card).getByRole('button', { name: 'Draw the map' }).click();
	await expect(panel(card).getByText(/^Stopped before it was settled\./)).toBeVisible({ timeout: LONG });
	await expect(stop).toHaveCount(0);
	const partly = await seen<Plane & { method: string }>(page, 'embedding');
	expect(partly).toMatchObject({ method: 'umap', finished: false });
	expect(partly.points).toHaveLength(2000);
});

test('classes have names, the confusion matrix two scales, and its report follows from it', async ({
	page,
	watch
}) => {
	const card = await trained(page, watch);
	await card.tab('What it got wrong').click();
	await expect(card.panel.getByText(/test pictures misjudged/)).toBeVisible({ timeout: LONG });
	const picture = card.panel.getByRole('img', { name: /^Test picture \d+: [a-z]+$/ }).first();
	expect(await colours(picture.locator('canvas'))).toBeGreaterThan(50);
	const grey = await picture.locator('canvas').evaluate((element) => {
		const data = (element as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, 32, 32).data ?? [];
		return Array.from({ length: 1024 }, (_, at) => data[4 * at] === data[4 * at + 1]).every(Boolean);
	});
	expect(grey).toBe(false);

	await card.tab('Confusion').click();
	const matrix = await card.panel
		.locator('table.matrix tbody tr')
		.evaluateAll((all) =>
			all.map((row) => [...row.querySelectorAll('td:not(.total)')].map((cell) => Number(cell.textContent)))
		);
	await expect(card.panel.getByRole('columnheader', { name: 'automobile' })).toBeVisible();
	await expect(
		card.panel.getByRole('button', { name: /^is [a-z]+, says [a-z]+: \d+$/ }).first()
	).toBeVisible();
	const pale = () => card.panel.locator('td.h0').count();
	const logarithmic = await pale();
	await card.panel.getByRole('button', { name: 'count (linear)' }).click();
	expect(await pale()).toBeGreaterThan(logarithmic);

	await card.panel.getByText('Report on the classes').click();
	const report = card.panel.getByRole('table', { name: 'Report on the classes' });
	await expect(report).toBeVisible();
	const line = async (name: string) =>
		(
			await report
				.getByRole('row', { name: new RegExp(`^${name} `) })
				.locator('td')
				.allTextContents()
		).map(Number);
	const column = matrix.reduce((sum, row) => sum + (row[3] ?? 0), 0);
	const support = (matrix[3] ?? []).reduce((sum, n) => sum + n, 0);
	const right = matrix[3]?.[3] ?? NaN;
	const [precision, recall] = [column > 0 ? right / column : 0, right / support];
	const f1 = precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
	expect(await line('cat')).toEqual([
		...[precision, recall, f1].map((value) => Number(value.toFixed(2))),
		support
	]);
	await looksWell(page, card, []);
});

/** Both languages, wide and narrow, light and dark: nothing hangs over the edge, and axe finds nothing. */
async function looksWell(
	page: Page,
	card: Card,
	views: ('maps' | 'where' | 'want' | 'plane')[]
): Promise<void> {
	const names = {
		maps: ['Feature maps', '特征图'],
		where: ['Where it looks', '它看哪里'],
		want: ['What it wants', '它想要什么'],
		plane: ['Map of the pictures', '图片地图']
	};
	for (const lang of ['en', 'zh'] as const) {
		if (lang === 'zh') {
			await switchTo(page, 'zh');
			if (views.length > 0) await unfold(card);
			else await card.tab('混淆矩阵').click();
		}
		for (const one of views.length > 0 ? views : (['tab'] as const)) {
			if (one !== 'tab') {
				await view(card, names[one][lang === 'zh' ? 1 : 0] ?? '');
				await expect(panel(card).locator('canvas').first()).toBeVisible({ timeout: LONG });
			}
			for (const [width, theme] of [
				[390, 'light'],
				[1280, 'dark']
			] as const) {
				await page.setViewportSize({ width, height: 844 });
				await page.evaluate((value) => document.documentElement.setAttribute('data-theme', value), theme);
				const beyond = await page.evaluate(() => {
					const { scrollWidth, clientWidth } = document.documentElement;
					return scrollWidth - clientWidth;
				});
				expect(beyond, `${one}, ${lang}, ${width}`).toBeLessThanOrEqual(0);
				if (SHOTS) {
					await page.waitForTimeout(400);
					await card.root.screenshot({ path: `${SHOTS}/${one}-${lang}-${width}-${theme}.png` });
				}
				// Both themes, once in each language.
				if ((lang === 'zh') !== (theme === 'dark')) continue;
				// Where the card's headings stand among those of its page is not the panel's matter.
				const axe = new AxeBuilder({ page }).include(`[id="e${ID}"]`).disableRules('heading-order');
				const { violations } = await axe.analyze();
				expect(
					violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
					`${one}, ${lang}, ${theme}`
				).toEqual([]);
			}
		}
	}
}
