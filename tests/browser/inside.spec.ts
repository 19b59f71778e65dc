// Looking inside a run: live numbers only while they are on show, and how the numbers of a layer are spread.

import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { listen, rewrite, SMALL, take } from './heard.ts';
import { cardOf, expect, SLOW, switchTo, test } from './site.ts';

/** `1,234` and `8.5 ms` and `46 MB` as numbers. */
const number = (text: string | null) =>
	Number(/-?[\d.]+(e[-+]?\d+)?/.exec((text ?? '').replaceAll(',', ''))?.[0]);

test('live numbers come while they are on show, and nobody is asked otherwise', async ({ page }) => {
	await listen(page);
	const card = await cardOf(page, '13.4');
	await card.set('batch', '64');
	await card.tab('Inside').click();
	await expect(card.panel).toContainText('Train the network first, or make a single step.');
	await card.train();
	const at = async () => number(await card.panel.locator('h4 small').first().textContent());
	const fact = async (name: string) =>
		number(
			await card.panel
				.locator('dl > div')
				.filter({ has: page.getByText(name, { exact: true }) })
				.locator('dd')
				.textContent()
		);
	await expect(card.panel.getByText('Live numbers')).toBeVisible({ timeout: SLOW });
	const first = await at();
	await expect.poll(at, { timeout: SLOW }).toBeGreaterThan(first + 20);

	// The figures agree with each other and with the line below the buttons.
	const [speed, computing, waiting] = [
		await fact('steps a second'),
		await fact('computing, a step'),
		await fact('waiting, a step')
	];
	expect(Math.abs((speed * (computing + waiting)) / 1000 - 1)).toBeLessThan(0.1);
	const line = number(/([\d.]+) ms a step/.exec((await card.progress.textContent()) ?? '')?.[1] ?? '');
	console.log(`${speed} steps a second: ${computing} ms computing, ${waiting} ms waiting; line: ${line} ms`);
	expect(computing / line).toBeGreaterThan(0.4);
	expect(computing / line).toBeLessThan(2.5);
	const [worker] = page.workers().filter((one) => one.url().includes('train.worker'));
	const megabytes = await fact('memory of the engine');
	console.log(`memory of the engine: ${megabytes} MB`);
	// At least the pictures: 70,000 of 784 bytes.
	expect(megabytes).toBeGreaterThan(54);
	expect(megabytes).toBeLessThan(2000);
	expect(worker).toBeDefined();
	const rows = card.panel.locator('tbody tr');
	await expect(rows.getByRole('rowheader')).toHaveText(['conv2d_1', 'dense_1', 'dense_2']);
	for (const row of await rows.all()) {
		const figures = (await row.locator('td.num').allTextContents()).map(number);
		expect(figures).toHaveLength(4);
		for (const figure of figures) expect(figure).toBeGreaterThan(0);
	}

	// A look costs as much as an update: at most one a second.
	await take(page);
	const looks = (asked: string[]) => asked.filter((type) => type === 'inside').length;
	const began = Date.now();
	let shown = 0;
	const more = async () => (shown += looks((await take(page)).asked));
	await expect.poll(more, { timeout: SLOW }).toBeGreaterThanOrEqual(3);
	expect(shown).toBeLessThanOrEqual((Date.now() - began) / 1000 + 2);
	// The run has gone on; hidden, nothing is asked.
	await card.tab('Runs').click();
	await page.waitForTimeout(500);
	await take(page);
	await page.waitForTimeout(3000);
	const hidden = await take(page);
	expect(hidden.steps.length).toBeGreaterThan(5);
	expect(looks(hidden.asked)).toBe(0);
	// A run that stands still is looked at once.
	await card.pause();
	await card.tab('Inside').click();
	const stands = (await card.position())?.step ?? 0;
	await expect.poll(at, { timeout: SLOW }).toBe(stands);
	await page.waitForTimeout(1500);
	await take(page);
	await page.waitForTimeout(2500);
	expect(looks((await take(page)).asked)).toBe(0);
});

/** The tensors of a layer in a safetensors file, as one list. */
function tensors(file: Buffer, layer: string): number[] {
	const length = Number(file.readBigUInt64LE(0));
	const header = JSON.parse(file.subarray(8, 8 + length).toString()) as Record<
		string,
		{ data_offsets: [number, number] }
	>;
	const of = Object.entries(header).filter(([name]) => name.startsWith(`${layer}/`));
	expect(of.length).toBeGreaterThan(0);
	return of.flatMap(
		([
			,
			{
				data_offsets: [from, to]
			}
		]) => {
			const values: number[] = [];
			for (let at = from; at < to; at += 4) values.push(file.readFloatLE(8 + length + at));
			return values;
		}
	);
}

