// A run that leaves the way: it is stopped, said, taken back to its last good state, mended with one click, and what
// happened stays in the chart.

import type { Locator } from '@playwright/test';
import { recordLosses, takeLosses } from './losses.ts';
import { Card, cardOf, expect, SLOW, switchTo, test } from './site.ts';

/** Pixels of the chart that have the colour of the mark (the page's `--ember`), column by column. */
async function markedColumns(card: Card): Promise<number[]> {
	const canvas = card.root.locator('figure.chart').filter({ hasText: 'Loss' }).locator('canvas');
	return canvas.evaluate((element: HTMLCanvasElement) => {
		const probe = document.createElement('canvas').getContext('2d');
		if (!probe) return [];
		probe.fillStyle = getComputedStyle(element).getPropertyValue('--ember').trim();
		probe.fillRect(0, 0, 1, 1);
		const [red = 0, green = 0, blue = 0] = probe.getImageData(0, 0, 1, 1).data;
		const { width, height } = element;
		const pixels =
			element.getContext('2d')?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
		const near = (at: number) =>
			(pixels[at + 3] ?? 0) > 120 &&
			Math.abs((pixels[at] ?? 0) - red) + Math.abs((pixels[at + 1] ?? 0) - green) < 40 &&
			Math.abs((pixels[at + 2] ?? 0) - blue) < 40;
		const found: number[] = [];
		for (let x = 0; x < width; x += 1) {
			// A dashed line from top to bottom: many pieces. A curve that goes straight up is one; words are far shorter.
			let [seen, pieces] = [0, 0];
			for (let y = 0; y < height; y += 1) {
				if (!near(4 * (y * width + x))) continue;
				seen += 1;
				if (y === 0 || !near(4 * ((y - 1) * width + x))) pieces += 1;
			}
			if (seen > height / 4 && pieces > 10) found.push(x);
		}
		return found;
	});
}

/** Writes the experiment's text by hand. */
async function write(card: Card, change: (text: string) => string): Promise<void> {
	await card.tab('Text').click();
	const area = card.panel.getByRole('textbox');
	const before = await area.inputValue();
	const after = change(before);
	expect(after).not.toBe(before);
	await area.fill(after);
	await expect(card.panel.getByText(/^Applied:/)).toBeVisible({ timeout: SLOW });
}

const crashed = (card: Card): Locator => card.root.locator('.notice.failure');
const text = async (card: Card) => {
	await card.tab('Text').click();
	return card.panel.getByRole('textbox').inputValue();
};

test('a rate that is far too high: back to the last good state, and on with a click', async ({ page }) => {
	await recordLosses(page);
	const card = await cardOf(page, '13.3');
	await card.train();
	await card.reaches(20);
	// The first saving is due after two seconds; what is learned by then is worth keeping.
	await page.waitForTimeout(3000);
	await card.setting('learning rate').fill('90');
	await card.setting('learning rate').press('Enter');

	await expect(crashed(card)).toBeVisible({ timeout: SLOW });
	await expect(crashed(card)).toContainText('The run went astray.');
	await expect(crashed(card)).toContainText(
		'the loss stayed at more than four times that of an untrained network'
	);
	const said = (await crashed(card).textContent()) ?? '';
	const back = Number(/after step (\d+) of the run/.exec(said)?.[1]);
	expect(back).toBeGreaterThan(0);
	const before = await takeLosses(page);
	const last = before.at(-1)?.update ?? 0;
	expect(last).toBeGreaterThan(back);
	// It was let go for a window, not for ever.
	expect(before.filter(({ loss }) => loss > 8).length).toBeLessThan(60);
	await switchTo(page, 'zh');
	await expect(crashed(card)).toContainText('这次运行发散了');
	await expect(crashed(card)).toContainText('损失一直高于未训练网络的四倍');
	await switchTo(page, 'en');

	// The chart keeps it: a mark, and the line that led there.
	await expect(card.root.getByText(/the run went astray and went back to step \d+/)).toBeVisible();
	await expect.poll(async () => (await markedColumns(card)).length, { timeout: SLOW }).toBeGreaterThan(0);
	const [marked = 0] = await markedColumns(card);

	// One click: the rate of the text, which was never changed, and on from the good state.
	await crashed(card).getByRole('button', { name: 'Learning rate 90 → 0.001, and go on' }).click();
	await card.reaches(back + 20);
	await expect(crashed(card)).toHaveCount(0);
	const after = await takeLosses(page);
	expect(after[0]?.update).toBe(back + 1);
	expect(Math.max(...after.map(({ loss }) => loss))).toBeLessThan(2.3);
	// The good state is that state: the losses go on where they were before the rate was raised.
	const same = after.filter(({ update, loss }) =>
		before.some((one) => one.update === update && one.loss === loss)
	);
	expect(same.length).toBeGreaterThan(0);
	expect(await markedColumns(card)).toContain(marked);
	await card.pause();

	// It outlives a reload, too.
	await page.reload();
	await card.root.locator('.notice.saved').getByRole('button', { name: 'Continue', exact: true }).click();
	await card.reaches(back + 25);
	await expect(card.root.getByText(/the run went astray and went back to step \d+/)).toBeVisible();
	await card.pause();
	await card.control('Reset').click();
});

test('a loss that is no number: the text is mended, and the run begins again', async ({ page }) => {
	await recordLosses(page);
	const card = await cardOf(page, '13.3');
	await write(card, (text) =>
		text
			.replace('activation = "softmax"', 'activation = "linear"')
			.replace('"categorical_crossentropy"', '"mean_squared_error"')
			.replace(/optimizer = \{[^}]*\}/, 'optimizer = { name = "sgd", learning_rate = 50 }')
	);
	await card.train();
	await expect(crashed(card)).toBeVisible({ timeout: SLOW });
	await expect(crashed(card)).toContainText(
		/In epoch 1, step \d+, the loss (became no number|grew beyond every)/
	);
	await expect(crashed(card)).toContainText('Nothing was saved yet, so the run is back at its beginning.');
	await expect(card.control('Train again')).toBeEnabled();
	await takeLosses(page);

	// Both remedies are changes of the text that can be read.
	await crashed(card)
		.getByRole('button', { name: 'Cut long gradients (clipnorm = 1), and begin again' })
		.click();
	// With a rate of 50 that does not help much: again.
	const tenth = crashed(card).getByRole('button', { name: /^Learning rate 50 → 5, and/ });
	await expect(tenth).toBeVisible({ timeout: SLOW });
	expect(await text(card)).toContain('learning_rate = 50, clipnorm = 1');
	await expect(crashed(card).getByRole('button', { name: /^Cut long gradients/ })).toHaveCount(0);
	await tenth.click();
	await expect.poll(() => text(card), { timeout: SLOW }).toMatch(/learning_rate = 5(\.0)?, clipnorm = 1/);
});
