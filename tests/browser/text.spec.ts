// The experiment as text: what is wrong with it is said, with the line, in both languages.

import { Card, expect, open, SLOW, switchTo, test } from './site.ts';

type Mistake = {
	from: string;
	to: string;
	/** The line that is named begins here, if not at `from`: what a whole layer has wrong. */
	at?: string;
	en: RegExp;
	zh: RegExp;
};

const mistakes: Mistake[] = [
	{
		from: 'units = 128',
		to: 'unitz = 128',
		en: /no field “unitz”.*“units”/,
		zh: /没有“unitz”这一项.*“units”/
	},
	{ from: 'units = 128', to: 'units = 0', en: /0 is out of range.*from 1 to/, zh: /0 超出范围.*请取 1 到/ },
	{
		from: 'kernel_size = 5',
		to: 'kernel_size = 29',
		at: '[[layers]]\ntype = "Conv2D"',
		en: /window of 29×29 does not fit|29 is out of range/,
		zh: /29×29 的窗口放不进|29 超出范围/
	},
	{ from: 'epochs = 10', to: 'epochs = "ten', en: /cannot be read/, zh: /这一行读不懂/ }
];

test('problems of the text come with their line in both languages', async ({ page }) => {
	await open(page, 'chapter/13/');
	const card = new Card(page, '13.4');
	await card.root.scrollIntoViewIfNeeded();
	await card.tab('Text').click();
	const area = card.panel.getByRole('textbox', { name: 'The experiment as text' });
	const printed = await area.inputValue();
	const status = card.panel.getByRole('status');
	await expect(status).toHaveText('As printed.');

	for (const { from, to, at = from, en, zh } of mistakes) {
		expect(printed).toContain(from);
		const line = printed.slice(0, printed.indexOf(at)).split('\n').length;
		await area.fill(printed.replace(from, to));
		await expect(status).toContainText('Not applied.', { timeout: SLOW });
		// One slip can have consequences elsewhere: the field that is missing now is named, too.
		const problem = status.locator('li').filter({ hasText: en });
		const place = problem.getByRole('button', { name: new RegExp(`^line ${line}, column \\d+$`) });
		await expect(place).toBeVisible();
		// A problem is no start, and the last good version stays on show.
		await expect(card.control('Train')).toBeDisabled();
		await expect(card.root.locator('header')).toContainText('592,074 parameters');

		// The place leads there.
		await place.click();
		await expect(area).toBeFocused();
		const cursor = await area.evaluate((element: HTMLTextAreaElement) => element.selectionStart);
		expect((await area.inputValue()).slice(0, cursor).split('\n').length).toBe(line);

		await switchTo(page, 'zh');
		await expect(status.locator('li').filter({ hasText: zh }).getByRole('button')).toHaveText(
			new RegExp(`^第 ${line} 行第 \\d+ 列$`)
		);
		await switchTo(page, 'en');
		await card.panel.getByRole('button', { name: 'As printed' }).click();
		await expect(area).toHaveValue(printed);
		await expect(status).toHaveText('As printed.');
		await expect(card.control('Train')).toBeEnabled();
	}
});

test('a good change is applied: drawing, settings and parameters follow', async ({ page }) => {
	await open(page, 'chapter/13/');
	const card = new Card(page, '13.4');
	await card.root.scrollIntoViewIfNeeded();
	await card.tab('Text').click();
	const area = card.panel.getByRole('textbox', { name: 'The experiment as text' });
	const printed = await area.inputValue();
	await area.fill(
		printed.replace('filters = 32', 'filters = 4').replace('batch_size = 200', 'batch_size = 50')
	);
	// 4·(25+1) + (4·12·12·128 + 128) + 1290
	await expect(card.panel.getByRole('status')).toContainText('Applied: 75,250 parameters', { timeout: SLOW });
	await expect(card.root.locator('header')).toContainText('75,250 parameters');
	await expect(card.setting('batch')).toHaveValue('50');
	// The address carries it to another reader.
	await expect(page).toHaveURL(/#e=13\.4&t=/);
	await page.reload();
	await expect(card.setting('batch')).toHaveValue('50', { timeout: SLOW });
	await card.tab('Text').click();
	await card.panel.getByRole('button', { name: 'As printed' }).click();
	await expect(card.root.locator('header')).toContainText('592,074 parameters');
	// The open tab stays in the address, the text does not.
	await expect(page).not.toHaveURL(/[&]t=/);
	await expect(page).toHaveURL(/#e=13\.4&tab=text$/);
});
