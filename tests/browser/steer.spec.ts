// Steering a run: another learning rate, pause, single steps, more epochs; all of it is taken down.

import { listen, rewrite, SMALL, take } from './heard.ts';
import { cardOf, expect, SLOW, switchTo, test } from './site.ts';

const finished = { timeout: SLOW };

test('another learning rate holds from the next update on, is noted, and comes back after a reload', async ({
	page
}) => {
	await listen(page);
	const card = await cardOf(page, '13.4');
	await card.set('batch', '64');
	await card.train();
	await card.reaches(5);
	const rate = card.setting('learning rate');
	await rate.fill('0.0004');
	await rate.press('Enter');
	const { step: then } = (await card.position()) ?? { step: 0 };
	await card.reaches(then + 6);
	await card.pause();
	const { steps } = await take(page);
	const rates = steps.map(({ learning_rate }) => learning_rate);
	const at = rates.indexOf(0.0004);
	// In one go, without a gap, and never back.
	expect(steps.map(({ update }) => update)).toEqual(steps.map((_, index) => index + 1));
	expect(at).toBeGreaterThanOrEqual(4);
	// The page shows a step a little later than it was made.
	expect(at).toBeLessThanOrEqual(then + 30);
	expect(new Set(rates.slice(0, at))).toEqual(new Set([0.001]));
	expect(new Set(rates.slice(at))).toEqual(new Set([0.0004]));

	const log = card.root.locator('details', { hasText: 'Done by hand' });
	await log.locator('summary').click();
	await expect(log.locator('li')).toHaveText([
		`after update ${at}: learning rate 0.001 → 0.0004`,
		`after update ${steps.length}: paused`
	]);
	await switchTo(page, 'zh');
	await expect(card.root.getByText(`第 ${at} 次更新后：学习率 0.001 → 0.0004`)).toBeAttached();
	await switchTo(page, 'en');

	// What was saved has both: the rate and the story of it.
	await page.reload();
	await card.root.locator('.notice.saved').getByRole('button', { name: 'Continue', exact: true }).click();
	await expect(card.control('Pause')).toBeVisible(finished);
	await card.reaches(steps.length + 2);
	await expect(rate).toHaveValue('0.0004');
	await card.pause();
	const later = (await take(page)).steps;
	expect(later[0]?.update).toBe(steps.length + 1);
	expect(new Set(later.map(({ learning_rate }) => learning_rate))).toEqual(new Set([0.0004]));
	await log.locator('summary').click();
	await expect(log.locator('li').nth(0)).toHaveText(`after update ${at}: learning rate 0.001 → 0.0004`);
	await expect(log.locator('li').nth(2)).toHaveText(`after update ${steps.length}: continued`);
});

test('a single step shows what it did: losses, gradients, and how far the weights went', async ({ page }) => {
	await listen(page);
	const card = await cardOf(page, '13.3');
	// Plain descent: the weights move by the rate times the gradient, so that each figure checks the other.
	await rewrite(card, [
		...SMALL,
		['name = "adam", learning_rate = 0.001', 'name = "sgd", learning_rate = 0.25']
	]);
	const panel = card.root.getByRole('region', { name: /^What update \d+ did$/ });
	for (let update = 1; update <= 2; update += 1) {
		await card.control('Step').click();
		await expect(panel).toHaveAccessibleName(`What update ${update} did`, finished);
		const said = (await panel.getByRole('status').textContent()) ?? '';
		const found = /Loss of these 200 rows: ([\d.]+) before, ([\d.]+) after\. Learning rate 0\.25\./.exec(
			said
		);
		const [before, after] = [Number(found?.[1]), Number(found?.[2])];
		const { steps } = await take(page);
		expect(steps).toHaveLength(1);
		expect(before).toBeCloseTo(steps[0]?.loss ?? NaN, 3);
		expect(after).toBeLessThan(before);
		// Rows: two layers with weights.
		const rows = panel.locator('tbody tr');
		await expect(rows).toHaveCount(2);
		for (const row of await rows.all()) {
			const [gradient, largest, moved] = (await row.locator('td.num').allTextContents()).map(Number);
			expect(gradient).toBeGreaterThan(0);
			expect(largest).toBeGreaterThan(0);
			expect(largest).toBeLessThanOrEqual(gradient ?? 0);
			expect(Math.abs((moved ?? 0) / (0.25 * (gradient ?? 1)) - 1)).toBeLessThan(0.01);
		}
		await expect(panel.getByRole('status')).toContainText(/The largest gradient is in dense_[12]\./);
	}
	// A run that goes on has no single step to show.
	await card.control('Continue').click();
	await expect(panel).toHaveCount(0);
	await card.control('Stop').click();
});

test('more epochs after the end are those that the text would have asked for', async ({ page }) => {
	await listen(page);
	const card = await cardOf(page, '13.3');
	await rewrite(card, [...SMALL, ['epochs = 10', 'epochs = 3']]);
	await card.train();
	await expect(card.progress).toContainText('finished · 3 epochs', finished);
	const whole = await take(page);
	expect(whole.steps).toHaveLength(30);
	await card.control('Reset').click();

	await rewrite(card, [['epochs = 3', 'epochs = 1']]);
	await card.train();
	await expect(card.progress).toContainText(/finished · 1 epoch(?!s)/, finished);
	const form = card.root.getByRole('form', { name: 'More epochs' });
	const field = form.getByRole('textbox', { name: 'How many more' });
	await field.fill('0');
	await expect(form).toContainText('From 1 to 1000, please.');
	await field.press('Enter');
	await field.fill('2');
	await form.getByRole('button', { name: 'Train 2 more epochs' }).click();
	await expect(card.progress).toContainText('finished · 3 epochs', finished);
	const parts = await take(page);
	// Number by number: every loss, and what was measured after every epoch.
	expect(parts.steps.map(({ loss }) => loss)).toEqual(whole.steps.map(({ loss }) => loss));
	expect(parts.epochs.map(({ test }) => test)).toEqual(whole.epochs.map(({ test }) => test));
	await expect(card.setting('epochs')).toHaveValue('3');
	await card.root.locator('details', { hasText: 'Done by hand' }).locator('summary').click();
	await expect(card.root.getByText('after update 10: epochs 1 → 3')).toBeVisible();

	// Also on another visit.
	await page.reload();
	await card.root.getByRole('button', { name: 'Bring it back' }).click();
	await expect(card.progress).toContainText('finished · 3 epochs', finished);
	await field.fill('1');
	await form.getByRole('button', { name: 'Train 1 more epoch', exact: true }).click();
	await expect(card.progress).toContainText('finished · 4 epochs', finished);
	const last = await take(page);
	expect(last.steps.map(({ update }) => update)).toEqual(Array.from({ length: 10 }, (_, i) => 31 + i));
});
