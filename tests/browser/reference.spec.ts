// The page Reference: found, filtered, linked to, and whole without a script.

import { Card, expect, open, test } from './site.ts';

test('every name leads to its entry, and back comes the page as it was', async ({ page }) => {
	await open(page, '');
	await page.locator('#rail').getByRole('link', { name: 'Reference' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Reference');
	const contents = page.getByRole('navigation', { name: 'Contents' });
	const names = contents.getByRole('listitem');
	const all = await names.count();
	expect(all).toBeGreaterThan(80);
	await expect(page.getByRole('article')).toHaveCount(all);

	await contents.getByRole('link', { name: 'Conv2D', exact: true }).click();
	await expect(page).toHaveURL(/#layers-Conv2D$/);
	const entry = page.getByRole('article', { name: 'Conv2D', exact: true });
	await expect(entry).toBeInViewport();
	await expect(entry).toContainText('A window slides over a picture');
	await expect(entry.locator('math').first()).toBeVisible();
	await expect(entry.getByRole('rowheader', { name: /kernel_size/ })).toContainText('must be written');
	await expect(entry).toContainText('28×28×1 → 24×24×32, 832 parameters');
});

test('the filter leaves what has all the words, and says so', async ({ page }) => {
	await open(page, 'reference/');
	const box = page.getByRole('searchbox', { name: 'Find' });
	const articles = page.getByRole('article');
	const all = await articles.count();
	await box.fill('glorot uniform');
	await expect(page.getByRole('article', { name: 'glorot_uniform', exact: true })).toBeVisible();
	await expect.poll(() => articles.count()).toBeLessThan(6);
	const left = await articles.count();
	await expect(page.getByRole('search').getByRole('status')).toHaveText(`${left} of ${all}`);
	await expect(page.getByRole('navigation', { name: 'Contents' }).getByRole('listitem')).toHaveCount(left);
	await expect(page.getByRole('heading', { name: 'Layers', exact: true })).toHaveCount(0);

	await box.fill('flux capacitor');
	await expect(page.getByRole('alert')).toContainText('flux capacitor');
	await expect(articles).toHaveCount(0);
	await box.press('Escape');
	await expect(articles).toHaveCount(all);

	// A link to something that is filtered away shows it.
	await box.fill('kernel_initializer lstm');
	await page
		.getByRole('article', { name: 'LSTM' })
		.getByRole('link', { name: 'constraints' })
		.first()
		.click();
	await expect(page.getByRole('article', { name: 'max_norm', exact: true })).toBeVisible();
	await expect(box).toHaveValue('');
});

test('a layer of an experiment leads to its entry', async ({ page }) => {
	await open(page, 'chapter/13/');
	const card = new Card(page, '13.4');
	await card
		.button(/^MaxPool/)
		.first()
		.click();
	await card.root.getByRole('link', { name: 'In the reference' }).click();
	await expect(page).toHaveURL(/reference\/#layers-MaxPooling2D$/);
	await expect(page.getByRole('article', { name: 'MaxPooling2D', exact: true })).toBeInViewport();
});

test('without a script it is a plain list', async ({ browser, baseURL }) => {
	const context = await browser.newContext({ baseURL, javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto('./zh/reference/');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('参考');
	expect(await page.getByRole('article').count()).toBeGreaterThan(80);
	await expect(page.getByRole('searchbox')).toHaveCount(0);
	await page.getByRole('link', { name: 'LSTM', exact: true }).first().click();
	await expect(page.getByRole('article', { name: 'LSTM', exact: true })).toBeInViewport();
	await context.close();
});
