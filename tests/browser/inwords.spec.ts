// Looking inside a network on words, one that was just trained on the built-in reviews and those that come with the site: gates by
// value, neighbours, other orders and gradients are compared with what follows from the saved network, and with the engine.

import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { violations } from './axe.ts';
import { rewrite } from './heard.ts';
import { record, savedTensors, seen, tensorsOf, type Tensor } from './seen.ts';
import { Card, expect, open, SLOW, switchTo, test, type Watch } from './site.ts';

const ID = '20.2';
const [UNITS, STEPS, WIDTH] = [6, 24, 8];
const LITTLE: [string, string][] = [
	['num_words = 5000', 'num_words = 64'],
	['maxlen = 500', `maxlen = ${STEPS}\ntrain_rows = 640`],
	['input_dim = 5000', 'input_dim = 64'],
	['output_dim = 32', `output_dim = ${WIDTH}`],
	['units = 100', `units = ${UNITS}`],
	['optimizer = "adam"', 'optimizer = { name = "adam", learning_rate = 0.01 }'],
	['batch_size = 128', 'batch_size = 32']
];
/** The same with a bag of words in the place of the LSTM. */
const BAG: [string, string][] = [[`type = "LSTM"\nunits = ${UNITS}`, 'type = "GlobalAveragePooling1D"']];
const LONG = 2 * SLOW;
const SHOTS = process.env['SHOTS'];

type Row = { ids: number[]; label: number; all: number };

const fold = (card: Card): Locator =>
	card.root.getByRole('button', { name: /^(Looking inside|看进网络内部)/ });
const panel = (card: Card): Locator => card.root.locator('.fold .inwords');
const view = (card: Card, name: string): Promise<void> =>
	panel(card)
		.getByRole('group', { name: /^(What to look at|看什么)$/ })
		.first()
		.getByRole('button', { name, exact: true })
		.click();

async function trained(page: Page, watch: Watch): Promise<Card> {
	test.setTimeout(10 * 60_000);
	watch.expected(/404/);
	await record(page);
	await page
		.context()
		.route('**/packs/imdb/manifest.json', (route) => route.fulfill({ status: 404, body: '' }));
	await open(page, `lab/${ID}/`);
	const card = new Card(page, ID);
	await rewrite(card, LITTLE);
	await card.train();
	await expect(card.progress).toContainText('finished', { timeout: LONG });
	return card;
}

const tensor = (all: Record<string, Tensor>, name: RegExp): Tensor => {
	const found = Object.entries(all).find(([key]) => name.test(key));
	if (!found) throw new Error(`no tensor ${String(name)}`);
	return found[1];
};

const hard = (x: number) => Math.min(1, Math.max(0, 0.2 * x + 0.5));
const soft = (x: number) => 1 / (1 + Math.exp(-x));

/** Every step of an LSTM over a row: i, f, k, o, c, h by unit. `gate`: Keras 2 has the hard sigmoid, Keras 3 the true one. */
function lstm(all: Record<string, Tensor>, ids: readonly number[], gate = hard) {
	const [, width = 0] = tensor(all, /embeddings$/).shape;
	const [units = 0] = tensor(all, /recurrent_kernel$/).shape;
	const [table, kernel, recurrent, bias] = [
		/embeddings$/,
		/lstm_1\/kernel$/,
		/recurrent_kernel$/,
		/lstm_1\/bias$/
	].map((name) => tensor(all, name).values) as [number[], number[], number[], number[]];
	let [h, c] = [Array<number>(units).fill(0), Array<number>(units).fill(0)];
	return ids.map((id) => {
		const sums = bias.map((start, column) => {
			let sum = start;
			for (let at = 0; at < width; at += 1)
				sum += (table[id * width + at] ?? NaN) * (kernel[at * 4 * units + column] ?? NaN);
			for (let at = 0; at < units; at += 1)
				sum += (h[at] ?? NaN) * (recurrent[at * 4 * units + column] ?? NaN);
			return sum;
		});
		const part = (which: number) => sums.slice(which * units, (which + 1) * units);
		const [i, f, k, o] = [part(0).map(gate), part(1).map(gate), part(2).map(Math.tanh), part(3).map(gate)];
		const [old, inner] = [c, (at: number) => (i[at] ?? NaN) * (k[at] ?? NaN)];
		c = old.map((value, at) => (f[at] ?? NaN) * value + inner(at));
		h = c.map((value, at) => (o[at] ?? NaN) * Math.tanh(value));
		return { i, f, k, o, c, h };
	});
}

