// Looking at reviews and at what becomes of words: figures by their values, on the real IMDB files and on the sample.

import type { Locator, Page } from '@playwright/test';
import { violations } from './axe.ts';
import { NUMBERS, reviewsIn, WORDS } from './reviews.ts';
import { expect, open, SLOW, test } from './site.ts';

/** What stands beside a name in the table of figures. */
const figure = (card: Locator, name: string): Locator =>
	card
		.getByRole('row')
		.filter({ has: card.page().getByRole('rowheader', { name, exact: true }) })
		.locator('td')
		.first();
const part = (card: Locator, name: string): Locator =>
	card.getByRole('region', { name, exact: true }).first();

async function slide(card: Locator, name: RegExp, places: number): Promise<void> {
	const slider = card.getByRole('slider', { name });
	await slider.focus();
	const key = places < 0 ? 'ArrowLeft' : 'ArrowRight';
	for (let at = 0; at < Math.abs(places); at++) await slider.press(key);
}

test('reviews in figures: what the source prints, what is cut, and a review beside its numbers', async ({
	page
}) => {
	const card = await reviewsIn(page);
	// The built-in sample: 40 words, the start mark, and the rarest word as an unknown one.
	await expect(figure(card, 'Different word numbers')).toHaveText('41');
	expect(await violations(page)).toEqual([]);
	const files = card.locator('input[type="file"]');
	await files.setInputFiles(WORDS);
	await expect(card.getByRole('alert')).toContainText('imdb.npz', { timeout: SLOW });
	await expect(figure(card, 'Reviews')).toContainText('7,000');

	await files.setInputFiles([NUMBERS, WORDS]);
	await expect(figure(card, 'Reviews')).toHaveText('50,000 = 25,000 to train + 25,000 to test', {
		timeout: SLOW
	});
	await expect(card.getByText('Your IMDB files, read on this device.')).toBeVisible();
	await expect(figure(card, 'Classes')).toHaveText('0 and 1: 25,000 negative, 25,000 positive');
	await expect(figure(card, 'Different word numbers')).toHaveText('88,585');
	await expect(figure(card, 'Length, mean')).toHaveText('234.76');
	await expect(figure(card, 'Length, standard deviation')).toHaveText('172.91');
	// NumPy: percentile 25, 50, 75; max; Matplotlib's whisker, and what lies beyond it.
	await expect(figure(card, 'Length, median')).toHaveText('176');
	await expect(figure(card, 'Length, quartiles')).toHaveText('129 and 285');
	await expect(figure(card, 'Shortest and longest')).toHaveText('7 and 2,494');
	await expect(figure(card, 'Running words in all')).toHaveText('11,687,946');
	await expect(card.getByRole('img', { name: /^Box plot and histogram of 50,000 lengths/ })).toHaveAttribute(
		'aria-label',
		/whiskers reach from 7 to 519, 3,689 are longer/
	);

	// Keras with num_words=5000, maxlen=500, then 25000 and 100: counted with NumPy.
	await expect(part(card, 'How many words it takes')).toContainText('90.4');
	const cut = part(card, 'What length and vocabulary do');
	await expect(cut).toContainText('4,033 of 50,000 reviews');
	await expect(cut).toContainText('lose words: 765,014 in all');
	await expect(cut).toContainText(
		'On average 198.9 hold a word that is known, 20.6 an unknown one, 280.5 are filled'
	);
	await slide(card, /^Vocabulary size/, 3);
	await slide(card, /^Length/, -6);
	await expect(cut).toContainText('44,166 of 50,000 reviews');
	await expect(cut).toContainText('lose words: 6,920,015 in all');

	// The first review as the source prints it: 218 numbers; of 100, the first is 1415.
	const review = part(card, 'A review and its numbers');
	await expect(review).toContainText('Class 1: positive');
	await expect(review).toContainText('218 numbers with the start mark; 118 cut off, 1 unknown, 0 zeros.');
	await review.getByText('Show the numbers alone').click();
	const row = review.getByRole('group', { name: 'The row that the network gets' });
	await expect(row).toHaveText(/^1415 33 6 22 .* 19 178 32$/);
	await expect(review.locator('.cut').first()).toHaveText('start1');
	await expect(review.locator('.cut').nth(5)).toHaveText('brilliant530');
	await slide(card, /^Length/, 6);
	await expect(row).toHaveText(/^(0 ){282}1 14 22 16 43 530 .* 19 178 32$/);
	await card.getByRole('textbox', { name: 'Review' }).fill('25001');
	await card.getByRole('textbox', { name: 'Review' }).press('Enter');
	await expect(review).toContainText('A whole number from 1 to 25,000, please.');

	// The other cards of the chapter have the files, too.
	await expect(page.locator('[id="e16.3"]').getByText('Your IMDB files, read on this device.')).toBeVisible();
	await expect(page.locator('[id="e16.4"]')).toContainText('Works on your IMDB files');
});

test('numbers without their words are shown as numbers, and what is missing is said', async ({ page }) => {
	const card = await reviewsIn(page);
	await card.locator('input[type="file"]').setInputFiles(NUMBERS, { timeout: SLOW });
	await expect(figure(card, 'Length, mean')).toHaveText('234.76', { timeout: SLOW });
	await expect(card.getByText('imdb_word_index.json is missing')).toBeVisible();
	await expect(part(card, 'A review and its numbers').locator('.token').nth(3)).toHaveText('16');
});

