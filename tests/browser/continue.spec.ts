// A sentence goes on: drawn with a seed, chosen by hand, greedy; words that a network does not know; what a Transformer looks
// at. And the words of Alice as a cloud.

import type { Locator, Page } from '@playwright/test';
import { violations } from './axe.ts';
import { Card, expect, open, SLOW, switchTo, test } from './site.ts';

class Panel {
	readonly root: Locator;
	constructor(page: Page) {
		this.root = page.getByRole('region', { name: 'Continue my sentence' });
	}
	field(name: string): Locator {
		return this.root.getByRole('spinbutton', { name, exact: true });
	}
	button(name: string): Locator {
		return this.root.getByRole('button', { name, exact: true });
	}
	get prompt(): Locator {
		return this.root.getByRole('textbox', { name: 'Your sentence' });
	}
	/** What was added to the sentence. */
	get written(): Locator {
		return this.root.locator('.text > span:not(.given)');
	}
	async text(): Promise<string> {
		return (await this.written.allTextContents()).join('');
	}
	async write(tokens: number): Promise<string> {
		await this.button('Write').click();
		await expect(this.button('Write')).toBeVisible({ timeout: SLOW });
		await expect(this.written).toHaveCount(tokens, { timeout: SLOW });
		return this.text();
	}
}

test('a text with a seed comes twice, and is the engine’s own; a click chooses; greedy text goes in circles', async ({
	page
}) => {
	await open(page, 'lab/22-TALE/');
	const panel = new Panel(page);
	await panel.root.scrollIntoViewIfNeeded();
	await expect(panel.root.getByText('No network can answer yet.')).toBeVisible();
	await expect(panel.button('Write')).toHaveAttribute('aria-disabled', 'true');

	const card = new Card(page, '22-TALE');
	await card.train();
	await card.reaches(3 * 54);
	await card.pause();
	// What was trained meanwhile goes on with the sentence by itself.
	const next = panel.root.getByRole('group', { name: 'What may come next' }).getByRole('button');
	await expect(next).toHaveCount(10, { timeout: SLOW });
	await expect(panel.root.getByText(/^It reads 40 tokens and knows 28: single characters\.$/)).toBeVisible();

	// Unknown characters are named and left out.
	await panel.prompt.fill('One winter the snow 7 火');
	await expect(panel.root.locator('.trouble').first()).toHaveText('Not in its vocabulary, left out: 7, 火');
	await expect(panel.root.locator('.measured')).toHaveText(
		/^Perplexity of your sentence: \d+\.\d\. At each token/
	);
	await panel.prompt.fill('七');
	await expect(panel.root.getByText('Nothing of this sentence is in its vocabulary.')).toBeVisible();
	await expect(panel.button('One token')).toHaveAttribute('aria-disabled', 'true');

	const prompt = 'One winter the snow';
	await panel.prompt.fill(prompt);
	await panel.field('Temperature').fill('0.9');
	await panel.field('Seed').fill('11');
	await panel.field('Tokens').fill('40');
	const first = await panel.write(40);
	await panel.button('Start over').click();
	await expect(panel.written).toHaveCount(0);
	expect(await panel.write(40)).toBe(first);
	await panel.button('Start over').click();
	await panel.field('Seed').fill('12');
	expect(await panel.write(40)).not.toBe(first);

	// The engine's own writer, with the same settings.
	const own = card.root.locator('.write');
	await own.getByLabel('It goes on with').fill(prompt);
	await own.getByLabel('characters').fill('40');
	await own.getByLabel('daring').fill('0.9');
	await own.getByLabel('seed').fill('11');
	await own.getByRole('button', { name: 'Write' }).click();
	await expect(own.getByRole('status')).toHaveText('40 characters.', { timeout: SLOW });
	expect(await own.getByRole('group', { name: 'What it writes' }).textContent()).toBe(prompt + first);

	// Token by token.
	await panel.button('Start over').click();
	await expect(panel.written).toHaveCount(0);
	const third = next.nth(2);
	const letter = (await third.locator('b').textContent()) ?? '';
	await third.click();
	await expect(panel.written).toHaveCount(1);
	expect(await panel.text()).toBe(letter.replace('␣', ' ').replace('⏎', '\n'));
	await expect(panel.written.first()).toHaveClass(/chosen/);
	await panel.button('One token').click();
	await expect(panel.written).toHaveCount(2);
	await panel.button('Take one back').click();
	await expect(panel.written).toHaveCount(1);

	// Top-k cuts the rest off; temperature 0 leaves one.
	await panel.field('Top-k').fill('2');
	await expect(next.nth(1)).toHaveAccessibleName(/drawn with/);
	await expect(next.nth(2)).toHaveAccessibleName(/cut off, never drawn$/);
	await panel.field('Top-k').fill('0');
	await panel.field('Temperature').fill('0');
	await expect(next.nth(0)).toHaveAccessibleName(/drawn with 100\.0\s%$/);
	await expect(next.nth(1)).toHaveAccessibleName(/cut off/);
	await panel.field('Tokens').fill('1000');
	await panel.button('Write').click();
	await expect(panel.root.locator('.circling')).toHaveText(
		/^In circles: the last 40 tokens stood there before\./,
		{ timeout: SLOW }
	);
	// One round of it is marked.
	const round = Number(
		/the same (\d+) tokens/.exec((await panel.root.locator('.circling').textContent()) ?? '')?.[1]
	);
	await expect(panel.root.locator('.text > .circle')).toHaveCount(round);
	expect(await violations(page)).toEqual([]);
	await switchTo(page, 'zh');
	await expect(page.getByRole('region', { name: '接着写我的句子' })).toBeVisible();
});

