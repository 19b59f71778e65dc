// A reload in mid-training loses next to nothing: the page offers to go on.

import type { Locator } from '@playwright/test';
import { Card, expect, expectPack, open, positionIn, SLOW, test } from './site.ts';

type Recorder = Window & { progressTexts?: string[] };

/** Keeps every text that the progress line shows from now on. */
async function record(root: Locator): Promise<void> {
	await root.evaluate((element) => {
		const texts: string[] = ((window as Recorder).progressTexts = []);
		new MutationObserver(() => {
			const text = element.querySelector('.progress p')?.textContent ?? '';
			if (text !== texts.at(-1)) texts.push(text);
		}).observe(element, { subtree: true, childList: true, characterData: true });
	});
}

/** The first step that was shown since `record`. */
async function firstStep(root: Locator): Promise<number> {
	const texts = await root.evaluate(() => (window as Recorder).progressTexts ?? []);
	const first = texts.map(positionIn).find((position) => position !== null);
	return first?.step ?? 0;
}

test('a run goes on after a reload; a discarded one does not come back', async ({ page }) => {
	await open(page, 'chapter/13/');
	await expectPack(page);
	const card = new Card(page, '13.4');
	await card.root.scrollIntoViewIfNeeded();
	await card.set('batch', '64');
	await card.train();
	// The first saving is due two seconds after the start.
	await card.reaches(10);
	await page.waitForTimeout(4000);
	const before = await card.reaches(20);

	await page.reload();
	const offer = card.root.getByText('You stopped in epoch 1 of 10. The run was kept on this device.');
	await expect(offer).toBeVisible({ timeout: SLOW });
	await record(card.root);
	await card.root.locator('.notice.saved').getByRole('button', { name: 'Continue', exact: true }).click();
	await card.reaches(before.step + 5);
	const resumed = await firstStep(card.root);
	console.log(`reload at step ${before.step}, went on from ${resumed}`);
	// A fresh run would begin with the first or second step.
	expect(resumed).toBeGreaterThanOrEqual(5);
	// The text of the run came back with it.
	await expect(card.setting('batch')).toHaveValue('64');

	// A pause saves: nothing at all is lost.
	const paused = await card.pause();
	await page.reload();
	await expect(offer).toBeVisible({ timeout: SLOW });
	await record(card.root);
	await card.root.locator('.notice.saved').getByRole('button', { name: 'Continue', exact: true }).click();
	await card.reaches(paused.step + 3);
	expect(await firstStep(card.root)).toBeGreaterThanOrEqual(paused.step);
	await card.pause();

	await page.reload();
	await expect(offer).toBeVisible({ timeout: SLOW });
	await card.button('Discard').click();
	await expect(offer).toHaveCount(0);
	await page.reload();
	await expect(card.control('Train')).toBeEnabled();
	await page.waitForTimeout(1500);
	await expect(offer).toHaveCount(0);
	await expect(card.root.locator('.notice')).toHaveCount(0);
});
