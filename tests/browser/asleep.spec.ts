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

const LEFT = /(\d[\d.]*) (s|min|h) left/;

/** Seconds of `3 min left`. */
function secondsLeftIn(text: string): number {
	const found = LEFT.exec(text);
	return Number(found?.[1]) * ({ s: 1, min: 60, h: 3600 }[found?.[2] ?? ''] ?? NaN);
}

async function left(card: Card): Promise<number> {
	await expect(card.progress).toContainText(LEFT, { timeout: SLOW });
	return secondsLeftIn((await card.progress.textContent()) ?? '');
}

/** Few rows to learn from and all to look at: most of the time goes into evaluations. 2000 epochs. */
async function mostlyEvaluating(page: Page): Promise<Card> {
	await recordLosses(page);
	await open(page, 'chapter/13/');
	await expectPack(page);
	// Slow enough that a night is still among the recent calls when the page tells of it.
	const card = new Card(page, '13.4');
	await card.root.scrollIntoViewIfNeeded();
	await card.tab('Text').click();
	const area = card.panel.getByRole('textbox');
	const text = await area.inputValue();
	await area.fill(
		text
			.replace('name = "mnist"', 'name = "mnist"\ntrain_rows = 2000')
			.replace('epochs = 10', 'epochs = 2000')
	);
	await expect(card.panel.getByText(/^Applied:/)).toBeVisible({ timeout: SLOW });
	await card.train();
	const epochs = async () => (await card.position())?.epoch ?? 0;
	await expect.poll(epochs, { timeout: SLOW }).toBeGreaterThanOrEqual(3);
	return card;
}

/** Seconds of every `3 min left` that the card shows from now on. */
async function everyLeft(card: Card): Promise<() => Promise<number[]>> {
	type Shown = Window & { shown: string[] };
	await card.root.evaluate((root) => {
		const shown: string[] = ((window as unknown as Shown).shown = []);
		const look = () => shown.push(root.querySelector('.progress')?.textContent ?? '');
		new MutationObserver(look).observe(root, { subtree: true, childList: true, characterData: true });
	});
	return async () => {
		const shown = await card.page.evaluate(() => (window as unknown as Shown).shown);
		return shown.map(secondsLeftIn).filter((seconds) => seconds > 0);
	};
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
	const shown = await everyLeft(card);
	for (let night = 0; night < 4; night += 1) {
		await expect(card.progress).toContainText('looking at', { timeout: SLOW });
		await sleep(browser, page, 5_000);
	}
	const told = (await shown()).length;
	await expect.poll(async () => (await shown()).length, { timeout: SLOW }).toBeGreaterThan(told + 20);
	const all = await shown();
	console.log(`sleeping four times, and afterwards: ${Math.min(...all)} s to ${Math.max(...all)} s`);
	expect(Math.min(...all) / before).toBeGreaterThan(1 / FACTOR);
	expect(Math.max(...all) / before).toBeLessThan(FACTOR);
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