/** Of the row's nearest among those of words, the cosines as they are written. */
function cosines(table: number[], width: number, id: number, rows: number): string[] {
	const dot = (a: number, b: number) => {
		let sum = 0;
		for (let at = 0; at < width; at += 1)
			sum += (table[a * width + at] ?? NaN) * (table[b * width + at] ?? NaN);
		return sum;
	};
	return Array.from({ length: rows - 4 }, (_, at) => at + 4)
		.filter((other) => other !== id)
		.map((other) => dot(id, other) / Math.sqrt(dot(id, id) * dot(other, other)))
		.sort((a, b) => b - a)
		.slice(0, 12)
		.map((value) => value.toFixed(3));
}

test('neighbours, gates, orders and gradients of an LSTM just trained', async ({ page, watch }) => {
	const card = await trained(page, watch);
	const weights = await savedTensors(card);
	await expect(panel(card)).toHaveCount(0);
	await fold(card).focus();
	await page.keyboard.press('Enter');
	await expect(panel(card)).toContainText('The network after update', { timeout: LONG });

	// Neighbours: the cosines of the saved table.
	const { values: table, shape } = tensor(weights, /embeddings$/);
	expect(shape).toEqual([64, WIDTH]);
	await panel(card).getByLabel('Word', { exact: true }).fill('GREAT');
	await page.keyboard.press('Enter');
	const near = panel(card).locator('[data-near]');
	await expect(near.locator('tbody tr')).toHaveCount(12, { timeout: LONG });
	const id = Number(await near.getAttribute('data-near'));
	const shown = await near.locator('tbody tr td:nth-of-type(2)').allTextContents();
	expect(shown).toEqual(cosines(table, WIDTH, id, 44));
	// Before the training nothing was near: other words, other cosines.
	const before = await near.locator('tbody tr td:nth-of-type(4)').allTextContents();
	expect(before).toHaveLength(12);
	expect(before).not.toEqual(shown);
	// A word that is not there is said to be not there.
	await panel(card).getByLabel('Word', { exact: true }).fill('zyzzyva');
	await expect(panel(card).getByText('“zyzzyva” is not among')).toBeVisible();
	for (const [label, word] of [
		['From', 'great'],
		['take away', 'good'],
		['and add', 'bad']
	] as const)
		await panel(card).getByLabel(label, { exact: true }).fill(word);
	await panel(card).getByRole('button', { name: 'Add up' }).click();
	const sum = panel(card).locator('[data-sum]');
	await expect(sum.locator('caption')).toContainText('great − good + bad');
	const words = await sum.locator('tbody td:nth-of-type(1)').allTextContents();
	expect(words.filter((word) => ['great', 'good', 'bad'].includes(word))).toEqual([]);

	// The map.
	await view(card, 'Map of the words');
	await panel(card).getByRole('button', { name: 'Draw the map' }).click();
	const map = panel(card).getByRole('application');
	await expect(map).toHaveAttribute('data-points', '40', { timeout: LONG });
	await map.focus();
	await page.keyboard.press('End');
	await page.keyboard.press('Enter');
	await expect(near).toHaveAttribute('data-near', '43', { timeout: LONG });

	// Gates: worked out once more here, from the saved network and the ids.
	await view(card, 'Memory');
	const grid = panel(card).getByRole('application');
	await expect(grid).toHaveAttribute('data-cells', `${UNITS} ${STEPS}`, { timeout: LONG });
	const { ids, all: rows } = await seen<Row>(page, 'words');
	expect([ids.length, rows > 10]).toEqual([STEPS, true]);
	const steps = lstm(weights, ids);
	await grid.focus();
	await page.keyboard.press('End');
	await page.keyboard.press('ArrowDown');
	const cell = panel(card).locator('[data-cell]');
	for (const [back, part] of [
		[0, 'h'],
		[1, 'c']
	] as const) {
		if (back) await page.keyboard.press('ArrowLeft');
		await expect(cell.locator('caption')).toContainText(`Unit 2 at step ${STEPS - back}`);
		for (const name of ['i', 'f', 'k', 'o', 'c', 'h', part] as const) {
			const value = await cell.locator(`[data-part="${name}"] td`).getAttribute('data-value');
			expect(Math.abs(Number(value) - (steps[STEPS - 1 - back]?.[name][1] ?? NaN))).toBeLessThan(1e-5);
		}
	}
	// And the engine says the same.
	const apart = Number(await panel(card).locator('[data-apart]').getAttribute('data-apart'));
	expect(apart).toBeLessThan(1e-5);
	await expect(panel(card)).toContainText('the engine’s own numbers differ by at most');
	await panel(card).getByRole('button', { name: 'forget gate f' }).click();
	await expect(panel(card).locator('.now')).toContainText('forget gate f = ');

	// Other orders: the LSTM minds.
	await view(card, 'Order');
	const shuffle = panel(card).getByRole('button', { name: 'Shuffle and ask' });
	await shuffle.click();
	const minds = panel(card).locator('[data-order]');
	await expect(minds).toHaveCount(1, { timeout: LONG });
	expect(Number(await minds.getAttribute('data-sd'))).toBeGreaterThan(1e-5);

	// How far back the gradient reaches: falling towards the beginning, drawn and as a table.
	await view(card, 'Reach');
	await panel(card).getByRole('button', { name: 'Follow the gradient back' }).click();
	await expect(panel(card).locator('svg[role="img"] polyline')).toHaveCount(4, { timeout: LONG });
	const figures = await panel(card)
		.locator('tbody tr:last-child td')
		.evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-value'))));
	expect(figures).toHaveLength(4);
	for (const figure of figures) expect(figure).toBeGreaterThan(0);
	// At the last step: the gates' slopes, the kernels and the last layer, once more from the saved network.
	const { i, f, k, o, c } = steps[STEPS - 1] ?? { i: [], f: [], k: [], o: [], c: [] };
	const old = steps[STEPS - 2]?.c ?? [];
	const last = tensor(weights, /dense_1\/kernel$/).values;
	const bent = (value = NaN) => (value > 0 && value < 1 ? 0.2 : 0);
	const pulls = last.map((weight, at) => {
		const [it, kt, ot, tan] = [i[at] ?? NaN, k[at] ?? NaN, o[at] ?? NaN, Math.tanh(c[at] ?? NaN)];
		const memory = weight * ot * (1 - tan * tan);
		return [
			memory * kt * bent(it),
			memory * (old[at] ?? NaN) * bent(f[at]),
			memory * it * (1 - kt * kt),
			weight * tan * bent(ot)
		];
	});
	const kernel = tensor(weights, /lstm_1\/kernel$/).values;
	let square = 0;
	for (let at = 0; at < WIDTH; at += 1) {
		let slope = 0;
		pulls.forEach((parts, unit) =>
			parts.forEach((pull, gate) => (slope += pull * (kernel[at * 4 * UNITS + gate * UNITS + unit] ?? NaN)))
		);
		square += slope * slope;
	}
	expect(Math.abs((figures[0] ?? NaN) / Math.sqrt(square) - 1)).toBeLessThan(1e-4);

	// Own words.
	await panel(card).getByLabel('Or your own text').fill('a great film, xylophone!');
	await panel(card).getByRole('button', { name: 'Read mine' }).click();
	await expect(panel(card).locator('[data-read="own"]')).toContainText(`of ${STEPS} places hold a word`, {
		timeout: LONG
	});
	await expect(panel(card).locator('.text')).toContainText('great');

	// A bag of words trained in its place does not mind, on the same text as before.
	await rewrite(card, BAG);
	await card.control('Train again').click();
	// It may be trained before anything else of it is seen: the new network is the one without a memory.
	await expect(async () => {
		await view(card, 'Memory');
		await expect(panel(card)).toContainText('This network has no LSTM', { timeout: 2000 });
	}).toPass({ timeout: LONG });
	await expect(card.progress).toContainText('finished', { timeout: LONG });
	await expect(panel(card)).toContainText('The network after update', { timeout: LONG });
	await view(card, 'Order');
	await expect(panel(card).locator('[data-read="0"]')).toBeVisible({ timeout: LONG });
	await shuffle.click();
	await expect(minds).toHaveCount(2, { timeout: LONG });
	const calm = Number(await minds.filter({ hasText: 'GlobalAveragePooling1D' }).getAttribute('data-sd'));
	expect(calm).toBeLessThan(1e-6);
	await expect(panel(card)).toContainText('This network does not mind at all');
});

