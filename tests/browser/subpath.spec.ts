// The same site for a host that serves it below a path; run there, too.

import { Card, expect, expectPack, open, switchTo, test } from './site.ts';

test('pages, engine and data are found wherever the site lies @subpath', async ({ page, baseURL, watch }) => {
	const base = new URL(baseURL ?? '').pathname;
	await open(page, '');
	await page.locator('#rail a[href*="chapter/13"]').click();
	await expect(page).toHaveURL((url) => url.pathname === `${base}chapter/13/`);
	await expectPack(page);
	const card = new Card(page, '13.4');
	await card.root.scrollIntoViewIfNeeded();
	await card.control('Step').click();
	const position = await card.reaches(1);
	expect(position).toEqual({ epoch: 1, epochs: 10, step: 1, steps: 300 });
	await expect(card.control('Continue')).toBeEnabled();

	await switchTo(page, 'zh');
	await expect(page).toHaveURL((url) => url.pathname === `${base}zh/chapter/13/`);
	await expect(card.control('继续')).toBeEnabled();
	await page.goto('./');
	await expect(page).toHaveURL((url) => url.pathname === `${base}zh/`);
	await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');

	const outside = watch.requests.filter(
		(url) => !/^(data|blob):/.test(url) && !new URL(url).pathname.startsWith(base)
	);
	expect(outside).toEqual([]);
});
