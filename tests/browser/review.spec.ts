// A review of the reader's own: judged while it is written, every word with the weight of what it did; without a verdict
// where too little is known.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { violations } from './axe.ts';
import { Card, expect, open, percentIn, SLOW, switchTo, test } from './site.ts';
import { data } from './terminal.ts';

/** A page where networks are trained on IMDB. */
const PAGE = 'lab/16.4/';

class ReviewCard {
	readonly page: Page;
	readonly root: Locator;

	constructor(page: Page) {
		this.page = page;
		this.root = page.getByRole('region', { name: /^(Paste a review|贴一段影评)$/ });
	}

	button(name: string | RegExp): Locator {
		return this.root.getByRole('button', { name });
	}
	get field(): Locator {
		return this.root.getByRole('textbox');
	}
	get say(): Locator {
		return this.root.locator('.say');
	}
	/** How the text became a row. */
	get told(): Locator {
		return this.root.locator('.told');
	}
	/** How far leaving out is. */
	get leaving(): Locator {
		return this.root.locator('.leave');
	}
	/** What the network read, word by word. */
	get text(): Locator {
		return this.root.getByRole('group', { name: /^(What it read|它读到的)$/ });
	}
	word(text: string): Locator {
		return this.text.locator('span').getByText(text, { exact: true }).first();
	}
	/** Rows of the table: word, place, gradient, and what leaving out found. */
	async rows(): Promise<string[][]> {
		const all = await this.root.locator('details tbody tr').all();
		return Promise.all(all.map((row) => row.locator('th, td').allTextContents()));
	}
	/** Share of "positive" in per cent; NaN: no verdict. */
	async positive(): Promise<number> {
		return percentIn((await this.root.locator('.answer td.num').allTextContents())[1] ?? '');
	}
	/** Writes it and waits until this very text was read. */
	async write(text: string): Promise<void> {
		await this.field.fill(text);
		const end = text.trim().slice(-60);
		await expect
			.poll(async () => ((await this.text.textContent()) ?? '').trim().slice(-60), { timeout: SLOW })
			.toBe(end);
	}
}

async function opened(page: Page): Promise<ReviewCard> {
	await open(page, PAGE);
	const card = new ReviewCard(page);
	await card.root.scrollIntoViewIfNeeded();
	await expect(card.button(/^shipped model, /)).toBeEnabled();
	return card;
}

/** `review,sentiment`, with quotes doubled inside quotes. */
function reviews(): { text: string; positive: boolean }[] {
	const csv = readFileSync(join(data, 'imdb/imdb_reviews_sample_1000.csv'), 'utf8');
	const rows = csv.matchAll(/^(?:"((?:[^"]|"")*)"|([^",\n]*)),(positive|negative)$/gm);
	return [...rows].map(([, quoted, plain, label]) => ({
		text: (quoted?.replaceAll('""', '"') ?? plain ?? '').trim(),
		positive: label === 'positive'
	}));
}

const signed = (text: string | undefined) => Number((text ?? '').replace('−', '-'));

test('reviews are judged as they were meant, and words pull to their side', async ({ page }) => {
	const card = await opened(page);
	await card.button('a warm one').click();
	await expect(card.say).toHaveText(/^It says positive, [89]\d\s*%\.$|^It says positive, 100/, {
		timeout: SLOW
	});
	await expect(card.word('wonderful')).toHaveClass(/\bp[1-4]\b/);
	await card.button('a bitter one').click();
	await expect(card.say).toHaveText(/^It says negative, /);
	await expect(card.word('awful')).toHaveClass(/\bn[1-4]\b/);
	// Not by colour alone: the line below a word is whole or broken, and a table has the numbers.
	const line = (word: string) => card.word(word).evaluate((span) => getComputedStyle(span).borderBottomStyle);
	expect(await line('awful')).toBe('dashed');
	await card.root.getByText('The same as a table').click();
	const rows = await card.rows();
	expect(rows.length).toBeGreaterThan(10);
	const sizes = rows.map((row) => Math.abs(signed(row[2])));
	expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
	expect(signed(rows.find(([word]) => word === 'awful')?.[2])).toBeLessThan(-0.1);

	// What fools it is said to fool it: it hears single words, and neither a "not" nor a tone.
	for (const [name, verdict] of [
		['bad? not at all', 'negative'],
		['irony', 'positive'],
		['praise, then a turn', 'positive']
	] as const) {
		await card.button(name).click();
		await expect(card.say, name).toHaveText(new RegExp(`^It says ${verdict}, `));
	}

	const all = reviews();
	expect(all.length).toBe(1000);
	// The first are of one film each; from further on they are of any.
	const some = all.slice(100, 116);
	let right = 0;
	for (const { text, positive } of some) {
		await card.write(text);
		right += Number((await card.positive()) > 50 === positive);
	}
	expect(right, `of ${some.length} reviews`).toBeGreaterThanOrEqual(13);
});

