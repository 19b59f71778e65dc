// A tab in the background, a pause, a machine that slept: training goes on, the title tells, and the time that is left
// is what it was.

import type { Browser, Page } from '@playwright/test';
import { recordLosses, takeLosses } from './losses.ts';
import { Card, expect, expectPack, open, SLOW, switchTo, test } from './site.ts';

/**
 * How far an estimate may be off afterwards: a machine that is busy with other things takes up to three times as long.
 * With the sleep taken for work it is off by more than ten times.
 */
const FACTOR = 4;

/** Seconds of `3 min left`; half of `< 1 s`. */
async function left(card: Card): Promise<number> {
	const pattern = /(\d[\d.]*) (s|min|h) left/;
	await expect(card.progress).toContainText(pattern, { timeout: SLOW });
	const found = pattern.exec((await card.progress.textContent()) ?? '');
	return Number(found?.[1]) * ({ s: 1, min: 60, h: 3600 }[found?.[2] ?? ''] ?? NaN);
}

/** Few rows to learn from and all to look at: most of the time goes into evaluations. 2000 epochs. */
async function mostlyEvaluating(page: Page): Promise<Card> {
	await recordLosses(page);
	await open(page, 'chapter/13/');
	await expectPack(page);
	const card = new Card(page, '13.3');
	await card.root.scrollIntoViewIfNeeded();
	await card.tab('Text').click();
	const area = card.panel.getByRole('textbox');
	const text = await area.inputValue();
	await area.fill(
		text
			.replace('name = "mnist"', 'name = "mnist"\ntrain_rows = 2000')
			.replace('units = 784', 'units = 64')
			.replace('epochs = 10', 'epochs = 2000')
	);
	await expect(card.panel.getByText(/^Applied:/)).toBeVisible({ timeout: SLOW });
	await card.train();
	const epochs = async () => (await card.position())?.epoch ?? 0;
	await expect.poll(epochs, { timeout: SLOW }).toBeGreaterThanOrEqual(4);
	return card;
}

/** As when a lid is closed: everything of the page stands still, in the middle of whatever it does. */
async function sleep(browser: Browser, page: Page, ms: number): Promise<void> {
	const cdp = await browser.newBrowserCDPSession();
	const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
	const pages = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
	expect(pages.length).toBeGreaterThan(0);
	for (const id of pages) process.kill(id, 'SIGSTOP');
	try {
		await new Promise((resolve) => setTimeout(resolve, ms));
	} finally {
		for (const id of pages) process.kill(id, 'SIGCONT');
	}
	await page.evaluate(() => undefined);
}

test('after a pause, and after the machine slept, the time left is what it was', async ({
	page,
	browser
}) => {
	const card = await mostlyEvaluating(page);
	const before = await left(card);
	await card.pause();
	await page.waitForTimeout(5_000);
	await card.control('Continue').click();
	const paused = await left(card);
	console.log(`time left: ${before} s, after a pause ${paused} s`);
	expect(paused / before).toBeGreaterThan(1 / FACTOR);
	expect(paused / before).toBeLessThan(FACTOR);

	// In the middle of an evaluation, where most of the time is spent: several times, so that one of them is.
	for (let night = 0; night < 4; night += 1) await sleep(browser, page, 5_000);
	const { epoch = 0 } = (await card.position()) ?? {};
	const later = async () => (await card.position())?.epoch ?? 0;
	await expect.poll(later, { timeout: SLOW }).toBeGreaterThan(epoch);
	const slept = await left(card);
	console.log(`after sleeping four times ${slept} s`);
	expect(slept / before).toBeGreaterThan(1 / FACTOR);
	expect(slept / before).toBeLessThan(FACTOR);
	await card.control('Reset').click();
});

test('a tab in the background trains on, its title says how far, and is given back', async ({ page }) => {
	await page.addInitScript(() => {
		// What a browser does with a page in the background: it is hidden, and gets no frames.
		const scope = window as unknown as { hide(hidden: boolean): void };
		let hidden = false;
		const frame = window.requestAnimationFrame.bind(window);
		window.requestAnimationFrame = (work) => (hidden ? 0 : frame((at) => !hidden && work(at)));
		Object.defineProperty(Document.prototype, 'hidden', { get: () => hidden });
		Object.defineProperty(Document.prototype, 'visibilityState', {
			get: () => (hidden ? 'hidden' : 'visible')
		});
		scope.hide = (now) => {
			hidden = now;
			document.dispatchEvent(new Event('visibilitychange'));
		};
	});
	const hide = (hidden: boolean) =>
		page.evaluate((now) => (window as unknown as { hide(hidden: boolean): void }).hide(now), hidden);
	await recordLosses(page);
	await open(page, 'chapter/13/');
	await expectPack(page);
	const title = await page.title();
	expect(title).not.toContain('%');
	const card = new Card(page, '13.3');
	await card.root.scrollIntoViewIfNeeded();
	await card.set('epochs', '1');
	await card.train();
	await card.reaches(3);
	const share = async () => Number(/^(\d+)\s%/.exec(await page.title())?.[1] ?? NaN);
	await expect.poll(share).toBeGreaterThanOrEqual(1);
	expect(await page.title()).toMatch(/^\d+\s% · 13\.3 · /);
	expect(await page.title()).toContain(title);

	await hide(true);
	const [at, step] = [await share(), (await takeLosses(page)).at(-1)?.update ?? 0];
	await expect.poll(share, { timeout: SLOW }).toBeGreaterThan(at + 10);
	expect((await takeLosses(page)).at(-1)?.update ?? 0).toBeGreaterThan(step);
	await hide(false);

	// Another language has another title, and the same prefix.
	await switchTo(page, 'zh');
	await expect.poll(() => page.title()).toMatch(/^\d+\s% · 13\.3 · .*[\u4e00-\u9fff]/);
	await switchTo(page, 'en');
	const paused = card.control('Pause');
	await paused.click();
	await expect(card.progress).toContainText('paused', { timeout: SLOW });
	await expect.poll(() => page.title()).toBe(title);

	// The end of a run that nobody watches is told until somebody looks.
	await card.control('Continue').click();
	await expect.poll(share).toBeGreaterThan(0);
	await hide(true);
	await expect.poll(() => page.title(), { timeout: SLOW }).toBe(`✓ 13.3 · ${title}`);
	await hide(false);
	await expect.poll(() => page.title()).toBe(title);
});