test('a Transformer shows what it looks at, head by head', async ({ page }) => {
	await open(page, 'lab/22-TRANSFORMER/');
	const card = new Card(page, '22-TRANSFORMER');
	await card.train();
	await card.reaches(12);
	await card.pause();
	const panel = new Panel(page);
	await panel.root.scrollIntoViewIfNeeded();
	await panel.prompt.fill('Alice was not a bit hurt');
	const look = panel.root.getByRole('region', { name: 'What it looks at' });
	await expect(look).toBeVisible({ timeout: SLOW });
	// 24 characters in a window of 32: eight places in front are empty.
	await expect(look.locator('.window span')).toHaveCount(32);
	await expect(look.locator('.window span').nth(7)).toHaveText('·');
	await expect(look.locator('.window span').nth(31)).toHaveText('t');
	const said = look.getByRole('status');
	await expect(said).toHaveText(/^“t” looks at “.+” \d+\s%/);
	const mean = await said.textContent();
	await look.getByLabel('Head').selectOption({ label: 'head 2' });
	await expect(said).not.toHaveText(mean ?? '');
	await look.getByLabel('Layer').selectOption({ label: 'attention_2' });
	// The first place sees only itself, whatever was learned.
	await look.getByRole('slider').fill('0');
	await expect(said).toHaveText(/^“filling” looks at “filling” 100\s%\.$/);
	// Nobody looks ahead: nothing lies above the diagonal.
	const ahead = await look
		.locator('svg rect:not(.at)')
		.evaluateAll(
			(all) => all.filter((cell) => Number(cell.getAttribute('x')) > Number(cell.getAttribute('y'))).length
		);
	expect(ahead).toBe(0);
	expect(await look.locator('svg rect:not(.at)').count()).toBeGreaterThan(100);
	expect(await violations(page)).toEqual([]);
});

test('the words of Alice, by size and in a table', async ({ page }) => {
	await open(page, 'lab/22.4/');
	const cloud = page.getByRole('region', { name: 'The words of Alice' });
	const words = cloud.getByRole('option');
	await expect.poll(() => words.count(), { timeout: SLOW }).toBeGreaterThan(100);
	// The largest three, as the source says.
	const first = () => words.evaluateAll((all) => all.slice(0, 3).map((word) => word.textContent));
	expect(await first()).toEqual(['the', 'and', 'to']);
	const size = (at: number) => words.nth(at).evaluate((word) => Number(word.getAttribute('font-size')));
	expect(await size(0)).toBeGreaterThan(1.3 * (await size(1)));

	await words.nth(0).hover();
	await expect(cloud.getByRole('status')).toHaveText(
		/^“the” stands 1,609 times in the book: number 1 of 2,780/
	);
	await page.mouse.move(0, 0);
	await cloud.getByRole('listbox').focus();
	await page.keyboard.press('ArrowRight');
	await expect(cloud.getByRole('status')).toHaveText(/^“and” stands 808 times/);

	await cloud.getByText('The 30 most frequent words').click();
	const rows = cloud.locator('tbody tr');
	await expect(rows).toHaveCount(30);
	await expect(rows.filter({ hasText: '--' })).toHaveCount(1);
	await cloud.getByLabel('mended').check();
	await expect(rows.first()).toHaveText(/1\s*the\s*1,630/);
	await expect(rows.filter({ hasText: '--' })).toHaveCount(0);
	await cloud.getByLabel('Hide words of grammar').check();
	await expect(rows.first()).toHaveText(/1\s*said\s*462/);
	await expect.poll(first).toEqual(['said', 'alice', 'little']);
	expect(await violations(page)).toEqual([]);
});
