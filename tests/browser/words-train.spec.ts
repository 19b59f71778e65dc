// A network on words, trained in the page on the real reviews: 16.5 on a slice of them.

import { join } from 'node:path';
import { Card, expect, open, percentIn, SLOW, test } from './site.ts';
import { data } from './terminal.ts';

const FILES = ['imdb.npz', 'imdb_word_index.json'].map((name) => join(data, 'imdb', name));

test('16.5 learns from 3,000 real reviews, and judges three of four others right', async ({ page }) => {
	test.setTimeout(6 * 60_000);
	await open(page, 'chapter/16/');
	const look = page.locator('[id="e16.2"]');
	await expect(async () => {
		await look.scrollIntoViewIfNeeded();
		await expect(look.locator('input[type="file"]')).toBeAttached({ timeout: 5_000 });
	}).toPass({ timeout: SLOW });
	await look.locator('input[type="file"]').setInputFiles(FILES);
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