const named = (page: Page, name: string): Locator => page.locator(`#figure-${name}`);

test('words of one’s own become rows, windows and bags', async ({ page }) => {
	await open(page, 'chapter/16/');
	const lookup = named(page, 'embedding-lookup');
	await lookup.getByRole('textbox', { name: 'A sentence of your own' }).fill('Good film, strange FILM');
	const numbers = lookup.getByRole('button', { name: /^place \d/ });
	await expect(numbers.locator('b')).toHaveText(['0', '0', '0', '1', '7', '4', '2', '4']);
	await numbers.nth(5).click();
	await expect(lookup.getByRole('status')).toContainText('row 4 of the table is taken: 0.4, 0.2, −0.3.');
	await expect(lookup.getByRole('status')).toContainText('stands in 2 places');
	// A number of the table is a number of both places.
	const cell = lookup.getByRole('textbox', { name: /row 4 \(film\), column 1/ });
	await cell.fill('7');
	await cell.press('Enter');
	const matrix = lookup.getByRole('table').last();
	await expect(matrix.getByRole('row', { name: /^film/ }).locator('button').first()).toHaveText('7');
	await expect(matrix.locator('button', { hasText: /^7$/ })).toHaveCount(2);

	const reader = named(page, 'text-window');
	await expect(reader).toContainText('The largest of all places goes on: 2, at “not good”.');
	await reader.getByRole('textbox', { name: 'or your own' }).fill('a good, long and never good film');
	await expect(reader).toContainText('goes on: 2, at “never good”');
	await reader.getByRole('slider').fill('1');
	await expect(reader.getByText('relu(1) = 1')).toBeVisible();
	await reader.getByRole('combobox', { name: 'Window' }).selectOption('“very good”');
	await expect(reader).toContainText('goes on: 1, at “a good”');

	const order = named(page, 'word-order');
	await expect(order).toContainText('must give both the same answer: 0.');
	await expect(order).toContainText('the first ends at +2 (positive), the second at −2 (negative).');
	await order.getByRole('button', { name: 'Shuffle both' }).click();
	await expect(order).toContainText('must give both the same answer: 0.');
});

test('a loop, its gradient and an LSTM cell, with numbers of one’s own', async ({ page }) => {
	await open(page, 'chapter/17/');
	const kinds = named(page, 'sequence-problems');
	await kinds.getByRole('combobox').selectOption('many to many, one after the other');
	for (let at = 0; at < 3; at++) await kinds.getByRole('button', { name: 'Next step' }).click();
	await expect(kinds.getByRole('status')).toHaveText('Step 4 of 6: gives output 1.');

	const loop = named(page, 'rnn-unrolled');
	// NumPy: h = tanh(0.5 x + 0.8 h + 0.1) over 1, 0, 0, -1, 0.
	await expect(loop.getByRole('img')).toHaveAttribute(
		'aria-label',
		/: 0\.537, 0\.485, 0\.453, −0\.038, 0\.07\.$/
	);
	const weight = loop.getByRole('textbox', { name: /state u$/ });
	await weight.fill('2');
	await weight.press('Enter');
	await loop.getByRole('combobox', { name: 'Activation' }).selectOption('none (linear)');
	await loop.getByRole('slider').press('ArrowRight');
	await expect(loop.getByText('state 2 = (0.5 · 0 + 2 · 0.6 + 0.1) = (1.3) = 1.3')).toBeVisible();

	const way = named(page, 'vanishing-gradient');
	await expect(way.getByRole('status')).toContainText('0.364 in the LSTM’s memory. It has vanished');
	await way.getByRole('combobox', { name: 'Activation' }).selectOption('none (linear)');
	await way.getByRole('slider', { name: /^Weight of the state/ }).fill('0.5');
	// 0.5 ** 50, 2 ** 50, 0.98 ** 50.
	await expect(way.getByRole('status')).toContainText('8.9 · 10⁻¹⁶ is left');
	await way.getByRole('slider', { name: /^Weight of the state/ }).fill('2');
	await expect(way.getByRole('status')).toContainText('1.1 · 10¹⁵ is left');
	await expect(way.getByRole('status')).toContainText('It has exploded');
	await way.getByRole('combobox', { name: 'Clip the gradient at' }).selectOption('1');
	await expect(way).toContainText('clipped to 1.');

	const cell = named(page, 'lstm-cell');
	await cell.getByRole('combobox').selectOption('count');
	await cell.getByRole('slider', { name: /^Step/ }).fill('6');
	await expect(cell).toContainText('= 1 · 3 + 1 · 1 = 4');
	await cell.getByRole('slider', { name: /^Forget gate/ }).fill('0.5');
	// 0.5 · 3 + 1; tanh(2.5).
	await expect(cell).toContainText('tanh(2.5) = 0.987');
});

for (const lang of ['en', 'zh'] as const) {
	test(`figures of sequences fit a phone (${lang})`, async ({ page }) => {
		await page.setViewportSize({ width: 390, height: 800 });
		for (const chapter of ['16', '17']) {
			await open(page, `chapter/${chapter}/`, lang);
			const figures = page.locator('[id^="figure-"]');
			await expect(figures.first()).toBeVisible();
			for (const one of await figures.all()) await one.scrollIntoViewIfNeeded();
			const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
			expect(over, chapter).toBeLessThanOrEqual(0);
		}
	});
}