/** Both languages, wide and narrow: nothing hangs over the edge, and axe finds nothing. */
test('all views fit and can be read in both languages', async ({ page, watch }) => {
	const card = await trained(page, watch);
	await fold(card).click();
	await expect(panel(card)).toContainText('The network after update', { timeout: LONG });
	const labels = {
		en: [
			'Words',
			'Map of the words',
			'Memory',
			'Order',
			'Reach',
			'Draw the map',
			'Shuffle and ask',
			'Follow the gradient back',
			'Show its neighbours'
		],
		zh: ['词', '词的地图', '记忆', '词序', '能看多远', '画地图', '打乱再问', '沿梯度往回走', '看它的邻居']
	} as const;
	for (const lang of ['en', 'zh'] as const) {
		if (lang === 'zh') {
			await switchTo(page, 'zh');
			// It stays open while the language changes.
			if ((await fold(card).getAttribute('aria-expanded')) !== 'true') await fold(card).click();
		}
		const [near, plane, memory, order, reach, draw, shuffle, follow, neighbours] = labels[lang];
		for (const [name, go, done] of [
			[near, neighbours, '[data-near]'],
			[plane, draw, '[data-points]'],
			[memory, null, '[data-cells]'],
			[order, shuffle, '[data-order]'],
			[reach, follow, 'polyline']
		] as const) {
			await view(card, name);
			if (go) await panel(card).getByRole('button', { name: go, exact: true }).click();
			await expect(panel(card).locator(done).first()).toBeVisible({ timeout: LONG });
			for (const width of [1280, 390]) {
				await page.setViewportSize({ width, height: 900 });
				const over = await page.evaluate(
					() => document.documentElement.scrollWidth - document.documentElement.clientWidth
				);
				expect(over, `${name} at ${width}`).toBeLessThanOrEqual(0);
				if (SHOTS) await panel(card).screenshot({ path: `${SHOTS}/${name}-${lang}-${width}.png` });
			}
			const axe = new AxeBuilder({ page }).include(`[id="e${ID}"]`).disableRules('heading-order');
			expect((await axe.analyze()).violations).toEqual([]);
			await page.setViewportSize({ width: 1280, height: 900 });
		}
	}
});

