// What every page keeps to: accessible, quiet, lean, usable by keyboard and on a small screen.

import type { Page } from '@playwright/test';
import { violations } from './axe.ts';
import { rewrite, SMALL } from './heard.ts';
import { alive, Card, cardOf, expect, expectPack, type Lang, open, SLOW, switchTo, test } from './site.ts';

const pages = [
	'',
	'chapter/13/',
	'speed/',
	'reference/',
	// One of each kind that a chapter does not show yet.
	'lab/',
	'lab/6.2/',
	'lab/7.5/',
	'lab/10.3/',
	'lab/10.4.3/',
	'lab/22-TALE/',
	'lab/002-CONVEXAMPLE/'
];
const langs: Lang[] = ['en', 'zh'];

for (const path of pages) {
	for (const lang of langs) {
		for (const theme of ['light', 'dark'] as const) {
			test(`accessible: /${path} in ${lang}, ${theme}`, async ({ page }) => {
				await page.addInitScript((value) => localStorage.setItem('fireside.theme', value), theme);
				await open(page, path, lang);
				await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
				// Some entries of every kind: looking through all of them takes a minute and finds the same.
				if (path === 'reference/') await page.getByRole('searchbox').fill('sigmoid');
				expect(await violations(page)).toEqual([]);
			});
		}
	}
}

for (const theme of ['light', 'dark'] as const) {
	test(`accessible in use: a paused run, an open layer, an open text, problems, ${theme}`, async ({
		page
	}) => {
		await page.addInitScript((value) => localStorage.setItem('fireside.theme', value), theme);
		const card = await cardOf(page, '13.4');
		await card.control('Step').click();
		await card.reaches(1);
		await expect(card.control('Continue')).toBeEnabled();
		await card
			.button(/^Conv2D/)
			.first()
			.click();
		await card.tab('Confusion').click();
		await card.panel.getByRole('button', { name: 'Show what it got wrong' }).click();
		await expect(card.panel.locator('tbody tr')).toHaveCount(10, { timeout: SLOW });
		const other = new Card(page, '13.3');
		await other.tab('Text').click();
		const area = other.panel.getByRole('textbox');
		await area.fill((await area.inputValue()).replace('units = 784', 'units = 0'));
		await expect(other.panel.getByRole('status')).toContainText('Not applied.', { timeout: SLOW });
		expect(await violations(page)).toEqual([]);
	});
}

for (const [theme, lang] of [
	['light', 'zh'],
	['dark', 'en']
] as const) {
	test(`accessible in use: runs laid over each other, a crash, a forecast, the inside, ${theme}, ${lang}`, async ({
		page
	}) => {
		await page.addInitScript((value) => localStorage.setItem('fireside.theme', value), theme);
		const runs = await cardOf(page, '13.3');
		await rewrite(runs, [...SMALL, ['epochs = 10', 'epochs = 2']]);
		for (const button of ['Train', 'Train again']) {
			await runs.control(button).click();
			await expect(runs.progress).toContainText('finished', { timeout: SLOW });
			await runs.set('learning rate', '0.01');
		}

		// A crash has a forecast beside it: it can be begun again.
		const crash = new Card(page, '13.4');
		await rewrite(crash, [
			['scale = 255', 'scale = 255\ntrain_rows = 2000'],
			['activation = "softmax"', 'activation = "linear"'],
			['"categorical_crossentropy"', '"mean_squared_error"'],
			['name = "adam", learning_rate = 0.001', 'name = "sgd", learning_rate = 50']
		]);
		await crash.train();
		await expect(crash.alert.getByRole('button')).toHaveCount(2, { timeout: SLOW });
		await expect(crash.root.locator('.forecast')).toBeVisible();

		const inside = new Card(page, '13.5');
		await inside.root.scrollIntoViewIfNeeded();
		await inside.control('Step').click();
		await inside.reaches(1);
		await inside.tab('Inside').click();
		await inside.panel.getByRole('button', { name: 'Show', exact: true }).click();
		await expect(inside.panel.locator('details')).toBeVisible({ timeout: SLOW });

		// What is open in a tab is closed by the change of the language, the tabs are not.
		await switchTo(page, lang);
		await runs.tab(/^(Runs|运行)/).click();
		await runs.panel
			.getByRole('button', { name: /^Details of|的详情$/ })
			.first()
			.click();
		for (const box of await runs.panel.getByRole('checkbox').all()) await box.check();
		await expect(runs.panel.locator('figure.chart canvas')).toHaveCount(2);
		await runs.panel.locator('summary').first().click();
		await expect(crash.alert.getByRole('button')).toHaveCount(2);
		await expect(inside.panel.locator('details')).toBeVisible();
		await expect(inside.root.locator('.one')).toBeVisible();
		expect(await violations(page)).toEqual([]);
	});
}

