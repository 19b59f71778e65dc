// Every chapter that is ready, as its text says: its cards, walls and figures are there, its terms lead somewhere, nothing
// complains. And the colour pictures of chapter 15 are learned from on the page.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { violations } from './axe.ts';
import { Card, expect, type Lang, open, SLOW, test, type Watch } from './site.ts';

const content = join(import.meta.dirname, '../../web/src/content');
const shelf = readFileSync(join(import.meta.dirname, '../../crates/book/chapters.toml'), 'utf8');
/** Ids of the chapters that are ready. */
const chapters = shelf
	.split('[[chapters]]')
	.filter((entry) => /^ready = true$/m.test(entry))
	.map((entry) => /^id = "(.+)"$/m.exec(entry)![1]!);

/** What a text says that its page has. */
function written(chapter: string, lang: Lang) {
	const text = readFileSync(join(content, chapter, `${lang}.md`), 'utf8');
	const named = (pattern: RegExp) => [...text.matchAll(pattern)].map((found) => found[1]!);
	return {
		title: named(/^title: (.+)$/gm)[0]!,
		cards: named(/^::(?:experiment|wall)\{(.+)\}$/gm),
		figures: named(/^::figure\{(.+)\}$/gm),
		results: named(/^::(results)\{/gm).length,
		places: named(/ \{#([a-z0-9-]+)\}$/gm),
		sources: named(/^> \[!(source)\]/gm).length
	};
}

/** Chapters 15, 15b, 16 and 20 have the built-in samples, whatever packs this site has: those are large. */
async function onlySamples(page: Page, watch: Watch): Promise<void> {
	watch.expected(/packs\/(cifar10|gtsrb|imdb)\/manifest\.json/);
	await page.route(/packs\/(cifar10|gtsrb|imdb)\//, (route) => route.fulfill({ status: 404, body: '' }));
}

test('there are chapters to read', () => {
	expect(chapters).toEqual(expect.arrayContaining(['13', '14', '15', '15b', '16', '17', '20', '22']));
});

for (const chapter of chapters) {
	for (const lang of ['en', 'zh'] as const) {
		test(`chapter ${chapter} has what its text says (${lang})`, async ({ page, watch }) => {
			// What a page asks for when it is looked at, it gets at once.
			await onlySamples(page, watch);
			const text = written(chapter, lang);
			// Small and large, dark and light take turns. What is too wide for a phone becomes a stop of the keyboard
			// when the page opens.
			const small = { width: 390, height: 800 };
			if (lang === 'zh') await page.setViewportSize(small);
			const dark = (lang === 'zh') === (parseInt(chapter) % 2 === 0);
			await page.addInitScript(
				(value) => localStorage.setItem('fireside.theme', value),
				dark ? 'dark' : 'light'
			);
			await open(page, `chapter/${chapter}/`, lang);
			await expect(page.getByRole('heading', { level: 1 })).toHaveText(text.title);
			// Reachable from the list of chapters, which has it as the page at hand.
			await expect(page.locator('#rail a[aria-current="page"]')).toHaveAttribute(
				'href',
				new RegExp(`chapter/${chapter}/?$`)
			);
			for (const id of text.cards) await expect(page.locator(`[id="e${id}"]`)).toHaveCount(1);
			for (const name of text.figures) await expect(page.locator(`#figure-${name}`)).toHaveCount(1);
			await expect(page.locator('section.results')).toHaveCount(text.results);
			await expect(page.locator('main [role="note"].source')).toHaveCount(text.sources);
			for (const place of text.places) await expect(page.locator(`[id="${place}"]`)).toHaveCount(1);
			// Formulas are MathML, nothing of the Markdown is left over.
			const prose = await page.locator('main').innerText();
			expect(prose).not.toMatch(/\{#|::[a-z]+\{|\[!(source|note)\]|\$\$|@@/);
			expect(await violations(page)).toEqual([]);
			await page.setViewportSize(small);
			const sideways = () =>
				page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
			await expect.poll(sideways, { message: 'pixels too wide for a phone' }).toBeLessThanOrEqual(0);
		});
	}
}

test('chapter 14: digits are turned and whitened on the page', async ({ page }) => {
	await open(page, 'chapter/14/');
	for (const id of ['14.2', '14.5a', '14.4']) {
		const card = page.locator(`[id="e${id}"]`);
		await card.getByRole('button').first().click();
		await expect(card.getByRole('img').locator('canvas')).toBeVisible({ timeout: SLOW });
		const shades = await card.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
			const image = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height);
			return new Set(image?.data.filter((_, at) => at % 4 === 3)).size;
		});
		expect(shades, `${id} shows digits`).toBeGreaterThan(20);
	}
});

test('chapter 15: two steps of 15.3, and the first step of others, on the built-in sample', async ({
	page,
	watch
}) => {
	await onlySamples(page, watch);
	await open(page, 'chapter/15/');
	for (const [id, steps] of [
		['15.3', 2],
		['002-CIFAR-SIMPLE', 1]
	] as const) {
		const card = new Card(page, id);
		await card.root.scrollIntoViewIfNeeded();
		for (let step = 1; step <= steps; step++) {
			await card.control('Step').click();
			await card.reaches(step);
			await expect(card.control('Continue')).toBeEnabled({ timeout: SLOW });
		}
		await expect(card.root.getByText(/built-in sample/).first()).toBeVisible();
		await expect(card.alert).toHaveCount(0);
	}

	await open(page, 'chapter/15b/');
	const signs = new Card(page, '000-GTSRB-CNN1');
	await signs.root.scrollIntoViewIfNeeded();
	await signs.control('Step').click();
	await signs.reaches(1);
	await expect(signs.alert).toHaveCount(0);
});