test('leaving a word out is what deleting it does; it can be stopped', async ({ page }) => {
	const card = await opened(page);
	const text = 'The plot is thin and slow, but the two old actors are wonderful and I loved the end';
	await card.write(text);
	await card.button('Leave out each word in turn').click();
	await expect(card.leaving).toContainText('Every word was left out once: 18 passes.', { timeout: SLOW });
	await card.root.getByText('The same as a table').click();
	const rows = await card.rows();
	expect(rows).toHaveLength(18);
	for (const word of ['wonderful', 'thin']) {
		const found = rows.find(([name]) => name === word);
		const before = await card.positive();
		await card.write(text.replace(` ${word}`, ''));
		const after = await card.positive();
		expect(Math.abs(after - percentIn(found?.[4] ?? ''))).toBeLessThan(0.15);
		// Who pulls up leaves less behind.
		expect(Math.sign(signed(found?.[3]))).toBe(Math.sign(before - after));
		await card.write(text);
		expect(await card.positive()).toBe(before);
	}

	// Of a long text there is time to call it off: pressed by the page itself, as soon as there is something to press.
	await card.write(Array.from({ length: 40 }, () => text).join('. '));
	await card.root.evaluate(async (root) => {
		const press = (name: string) => {
			const all = [...root.querySelectorAll('button')];
			const found = all.find((button) => button.textContent?.trim() === name);
			found?.click();
			return found !== undefined;
		};
		press('Leave out each word in turn');
		while (!press('Stop')) await new Promise(requestAnimationFrame);
	});
	await expect(card.leaving).toContainText(/Stopped: \d+ of 500 words/);
	const told = (await card.leaving.textContent()) ?? '';
	expect(Number(/Stopped: (\d+) of/.exec(told)?.[1])).toBeLessThan(500);
	await expect(card.button('Leave out each word in turn')).toBeVisible();
});

test('where less than half is known there is no verdict', async ({ page }) => {
	const card = await opened(page);
	await expect(card.say).toHaveText('Nothing is written yet.');
	await card.button('Chinese').click();
	await expect(card.say).toHaveText(/^No verdict: it knows 0 of \d words \(0\s*%\)/, { timeout: SLOW });
	expect(await card.positive()).toBeNaN();
	await expect(card.button('Leave out each word in turn')).toHaveCount(0);
	await card.write('wonderful xqzzt blorf grumpfel zzyzx');
	await expect(card.say).toHaveText(/^No verdict: it knows 1 of 5 words \(20\s*%\)/);
	await expect(card.word('blorf')).toHaveClass(/\bunknown\b/);
	await card.write('a wonderful film blorf zzyzx');
	await expect(card.say).toHaveText(/^It (says|is not sure)/);
	await expect(card.told).toContainText('It knows 3 of 5 words.');
	await expect(card.told).toContainText('494 of its 500 places stay empty');
	await card.field.fill(' … !? ');
	await expect(card.say).toHaveText('There is no word in it yet, so there is no verdict.');
	await card.field.fill('');
	await expect(card.say).toHaveText('Nothing is written yet.');
});

