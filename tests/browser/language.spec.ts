// Language and colours: switched, remembered, and complete.

import type { Page } from '@playwright/test';
import { alive, Card, cardOf, expect, open, switchTo, test } from './site.ts';

/** Every text that can be seen or heard in the page, code and formulas left out. */
function texts(page: Page): Promise<string[]> {
	return page.evaluate(() => {
		const skip =
			'script, style, code, pre, textarea, math, .katex, .mono, body [lang="en"], [translate="no"], select';
		const found: string[] = [];
		const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		for (let node = walker.nextNode(); node; node = walker.nextNode()) {
			const text = node.textContent?.trim() ?? '';
			if (text !== '' && !node.parentElement?.closest(skip)) found.push(text);
		}
		for (const element of document.querySelectorAll('[aria-label], [title]')) {
			if (element.closest(skip)) continue;
			found.push(element.getAttribute('aria-label') ?? '', element.getAttribute('title') ?? '');
		}
		return found;
	});
}

/** Three plain English words in a row: a sentence, not a name. */
function english(all: string[]): string[] {
	return all.filter((text) => /\b[a-z]{2,}[,;]? [a-z]{2,}[,;]? [a-z]{2,}\b/.test(text));
}
/** Letters of a Chinese text. */
const chinese = (all: string[]) => all.filter((text) => /[\u4e00-\u9fff]{2}/.test(text));

test('English and Chinese: switched, remembered, nothing left behind', async ({ page }) => {
	await open(page, '');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Learn deep learning where it happens.');
	expect(english(await texts(page)).length).toBeGreaterThan(3);
	// The names of the switch are each in their own language.
	const foreign = () =>
		texts(page).then((all) => chinese(all).filter((text) => !/^(中文|简体中文)$/.test(text)));
	// What is spoken follows a moment later.
	await expect.poll(foreign).toEqual([]);

	await switchTo(page, 'zh');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('在发生的地方，学会深度学习。');
	await expect(page).toHaveURL(/\/zh\/$/);
	await expect.poll(() => texts(page).then(english)).toEqual([]);
	await page.reload();
	await alive(page);
	await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
	// The bare address of the site remembers, too, and the next page is in the same language.
	await page.goto('./');
	await expect(page).toHaveURL(/\/zh\/$/);
	await alive(page);
	await page.locator('#rail a[href*="chapter/13"]').click();
	await expect(page).toHaveURL(/\/zh\/chapter\/13\/$/);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(/[\u4e00-\u9fff]{2}/);
	await expect(new Card(page, '13.4').control('训练')).toBeVisible();
	const card = new Card(page, '13.4');
	for (const tab of ['混淆矩阵', '文本', '运行', '它认错了什么']) {
		await card.tab(tab).click();
		expect(english(await texts(page)), tab).toEqual([]);
	}

	// Back: the place in the page stays, the words change.
	await switchTo(page, 'en');
	await expect(page).toHaveURL(/\/chapter\/13\/$/);
	await expect(card.control('Train')).toBeVisible();
	await expect.poll(foreign).toEqual([]);
	await page.goto('./');
	await expect(page).not.toHaveURL(/\/zh\//);
	await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

test('the reference is Chinese in Chinese and English in English', async ({ page }) => {
	await open(page, 'reference/', 'zh');
	expect(english(await texts(page))).toEqual([]);
	await switchTo(page, 'en');
	await expect(page).toHaveURL(/\/reference\/$/);
	const foreign = () =>
		texts(page).then((all) => chinese(all).filter((text) => !/^(中文|简体中文)$/.test(text)));
	await expect.poll(foreign).toEqual([]);
});

test('a run goes on while the language changes', async ({ page }) => {
	const card = await cardOf(page, '13.3');
	await card.train();
	const before = await card.reaches(3);
	await switchTo(page, 'zh');
	await expect(card.progress).toContainText(/第 1 轮，共 10 轮 · \d+ \/ 300 步/);
	await expect(card.control('暂停')).toBeVisible();
	await expect(card.progress).toContainText('每步');
	await expect.poll(() => texts(page).then(english)).toEqual([]);
	await switchTo(page, 'en');
	const after = await card.reaches(before.step + 1);
	expect(after.step).toBeGreaterThan(before.step);
	await card.control('Stop').click();
});

test('dark and light are remembered', async ({ page }) => {
	const root = page.locator('html');
	await open(page, '');
	await expect(root).toHaveAttribute('data-theme', 'light');
	const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
	const light = await paper();
	const rail = page.locator('#rail');
	await rail.getByRole('button', { name: 'Dark' }).click();
	await expect(root).toHaveAttribute('data-theme', 'dark');
	await expect(rail.getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true');
	expect(await paper()).not.toBe(light);
	await page.reload();
	await expect(root).toHaveAttribute('data-theme', 'dark');
	await page.locator('#rail a[href*="chapter/13"]').click();
	await expect(page).toHaveURL(/chapter\/13\/$/);
	await expect(root).toHaveAttribute('data-theme', 'dark');
	await alive(page);
	await rail.getByRole('button', { name: 'Light' }).click();
	await page.reload();
	await expect(root).toHaveAttribute('data-theme', 'light');
	expect(await paper()).toBe(light);
});

test('a new reader with a Chinese, dark system gets both', async ({ browser, baseURL }) => {
	const context = await browser.newContext({ baseURL, locale: 'zh-CN', colorScheme: 'dark' });
	const page = await context.newPage();
	await page.goto('./');
	await expect(page).toHaveURL(/\/zh\/$/);
	await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
	await context.close();
});