test('nothing heavy is fetched before it is needed', async ({ page, watch }) => {
	const heavy = () => watch.requests.filter((url) => /\.wasm|\/packs\/|\.safetensors|worker/.test(url));
	await open(page, '');
	await page.waitForLoadState('networkidle');
	await page.waitForTimeout(1000);
	expect(heavy()).toEqual([]);
	// The pen comes near: now the model is worth fetching.
	await page.getByRole('application').hover();
	await expect.poll(() => heavy().some((url) => url.includes('.wasm')), { timeout: SLOW }).toBe(true);
	await expect.poll(() => heavy().some((url) => url.includes('.safetensors')), { timeout: SLOW }).toBe(true);
	expect(heavy().filter((url) => url.includes('/packs/'))).toEqual([]);
});

test('the chapter fetches its engine with the wall or with Train, not before', async ({ page, watch }) => {
	await page.setViewportSize({ width: 1280, height: 400 });
	const heavy = () => watch.requests.filter((url) => /\.wasm|\/packs\/|\.safetensors/.test(url));
	await open(page, 'chapter/13/');
	await page.waitForLoadState('networkidle');
	await page.waitForTimeout(1000);
	expect(heavy()).toEqual([]);
	await page.locator('[id="e13.2"]').scrollIntoViewIfNeeded();
	await expect.poll(() => heavy().some((url) => url.includes('.wasm')), { timeout: SLOW }).toBe(true);
	await expectPack(page);
	// One shard of pictures is enough to look at.
	expect(heavy().filter((url) => /train-00[1-9]/.test(url))).toEqual([]);
});

test('keyboard only: to Train, start, pause, and through the tabs', async ({ page }) => {
	await open(page, 'chapter/13/');
	const card = new Card(page, '13.3');
	await page.keyboard.press('Tab');
	await expect(page.getByRole('link', { name: 'Skip to the text' })).toBeFocused();
	await page.keyboard.press('Enter');
	const train = card.control('Train');
	const isFocused = () => train.evaluate((element) => element === document.activeElement);
	for (let presses = 0; presses < 60 && !(await isFocused()); presses++) await page.keyboard.press('Tab');
	await expect(train).toBeFocused();
	await page.keyboard.press('Enter');
	await card.reaches(2);
	// The button stays one and the same: the focus is still there.
	await expect(card.control('Pause')).toBeFocused();
	await page.keyboard.press('Space');
	await expect(card.progress).toContainText('paused', { timeout: SLOW });

	await card.tab('What it got wrong').focus();
	await page.keyboard.press('ArrowRight');
	await expect(card.tab('Confusion')).toBeFocused();
	await expect(card.tab('Confusion')).toHaveAttribute('aria-selected', 'true');
	await page.keyboard.press('End');
	await expect(card.tab('Runs')).toHaveAttribute('aria-selected', 'true');
});

for (const lang of langs) {
	test(`no sideways scrolling on a small screen, ${lang}`, async ({ page }) => {
		await page.setViewportSize({ width: 390, height: 844 });
		for (const path of pages) {
			await open(page, path, lang);
			const card = new Card(page, '13.4');
			if (path.startsWith('chapter')) {
				for (const tab of [/^(Text|文本)$/, /^(Runs|运行)$/]) {
					await card.tab(tab).click();
					expect(await overflow(page), `/${path}`).toEqual([]);
				}
			}
			expect(await overflow(page), `/${path}`).toEqual([]);
		}
	});
}

/** What stands out to the right of the page. */
function overflow(page: Page): Promise<string[]> {
	return page.evaluate(() => {
		const { documentElement: root } = document;
		if (root.scrollWidth <= root.clientWidth) return [];
		return [...document.querySelectorAll('body *')]
			.filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1)
			.map((element) => `${element.tagName}.${element.className}`)
			.slice(0, 10);
	});
}

test('from the click to the first step, everything cached', async ({ page }) => {
	await open(page, 'chapter/13/');
	const card = new Card(page, '13.4');
	await card.control('Step').click();
	await card.reaches(1);
	await expect(card.control('Continue')).toBeEnabled();
	await card.control('Reset').click();
	await expect(card.control('Train')).toBeEnabled();

	const times: number[] = [];
	for (let visit = 0; visit < 3; visit++) {
		await page.reload();
		await alive(page);
		await page.waitForLoadState('networkidle');
		await card.root.scrollIntoViewIfNeeded();
		await expect(card.control('Train')).toBeEnabled();
		const time = await card.root.evaluate(
			(root) =>
				new Promise<number>((resolve) => {
					const button = root.querySelector<HTMLButtonElement>('button.main');
					const began = performance.now();
					const observer = new MutationObserver(() => {
						if (!/step \d+ of \d+/.test(root.querySelector('.progress p')?.textContent ?? '')) return;
						observer.disconnect();
						resolve(performance.now() - began);
					});
					observer.observe(root, { subtree: true, childList: true, characterData: true });
					button?.click();
				})
		);
		times.push(time);
		await card.control('Stop').click();
		await expect(card.control('Train again')).toBeEnabled({ timeout: SLOW });
		await card.control('Reset').click();
		await expect(card.progress).toHaveCount(0);
	}
	console.log(`click to first step: ${times.map((time) => `${time.toFixed(0)} ms`).join(', ')}`);
	// The aim is 1.5 s on an idle machine; this bound is for busy ones.
	expect(Math.min(...times)).toBeLessThan(6000);
});
