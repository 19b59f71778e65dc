// How pages look, where a picture of them would have to be judged by eye: what stands beside what, and which picture it is.

import { expect, open, SLOW, test } from './site.ts';

const phone = { width: 390, height: 844 };

test.describe('on a phone', () => {
	test.use({ viewport: phone });
	test('a margin note stands behind its paragraph, before what follows it', async ({ page }) => {
		await open(page, 'chapter/12/');
		const top = async (text: string | RegExp) =>
			(await page.locator('main').getByText(text).first().boundingBox())?.y ?? NaN;
		const paragraph = await top(/^Yet you recognise a letter by its strokes/);
		const note = await top(/^The book lets convolutional networks follow straight from the cats/);
		const next = await top('One window, the same weights everywhere');
		expect(paragraph).toBeLessThan(note);
		expect(note).toBeLessThan(next);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(phone.width);
	});
	test('the printed figures stand in sight beside the names', async ({ page }) => {
		await open(page, 'chapter/15/');
		const table = page.locator('.results table');
		await table.scrollIntoViewIfNeeded();
		const cell = await table.locator('.printed', { hasText: '85.91' }).boundingBox();
		expect((cell?.x ?? NaN) + (cell?.width ?? NaN)).toBeLessThanOrEqual(phone.width);
	});
});

test('a power stands at the head of its base, a bracket reaches around its fraction', async ({ page }) => {
	await open(page, 'chapter/12/');
	await page.evaluate(() => document.fonts.ready);
	const [base, power, size] = await page
		.locator('math[display="block"] msup')
		.first()
		.evaluate((power) => {
			const [below, above] = [...power.children].map((part) => part.getBoundingClientRect());
			const size = parseFloat(getComputedStyle(power).fontSize);
			return [below!.bottom, above!.bottom, size] as const;
		});
	expect(base - power).toBeGreaterThan(0.2 * size);
	expect(base - power).toBeLessThan(0.8 * size);
	const [bracket, fraction] = await page
		.locator('mrow', { has: page.locator('> mo', { hasText: '⌊' }) })
		.filter({ has: page.locator('mfrac') })
		.last()
		.evaluate((row) => {
			const height = (part: Element | null) => part?.getBoundingClientRect().height ?? NaN;
			return [height(row.querySelector('mo')), height(row.querySelector('mfrac'))] as const;
		});
	expect(bracket).toBeGreaterThanOrEqual(0.75 * fraction);
});

test('the look at one picture shows number 100, and what it is made of', async ({ page }) => {
	await open(page, 'lab/003-CIFAR-VIEW/');
	const one = page.locator('.one');
	// With the real data a ship.
	await expect(one).toContainText(/Picture number 100, counted from 0: \w+/, { timeout: SLOW });
	const pixels = (at: number) =>
		one
			.locator('canvas')
			.nth(at)
			.evaluate((canvas: HTMLCanvasElement) => [
				...(canvas.getContext('2d')?.getImageData(0, 0, 32, 32).data ?? [])
			]);
	const all = await Promise.all([0, 1, 2, 3].map(pixels));
	expect(all.map((one) => one.length)).toEqual([4096, 4096, 4096, 4096]);
	const [colour = [], ...planes] = all;
	for (const [channel, plane] of planes.entries()) {
		expect(new Set(plane.filter((_, at) => at % 4 < 3)).size).toBeGreaterThan(3);
		// Grey, as bright as the picture in this channel.
		const grey = plane.map((_, at) => (at % 4 === 3 ? 255 : colour[at - (at % 4) + channel]));
		expect(plane).toEqual(grey);
	}
	// Another one takes its place; the wall shows which.
	await page.getByRole('application').press('ArrowRight');
	await expect(one).toContainText('Picture number 101, counted from 0');
});