const shipped = (name: string) =>
	tensorsOf(join(import.meta.dirname, `../../static/models/${name}.safetensors`));

/** The panel of the network that a card has from the site, opened with nothing trained. */
async function looking(card: Locator): Promise<Locator> {
	await card.getByRole('button', { name: /^Looking inside/ }).click();
	const inside = card.locator('.inwords');
	await expect(inside).toContainText('The network that comes with this page', { timeout: LONG });
	return inside;
}

test('inside the network that judges reviews, with nothing trained', async ({ page }) => {
	test.setTimeout(5 * 60_000);
	await open(page, 'lab/16.4/');
	const inside = await looking(page.getByRole('region', { name: 'Paste a review' }));
	await expect(inside).toContainText('experiment IMDB-SHIPPED, seed 7, trained for 5 epochs');
	await inside.getByLabel('Word', { exact: true }).fill('awful');
	await page.keyboard.press('Enter');
	const near = inside.locator('[data-near="373"]');
	await expect(near.locator('tbody tr')).toHaveCount(12, { timeout: LONG });
	const words = await near.locator('tbody tr td:nth-of-type(1)').allTextContents();
	for (const word of ['avoid', 'pointless', 'worst', 'dull', 'poorly', 'laughable'])
		expect(words).toContain(word);
	const { values: table, shape } = tensor(await shipped('imdb'), /embeddings$/);
	expect(shape).toEqual([20_000, 32]);
	const shown = await near.locator('tbody tr td:nth-of-type(2)').allTextContents();
	expect(shown).toEqual(cosines(table, 32, 373, 20_000));
	// Before its training the same word had other neighbours.
	const before = await near.locator('tbody tr td:nth-of-type(3)').allTextContents();
	expect(before.filter((word) => words.includes(word))).toEqual([]);

	expect(await violations(page)).toEqual([]);

	const view = (name: string) => inside.getByRole('button', { name, exact: true }).click();
	await view('Map of the words');
	await view('Draw the map');
	await expect(inside.getByRole('application')).toHaveAttribute('data-points', /^[1-9]\d+$/, {
		timeout: LONG
	});
	await view('Memory');
	await expect(inside).toContainText('This network has no LSTM');
	// There are no test rows here: what is read is a text, and its order matters to windows of five words.
	await expect(inside.getByLabel(/^Test text/)).toHaveCount(0);
	await view('Order');
	await inside.getByLabel('Your own text').fill('not good at all, it was bad; not bad at all, it was good');
	await view('Read mine');
	await expect(inside.locator('[data-read="own"]')).toContainText('14 of 500 places hold a word', {
		timeout: LONG
	});
	await view('Shuffle and ask');
	const minds = inside.locator('[data-order="IMDB-SHIPPED"]');
	await expect(minds).toHaveCount(1, { timeout: LONG });
	expect(Number(await minds.getAttribute('data-sd'))).toBeGreaterThan(1e-3);
});

