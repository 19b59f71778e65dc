// The training worker dies in mid-run: a clear sentence, and the page goes on.

import { Card, cardOf, expect, SLOW, switchTo, test } from './site.ts';
import { trainWorker } from './worker-code.ts';

test('a killed worker is noticed, and training can go on', async ({ page }) => {
	const card = await cardOf(page, '13.4');
	await card.set('batch', '64');
	await card.train();
	await card.reaches(5);
	await page.waitForTimeout(3500);

	// As the browser does when memory runs out: no event, no last word.
	await trainWorker(page).evaluate(() => self.close());
	await expect(card.alert).toContainText('The engine stopped unexpectedly. Nothing else is harmed', {
		timeout: SLOW
	});
	await expect(card.alert).toContainText('worker_died');
	await switchTo(page, 'zh');
	await expect(card.alert).toContainText('引擎意外停止了，其他内容不受影响。');
	await switchTo(page, 'en');
	expect(page.workers().filter((worker) => worker.url().includes('train.worker')).length).toBeLessThanOrEqual(
		1
	);

	// It goes on from what was saved, with a new worker.
	await card.control('Try again').click();
	const resumed = await card.reaches(6);
	expect(resumed.steps).toBe(938);
	await expect(card.alert).toHaveCount(0);
	await card.pause();
	await card.control('Reset').click();
	await expect(card.progress).toHaveCount(0);
});

test('an error inside the worker is said, and another experiment can be trained', async ({ page, watch }) => {
	const card = await cardOf(page, '13.4');
	await card.train();
	await card.reaches(2);
	watch.expected(/provoked by the spec/);
	await trainWorker(page).evaluate(() => {
		setTimeout(() => {
			throw new Error('provoked by the spec');
		});
	});
	await expect(card.alert).toContainText('The engine stopped unexpectedly.', { timeout: SLOW });

	const other = new Card(page, '13.3');
	await other.root.scrollIntoViewIfNeeded();
	await other.train();
	await other.reaches(5);
	await other.control('Stop').click();
	await expect(other.progress).toContainText('stopped in epoch 1', { timeout: SLOW });
});