test('a histogram counts what is really there, and stands beside its table', async ({ page }) => {
	await listen(page);
	const card = await cardOf(page, '13.3');
	await rewrite(card, [...SMALL, ['epochs = 10', 'epochs = 1']]);
	await card.train();
	await expect(card.progress).toContainText('finished', { timeout: SLOW });
	const [saved] = await Promise.all([page.waitForEvent('download'), card.button('Save network').click()]);
	const file = await readFile(await saved.path());

	await card.tab('Inside').click();
	const pick = card.panel.getByRole('group', { name: 'How they are spread' });
	const figure = card.panel.getByRole('figure');
	const show = async (of: string, layer: string) => {
		await pick.getByLabel('Numbers').selectOption({ label: of });
		await pick.getByRole('combobox', { name: 'Layer' }).selectOption({ label: layer });
		await pick.getByRole('button', { name: 'Show' }).click();
		await expect(figure.getByRole('status')).toContainText(`${layer}, ${of}, after update 10:`, {
			timeout: SLOW
		});
		return (await figure.getByRole('status').textContent()) ?? '';
	};
	// Flatten has nothing to learn.
	await pick.getByRole('combobox', { name: 'Layer' }).selectOption({ label: 'flatten_1' });
	await expect(pick).toContainText('This layer has no weights.');

	const said = await show('weights', 'dense_2');
	const values = tensors(file, 'dense_2');
	expect(values).toHaveLength(330);
	const mean = values.reduce((sum, value) => sum + value, 0) / 330;
	const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 330);
	const found = /: 330 numbers, mean (\S+), spread (\S+)\.(?: |$)/.exec(said);
	expect(Number(found?.[1])).toBeCloseTo(mean, 4);
	expect(Number(found?.[2])).toBeCloseTo(sd, 3);
	await figure.locator('summary').click();
	const cells = await figure.locator('tbody td').allTextContents();
	const bins = Array.from({ length: cells.length / 3 }, (_, row) =>
		cells.slice(3 * row, 3 * row + 3).map(number)
	);
	expect(bins).toHaveLength(40);
	const [low, high] = [Math.min(...values), Math.max(...values)];
	const counted = bins.map(() => 0);
	for (const value of values) {
		const bin = Math.min(39, Math.floor(((value - low) / (high - low)) * 40));
		counted[bin] = (counted[bin] ?? 0) + 1;
	}
	expect(bins.map(([, , n]) => n)).toEqual(counted);
	await expect(figure.getByRole('img', { name: /^Histogram from -/ })).toBeVisible();
	await expect(figure.locator('svg rect')).toHaveCount(40);

	// Relu: many are exactly zero. 64 rows of 32 units; softmax: of ten.
	expect(await show('what it gives', 'dense_1')).toMatch(/: 2,048 numbers, .* are exactly zero\./);
	const shares = await show('what it gives', 'dense_2');
	expect(shares).toMatch(/: 640 numbers, mean 0\.1, /);

	for (const lang of ['en', 'zh'] as const) {
		if (lang === 'zh') await switchTo(page, 'zh');
		await page.setViewportSize({ width: 390, height: 844 });
		await card.tab(/^(Inside|内部)$/).click();
		await expect(card.panel.locator('dl')).toBeVisible({ timeout: SLOW });
		const beyond = await page.evaluate(() => {
			const { scrollWidth, clientWidth } = document.documentElement;
			return scrollWidth - clientWidth;
		});
		expect(beyond).toBeLessThanOrEqual(0);
		if (process.env['SHOTS'])
			await card.root.screenshot({ path: `${process.env['SHOTS']}/inside-${lang}-390.png` });
		await page.setViewportSize({ width: 1280, height: 800 });
		if (process.env['SHOTS'])
			await card.root.screenshot({ path: `${process.env['SHOTS']}/inside-${lang}-1280.png` });
		for (const theme of ['light', 'dark']) {
			await page.evaluate((value) => document.documentElement.setAttribute('data-theme', value), theme);
			const { violations } = await new AxeBuilder({ page }).include('[id="e13.3"]').analyze();
			expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
		}
	}
});