test('inside the network that writes like Alice: its gates, with nothing trained', async ({ page }) => {
	test.setTimeout(5 * 60_000);
	await open(page, 'lab/22.5/');
	const card = page.getByRole('region', { name: 'Continue my sentence' });
	await card.getByLabel('Your sentence').fill('Alice was beginning to get very tired of');
	const inside = await looking(card);
	await inside.getByRole('button', { name: 'Memory', exact: true }).click();
	const grid = inside.getByRole('application');
	await expect(grid).toHaveAttribute('data-cells', '128 20', { timeout: LONG });
	await expect(inside.locator('[data-read="own"]')).toContainText('8 of 20 places hold a word');
	// The ids of these eight words in the file's own list, behind what fills up.
	const ids = [...Array<number>(12).fill(0), 292, 2663, 425, 2496, 1128, 2635, 2494, 1710];
	const last = lstm(await shipped('alice'), ids, soft).at(-1);
	await grid.focus();
	await page.keyboard.press('End');
	await page.keyboard.press('ArrowDown');
	const cell = inside.locator('[data-cell]');
	await expect(cell.locator('caption')).toContainText('Unit 2 at step 20, “of”');
	for (const name of ['i', 'f', 'k', 'o', 'c', 'h'] as const) {
		const value = await cell.locator(`[data-part="${name}"] td`).getAttribute('data-value');
		expect(Math.abs(Number(value) - (last?.[name][1] ?? NaN)), name).toBeLessThan(1e-4);
	}
	// Its memory has counted to six: the forget gate was open all the time.
	expect(last?.c[1]).toBeLessThan(-5);
	const apart = Number(await inside.locator('[data-apart]').getAttribute('data-apart'));
	expect(apart).toBeLessThan(1e-5);
});
