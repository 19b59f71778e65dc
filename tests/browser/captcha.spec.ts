// A word of the reader's own: drawn as a CAPTCHA, cut into letters, read by the network that was trained on the page.

import { Card, expect, open, SLOW, switchTo, test } from './site.ts';

test('a network of the page reads a word that the reader wrote, letter by letter', async ({ page }) => {
	await open(page, 'lab/003-CAPTCHA-RELU/');
	const own = page.getByRole('region', { name: 'Write your own word' });
	await own.scrollIntoViewIfNeeded();
	const word = own.getByLabel(/^A word of up to 10 letters/);
	await word.fill('Fire');
	const picture = own.getByLabel('The word FIRE as a CAPTCHA picture');
	await expect(picture).toBeVisible({ timeout: SLOW });
	await expect(own.getByLabel(/^Piece \d: 20 × 20 pixels$/)).toHaveCount(4);
	const say = own.locator('.say');
	await expect(say).toHaveText('Train the network above: then it reads the pieces.');

	// Something is drawn: paper and ink, and other pixels in another font.
	const pixels = () =>
		picture.evaluate((canvas: HTMLCanvasElement) => {
			const all = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
			return Array.from(all).filter((_, at) => at % 4 === 0);
		});
	const block = await pixels();
	expect(Math.max(...block)).toBe(255);
	expect(Math.min(...block)).toBe(0);
	await own.getByLabel('Font').selectOption({ label: 'thin' });
	await expect
		.poll(async () => (await pixels()).reduce((sum, value) => sum + value, 0))
		.toBeLessThan(0.6 * block.reduce((sum, value) => sum + value, 0));

	const card = new Card(page, '003-CAPTCHA-RELU');
	await card.train();
	// Eight of its sixty epochs are enough.
	await card.reaches(8 * 85);
	await card.pause();
	// What was trained meanwhile reads what is shown, and every word that follows.
	const read = own.locator('tr.read td');
	await expect(read).toHaveText(['F', 'I', 'R', 'E'], { timeout: SLOW });
	await expect(say).toHaveText('The network reads FIRE. All 4 letters are right.');
	await word.fill('Quick 7 Foxes!');
	await expect(own.locator('.trouble')).toHaveText('Only the letters A to Z can be drawn. Left out: 7 !');
	await expect(read).toHaveCount(10, { timeout: SLOW });
	const letters = (await read.allTextContents()).join('');
	const right = [...letters].filter((letter, at) => letter === 'QUICKFOXES'[at]).length;
	expect(right, letters).toBeGreaterThanOrEqual(8);

	// Much noise: what falls apart is told, not guessed.
	await own.getByLabel('Noise').fill('0.5');
	await expect(say).toContainText(/connected pieces instead of 10 letters/, { timeout: SLOW });
	await word.fill('验证');
	await expect(say).toHaveText('Type a word: the letters A to Z can be drawn.');
	await switchTo(page, 'zh');
	await expect(page.getByRole('region', { name: '写一个自己的词' })).toBeVisible();
});
