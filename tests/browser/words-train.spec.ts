// A network on words, trained in the page on the real reviews: 16.5 on a slice of them.

import { NUMBERS, reviewsIn, WORDS } from './reviews.ts';
import { Card, expect, percentIn, SLOW, test } from './site.ts';

test('16.5 learns from 3,000 real reviews, and judges three of four others right', async ({ page }) => {
	test.setTimeout(6 * 60_000);
	const look = await reviewsIn(page);
	await look.locator('input[type="file"]').setInputFiles([NUMBERS, WORDS]);
	await expect(look.getByText('Your IMDB files, read on this device.')).toBeVisible({ timeout: SLOW });

	const card = new Card(page, '16.5');
	await card.root.scrollIntoViewIfNeeded();
	await card.tab('Text').click();
	const area = card.panel.getByRole('textbox', { name: 'The experiment as text' });
	const slice = (await area.inputValue())
		.replace('maxlen = 500', 'maxlen = 500\ntrain_rows = 3000\ntest_rows = 1000')
		.replace('epochs = 2', 'epochs = 3')
		.replace('batch_size = 128', 'batch_size = 32');
	await area.fill(slice);
	await expect(card.panel.getByRole('status')).toContainText('Applied', { timeout: SLOW });
	await expect(card.root.locator('header')).toContainText('3,000 rows');
	await card.train();
	await expect(card.progress).toContainText('finished · 3 epochs', { timeout: 4 * 60_000 });

	// One half of these 1,000 is good, the other bad: who guesses is right in 50 %.
	const mine = card.root.locator('.claim .you b');
	expect(percentIn((await mine.textContent()) ?? '')).toBeGreaterThanOrEqual(75);
});
