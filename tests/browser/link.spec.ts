// The address is the state: what it carries arrives, and what it should not carry does nothing.

import { listen, rewrite, SMALL, take } from './heard.ts';
import { alive, Card, cardOf, expect, open, SLOW, test } from './site.ts';

test('a copied link brings settings, tab, language, and hides what it was told to', async ({
	page,
	context,
	browser,
	baseURL
}) => {
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	const card = await cardOf(page, '13.4');
	await card.set('seed', '9');
	await card.tab('Inside').click();
	await expect(page).toHaveURL(/#e=13\.4&s\.seed=9&tab=inside$/);
	const share = card.root.locator('details.share');
	await share.locator('summary').click();
	await share.getByLabel('Language').selectOption('zh');
	await share.getByLabel('settings').check();
	await share.getByRole('button', { name: 'Copy the link' }).click();
	await expect(share.getByText('Copied.')).toBeVisible();
	const link = await page.evaluate(() => navigator.clipboard.readText());
	expect(link).toBe(`${baseURL}zh/chapter/13/#e=13.4&s.seed=9&tab=inside&hide=settings`);
	await expect(share.getByRole('textbox', { name: 'The link' })).toHaveValue(link);
	// The link follows the card.
	await card.tab('Text').click();
	await expect(share.getByRole('textbox', { name: 'The link' })).toHaveValue(link.replace('inside', 'text'));

	const other = await browser.newContext();
	const reader = await other.newPage();
	await reader.goto(link);
	await alive(reader);
	const theirs = new Card(reader, '13.4');
	await expect(theirs.tab('内部')).toHaveAttribute('aria-selected', 'true', { timeout: SLOW });
	await expect(theirs.root).toBeInViewport();
	await expect(theirs.root.getByRole('group', { name: '设置', exact: true })).toHaveCount(0);
	await expect(theirs.tab('文本')).toBeVisible();
	// A layer's own form is a setting, too.
	await theirs
		.button(/^Conv2D/)
		.first()
		.click();
	await expect(theirs.root.locator('.panel select, .panel input').first()).toBeDisabled();
	await theirs.button('全部显示').click();
	await expect(theirs.root.getByRole('group', { name: '设置', exact: true })).toBeVisible();
	await expect(theirs.setting('种子')).toHaveValue('9');
	await expect(reader).toHaveURL(/#e=13\.4&s\.seed=9&tab=inside$/);
	await other.close();
});

test('the address follows the tab and what is hidden, and goes back to nothing', async ({ page }) => {
	await open(page, 'chapter/13/');
	const card = new Card(page, '13.3');
	await card.tab('Confusion').click();
	await expect(page).toHaveURL(/#e=13\.3&tab=confusion$/);
	await page.reload();
	await expect(card.tab('Confusion')).toHaveAttribute('aria-selected', 'true');
	await card.tab('What it got wrong').click();
	await expect(page).not.toHaveURL(/#/);

	// Pasted into the same tab of the browser.
	await page.evaluate(() => (location.hash = '#e=13.3&hide=text,settings&tab=runs'));
	await expect(card.tab('Runs')).toHaveAttribute('aria-selected', 'true');
	await expect(card.tab('Text')).toHaveCount(0);
	await expect(card.root.getByRole('group', { name: 'Settings' })).toHaveCount(0);
	await card.button('Show everything').click();
	await expect(card.tab('Text')).toBeVisible();
	await expect(page).toHaveURL(/#e=13\.3&tab=runs$/);
});

test('a link starts the training at once, but not over a run that is there', async ({ page }) => {
	await listen(page);
	const card = await cardOf(page, '13.3');
	await rewrite(card, [...SMALL, ['epochs = 10', 'epochs = 2']]);
	const share = card.root.locator('details.share');
	await share.locator('summary').click();
	await share.getByLabel('Start the training at once').check();
	const field = share.getByRole('textbox', { name: 'The link' });
	await expect(field).toHaveValue(/#e=13\.3&t=.+&go=1$/);
	const link = await field.inputValue();

	await page.goto('about:blank');
	await page.goto(link);
	await expect(card.progress).toContainText('finished · 2 epochs', { timeout: SLOW });
	expect((await take(page)).steps).toHaveLength(20);
	// Once: the address that is left does not start again.
	await expect(page).toHaveURL(/#e=13\.3&t=[^&]+&tab=text$|#e=13\.3&t=[^&]+$/);
	await page.reload();
	await expect(card.root.getByRole('button', { name: 'Bring it back' })).toBeVisible({ timeout: SLOW });
	expect((await take(page)).asked).not.toContain('play');

	await page.goto('about:blank');
	await page.goto(link);
	await expect(card.root.getByText('The link asks to train at once. A run is here already')).toBeVisible({
		timeout: SLOW
	});
	await expect(card.root.getByRole('button', { name: 'Bring it back' })).toBeVisible();
	const { asked } = await take(page);
	expect(asked).not.toContain('play');
	expect(asked).not.toContain('reset');
});

const long = 'A'.repeat(20_000);
const hostile: [what: string, hash: string][] = [
	['markup as a tab', 'e=13.4&tab=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E'],
	['a tab that is none', 'e=13.4&tab=constructor'],
	['a prototype as hidden part', 'e=13.4&hide=__proto__,constructor'],
	['markup as an experiment, to start', 'e=%3Cscript%3Ealert(1)%3C/script%3E&go=1'],
	['a prototype as an experiment, to start', 'e=__proto__&go=1'],
	['another page’s experiment, to start', 'e=99.9&go=1'],
	['a damaged text, to start', 'e=13.4&t=AAAA&go=1'],
	['a text that is no text, to start', 'e=13.4&t=javascript:alert(1)&go=1'],
	['a path with markup, to start', 'e=13.4&s.%3Cimg%3E=1&go=1'],
	['a place that is not there, to start', 'e=13.4&s.no.such.place=1&go=1'],
	['an unknown key, to start', 'e=13.4&onload=alert(1)&go=1'],
	['an endless address, to start', `e=13.4&t=${long}&go=1`],
	['another word for yes', 'e=13.4&go=true']
];

test('a hostile address does nothing', async ({ page }) => {
	await listen(page);
	let dialogs = 0;
	page.on('dialog', (dialog) => {
		dialogs += 1;
		void dialog.dismiss();
	});
	for (const [what, hash] of hostile) {
		await page.goto('about:blank');
		await page.goto(`./chapter/13/#${hash}`);
		await alive(page);
		const card = new Card(page, '13.4');
		// Asking the engine about the text takes its time.
		await page.waitForTimeout(what.includes('place') ? 6000 : 1200);
		await expect(card.control('Train'), what).toBeEnabled();
		await expect(card.root.locator('.changed'), what).toHaveCount(0);
		await expect(card.progress, what).toHaveCount(0);
		await expect(card.root.getByRole('tab', { selected: true }), what).toHaveText('What it got wrong');
		await expect(card.root.getByRole('group', { name: 'Settings' }), what).toBeVisible();
		const { asked } = await take(page);
		expect(asked, what).not.toContain('prepare');
		expect(asked, what).not.toContain('play');
		await expect(page.locator('img[src="x"]'), what).toHaveCount(0);
	}
	expect(dialogs).toBe(0);
});