test('of a very long text the end counts, and it is said which words', async ({ page }) => {
	const card = await opened(page);
	const warm = 'I loved this wonderful and touching film. ';
	const bitter = 'A boring, awful and stupid waste of time. ';
	const end = bitter.repeat(70);
	await card.write(end);
	const short = await card.positive();
	expect(short).toBeLessThan(20);
	await card.write(warm.repeat(3_000) + end);
	await expect(card.say).toHaveText(/^It says negative/);
	expect(await card.positive()).toBe(short);
	await expect(card.told).toContainText('Only the last 500 are read');
	await expect(card.text.getByText(/^… [\d,]+ words before, not read …$/)).toBeVisible();
	await expect(card.text.locator('.unread')).toHaveCount(40);
	// More than is taken at all: not a character of it stops the page.
	await card.write('x '.repeat(510_000) + end);
	await expect(card.told).toContainText('only the last million characters are taken');
	expect(await card.positive()).toBe(short);
});

test('the card in Chinese, on a phone, in the dark, with the keyboard', async ({ page }) => {
	const card = await opened(page);
	await card.field.focus();
	await page.keyboard.type('A dull, boring and awful film.');
	await expect(card.say).toHaveText(/negative, \d+/, { timeout: SLOW });
	await page.keyboard.press('Tab');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await expect(card.field).toHaveValue(/^What a waste of two hours/);
	await expect(card.word('awful')).toHaveClass(/\bn[1-4]\b/);
	expect(await violations(page)).toEqual([]);
	await switchTo(page, 'zh');
	await page.setViewportSize({ width: 390, height: 844 });
	await page.emulateMedia({ colorScheme: 'dark' });
	const zh = new ReviewCard(page);
	await zh.root.scrollIntoViewIfNeeded();
	await zh.button('刻薄的一段').click();
	await expect(zh.say).toHaveText(/^它认为是负面，/, { timeout: SLOW });
	await expect(zh.word('awful')).toHaveClass(/\bn[1-4]\b/);
	const wide = await page.evaluate(() => document.documentElement.scrollWidth);
	expect(wide).toBeLessThanOrEqual(390);
	expect(await violations(page)).toEqual([]);
});

test('the network trained on this page answers with its own words', async ({ page }) => {
	const card = await opened(page);
	await card.write('a great film');
	const shipped = await card.positive();
	const run = new Card(page, '16.4');
	await run.root.scrollIntoViewIfNeeded();
	await run.set('batch', '16');
	await run.train();
	await run.reaches(3);
	await run.control('Stop').click();
	await expect(run.progress).toContainText('stopped in epoch 1', { timeout: SLOW });
	const mine = card.button(/^the one you trained/);
	await expect(mine).toBeEnabled();
	await mine.click();
	await expect(card.root.getByText(/^Trained by you on this device: experiment 16\.4/)).toBeVisible({
		timeout: SLOW
	});
	await expect.poll(() => card.positive(), { timeout: SLOW }).not.toBe(shipped);
	await expect(card.told).toContainText('It knows 3 of 3 words.');
});

test('a sentence is tried on the network that learned from labelled texts', async ({ page }) => {
	await open(page, 'lab/OWN-REVIEWS/');
	const run = new Card(page, 'OWN-REVIEWS');
	const root = page.getByRole('region', { name: 'Try a sentence of your own' });
	await root.scrollIntoViewIfNeeded();
	await expect(root.locator('.say')).toHaveText(/^Train the network on your texts first/);
	await run.train();
	await expect(root.getByText(/^Trained by you on this device/)).toBeVisible({ timeout: SLOW });
	const shares = async () => (await root.locator('.answer td.num').allTextContents()).map(percentIn);
	for (const [text, top] of [
		['真好吃，下次还来', 0],
		['不好吃，再也不来了', 1]
	] as const) {
		await root.getByRole('textbox').fill(text);
		await expect.poll(async () => (await shares())[top], { timeout: SLOW }).toBeGreaterThan(60);
		// Characters, one by one: each has its own place in the text.
		const read = root.getByRole('group', { name: 'What it read' });
		await expect(read).toHaveText(text);
		await expect(read.locator('[class*="p4"], [class*="n4"]').first()).toHaveText(/^.$/u);
	}
	await root.getByRole('textbox').fill('Nothing of this is known');
	await expect(root.locator('.say')).toHaveText(/^No verdict: /);
});
