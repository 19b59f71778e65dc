// Draw a digit: the model that the site ships answers, then the one trained a moment ago.

import { Card, expect, expectPack, open, SLOW, test } from './site.ts';
import { digits, Pen } from './pen.ts';

test('the shipped model reads digits that are drawn with the mouse', async ({ page }) => {
	await open(page, '');
	const pen = new Pen(page.getByRole('region', { name: 'Draw a digit. It answers.' }));
	await expect(pen.say).toHaveText('Nothing is drawn yet.');
	expect(await pen.littleInk()).toBe(0);

	for (const digit of ['1', '0', '7', '3'] as const) {
		await pen.draw(digits[digit]);
		await pen.expectDigit(digit);
		// A digit of twenty pixels' height has some dozens of bright ones, and is not the whole picture.
		const ink = await pen.littleInk();
		expect(ink).toBeGreaterThan(15);
		expect(ink).toBeLessThan(300);
		await pen.clear();
		await expect(pen.say).toHaveText('Nothing is drawn yet.');
		expect(await pen.probabilities()).toEqual([]);
		expect(await pen.littleInk()).toBe(0);
	}

	// A dot is no digit.
	await pen.draw([[[0.5, 0.5]]]);
	await expect(pen.say).toHaveText('Too little ink to be a digit. Go on drawing.', { timeout: SLOW });
	expect(await pen.probabilities()).toEqual([]);
	await pen.clear();

	// Undo takes back one stroke: the seven's bar comes and goes.
	await pen.draw(digits['1']);
	await pen.expectDigit('1');
	await pen.draw([
		[
			[0.3, 0.5],
			[0.7, 0.5]
		]
	]);
	await expect(pen.sheet.locator('path')).toHaveCount(2);
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(pen.sheet.locator('path')).toHaveCount(1);
	await pen.expectDigit('1');
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(pen.say).toHaveText('Nothing is drawn yet.');
	await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled();

	// The worker that answers may die; the next stroke gets a new one.
	const worker = page.workers().find((one) => one.url().includes('answer.worker'));
	expect(worker).toBeDefined();
	await worker?.evaluate(() => self.close());
	await pen.draw(digits['0']);
	await pen.draw([[[0.5, 0.2]]]);
	await pen.expectDigit('0');
});

test('the network trained a moment ago answers, too', async ({ page }) => {
	await open(page, 'chapter/13/');
	await expectPack(page);
	const pen = new Pen(page.getByRole('region', { name: 'Draw a digit', exact: true }));
	const mine = pen.root.getByRole('button', { name: /^the one you trained/ });
	await expect(mine).toBeDisabled();

	const card = new Card(page, '13.4');
	await card.root.scrollIntoViewIfNeeded();
	await card.set('batch', '64');
	await card.train();
	await card.reaches(60);
	await card.control('Stop').click();
	await expect(card.progress).toContainText('stopped in epoch 1', { timeout: SLOW });

	await pen.draw(digits['1']);
	await pen.expectDigit('1');
	await expect(pen.root.getByText(/^Trained by this project: experiment /)).toBeVisible();
	const shipped = await pen.probabilities();
	await expect(mine).toBeEnabled();
	await mine.click();
	await expect(mine).toHaveAttribute('aria-pressed', 'true');
	await expect(pen.root.getByText('Trained by you on this device: experiment 13.4.')).toBeVisible();
	await expect.poll(() => pen.probabilities(), { timeout: SLOW }).not.toEqual(shipped);
	// Sixty steps are enough for a plain stroke.
	await pen.expectDigit('1');
	await pen.root.getByRole('button', { name: /^shipped model/ }).click();
	await expect.poll(() => pen.probabilities(), { timeout: SLOW }).toEqual(shipped);
});
