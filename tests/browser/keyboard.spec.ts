// The whole of chapter 13 by keyboard alone: nothing here touches the mouse.

import type { Locator, Page } from '@playwright/test';
import { Card, expect, expectPack, open, percentIn, SLOW, test } from './site.ts';

/** What the reader sees of the focus: its element, and whether it has a ring. */
async function focused(page: Page): Promise<{ what: string; ring: boolean; seen: boolean }> {
	return page.evaluate(() => {
		const element = document.activeElement;
		if (!element || element === document.body) return { what: 'nothing', ring: false, seen: false };
		// Of a radio button the label has the ring.
		const ringed = element.matches('[type="radio"]') ? element.closest('label') : element;
		const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(ringed ?? element);
		const box = element.getBoundingClientRect();
		const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
		return {
			what: `${element.tagName.toLowerCase()}#${element.id} ${name.trim().slice(0, 40)}`,
			ring: (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none',
			seen: box.bottom > 0 && box.top < innerHeight
		};
	});
}

const has = (target: Locator) => target.evaluate((element) => element === document.activeElement);

/** Presses Tab (or Shift and Tab) until the target has the focus. */
async function tabTo(page: Page, target: Locator, back = false): Promise<void> {
	for (let presses = 0; presses < 250; presses += 1) {
		if (await has(target)) return;
		await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
	}
	throw new Error(`never there; the focus is on ${(await focused(page)).what}`);
}

test('Tab goes through the whole page, seen at every stop, and comes to its end', async ({ page }) => {
	await open(page, 'chapter/13/');
	await expectPack(page);
	await page.evaluate(() => window.scrollTo(0, 0));
	const expected = await page.evaluate(() => {
		const focusable = 'a[href], button, input, select, textarea, summary, [tabindex]';
		const radios = new Set<string>();
		return [...document.querySelectorAll<HTMLElement>(focusable)].filter((element) => {
			if (element.tabIndex < 0 || element.matches(':disabled') || !element.checkVisibility()) return false;
			// A group of radio buttons is one stop.
			if (!(element instanceof HTMLInputElement) || element.type !== 'radio') return true;
			return !radios.has(element.name) && radios.add(element.name);
		}).length;
	});
	let stops = 0;
	let last = '';
	await page.locator('body').evaluate((body) => {
		body.tabIndex = -1;
		body.focus();
		body.removeAttribute('tabindex');
	});
	for (; stops < expected + 20; stops += 1) {
		await page.keyboard.press('Tab');
		const { what, ring, seen } = await focused(page);
		if (what === 'nothing') break;
		expect(ring, `${what} shows that it has the focus`).toBe(true);
		expect(seen, `${what} is on the screen`).toBe(true);
		last = what;
	}
	console.log(`${stops} stops of ${expected}, the last one: ${last}`);
	expect(expected).toBeGreaterThan(80);
	expect(Math.abs(stops - expected)).toBeLessThanOrEqual(2);
});

test('the wall: a picture is chosen and enlarged, and given back', async ({ page }) => {
	await open(page, 'chapter/13/');
	await expectPack(page);
	const wall = page.locator('[id="e13.2"]');
	const sheet = wall.getByRole('application');
	await tabTo(page, sheet);
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await expect(wall.locator('.large b')).toHaveText(/^Picture \d+/);
	const close = wall.getByRole('button', { name: 'Close' });
	await tabTo(page, close);
	await page.keyboard.press('Enter');
	await expect(close).toHaveCount(0);
	// The place is kept: the button is gone, the wall is not.
	expect(await wall.evaluate((root) => root.contains(document.activeElement))).toBe(true);
	await tabTo(page, wall.getByRole('button', { name: 'test 10,000' }), true);
	await page.keyboard.press('Enter');
	await expect(wall.getByRole('button', { name: 'test 10,000' })).toHaveAttribute('aria-pressed', 'true');
});

test('an experiment: settings, layers, steps, training, tables, mistakes, text, inside, link', async ({
	page
}) => {
	test.setTimeout(8 * 60_000);
	await open(page, 'chapter/13/');
	await expectPack(page);
	const card = new Card(page, '13.3');

	// A layer opens, and gives the focus back when it closes.
	const layer = card.button(/^Dense/).first();
	await tabTo(page, layer);
	await page.keyboard.press('Enter');
	const units = card.root.getByRole('textbox', { name: /^units/ });
	await tabTo(page, units);
	await page.keyboard.press('Control+a');
	await page.keyboard.type('32');
	await page.keyboard.press('Enter');
	await expect(card.root.locator('header')).toContainText('25,450 parameters', { timeout: SLOW });
	await tabTo(page, card.button('Close'));
	await page.keyboard.press('Space');
	await expect(layer).toBeFocused();

	// A setting.
	await tabTo(page, card.setting('epochs'));
	await page.keyboard.press('Control+a');
	await page.keyboard.type('1');
	await page.keyboard.press('Enter');
	await expect(card.root.locator('p.changed')).toContainText('→ 1', { timeout: SLOW });

	// A single step, then the rest, without losing the place.
	await tabTo(page, card.control('Step'), true);
	await page.keyboard.press('Enter');
	await expect(card.root.getByRole('region', { name: 'What update 1 did' })).toBeVisible({ timeout: SLOW });
	await expect(card.control('Step')).toBeFocused();
	await tabTo(page, card.control('Continue'), true);
	await page.keyboard.press('Enter');
	await expect(card.progress).toContainText(/finished · 1 epoch(?!s)/, { timeout: SLOW });
	await expect(card.control('Train again')).toBeFocused();
	// Said once an epoch, not with every step.
	await expect(card.root.locator('> section > p.hidden[role="status"]')).toContainText(/^Finished: \d/);

	// More epochs: the form is gone, the place is the run's own button.
	await tabTo(page, card.root.getByRole('textbox', { name: 'How many more' }));
	await page.keyboard.press('Control+a');
	await page.keyboard.type('1');
	await page.keyboard.press('Enter');
	await expect(card.control('Pause').or(card.control('Train again'))).toBeFocused({ timeout: SLOW });
	await expect(card.progress).toContainText('finished · 2 epochs', { timeout: SLOW });

	// The charts as a table.
	const table = card.root.locator('summary', { hasText: 'As a table' }).first();
	await tabTo(page, table);
	await page.keyboard.press('Enter');
	const figures = table.locator('xpath=..').getByRole('table');
	await expect(figures.first().locator('tbody tr')).toHaveCount(2);
	await expect(figures.nth(1).locator('tbody tr')).toHaveCount(20);
	const cells = await figures.nth(1).locator('tbody tr').last().locator('th, td').allTextContents();
	expect(Number(cells[0])).toBe(2);
	expect(percentIn(cells[2] ?? '')).toBeGreaterThan(80);

	// Tabs by arrows; a number of the confusion matrix leads to its pictures.
	await tabTo(page, card.tab('What it got wrong'));
	await page.keyboard.press('ArrowRight');
	await expect(card.panel.locator('tbody tr')).toHaveCount(10, { timeout: SLOW });
	const number = card.panel.getByRole('button', { name: /^is \d, says \d/ }).first();
	await tabTo(page, number);
	await page.keyboard.press('Enter');
	await expect(card.tab('What it got wrong')).toHaveAttribute('aria-selected', 'true');
	await expect(card.panel).toContainText(/is \d, says \d/);
	expect(await card.root.evaluate((root) => root.contains(document.activeElement))).toBe(true);

	// Inside, a histogram by keys.
	await tabTo(page, card.root.getByRole('tab', { selected: true }), true);
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowRight');
	await expect(card.tab('Inside')).toBeFocused();
	const show = card.panel.getByRole('button', { name: 'Show' });
	await expect(show).toBeVisible({ timeout: SLOW });
	await tabTo(page, card.panel.getByRole('combobox', { name: 'Layer' }));
	await page.keyboard.press('ArrowDown');
	await tabTo(page, show);
	await page.keyboard.press('Enter');
	await expect(card.panel.getByRole('figure')).toContainText('dense_1, weights', { timeout: SLOW });

	// The text: Tab leaves it.
	await tabTo(page, card.tab('Inside'), true);
	await page.keyboard.press('ArrowRight');
	await tabTo(page, card.button('Reset'), true);
	await page.keyboard.press('Enter');
	await tabTo(page, card.panel.getByRole('textbox'));
	await page.keyboard.press('Control+Home');
	await page.keyboard.type('# mine\n');
	await expect(card.panel.getByRole('status')).toContainText('Applied:', { timeout: SLOW });
	await tabTo(page, card.panel.getByRole('button', { name: 'As printed' }));
	await page.keyboard.press('Enter');
	await expect(card.panel.getByRole('status')).toHaveText('As printed.', { timeout: SLOW });
	expect(await card.root.evaluate((root) => root.contains(document.activeElement))).toBe(true);

	// The question: a guess by arrows. Then the link.
	await tabTo(page, card.root.getByRole('radio').first());
	await page.keyboard.press('Space');
	await page.keyboard.press('ArrowRight');
	await expect(card.root.getByRole('radio').nth(1)).toBeChecked();
	await expect(card.button('Try it')).toBeEnabled();
	await tabTo(page, card.root.locator('details.share summary'));
	await page.keyboard.press('Enter');
	await tabTo(page, card.root.getByRole('checkbox', { name: 'the text' }));
	await page.keyboard.press('Space');
	await expect(card.root.getByRole('textbox', { name: 'The link' })).toHaveValue(/hide=text/);
});

test('a digit is drawn with the arrow keys, said aloud, recognised, undone and cleared', async ({ page }) => {
	await open(page, 'chapter/13/');
	const play = page.getByRole('region', { name: 'Draw a digit', exact: true });
	const pad = play.getByRole('application');
	const aloud = play.locator('.sheet [role="status"]');
	const press = async (keys: string, times = 1) => {
		for (let time = 0; time < times; time += 1) await page.keyboard.press(keys);
	};
	await tabTo(page, pad);
	await expect(pad).toHaveAccessibleDescription(/arrow keys move the pen/);
	// A seven, from the middle of the sheet: to the left and up, a bar, and down aslant.
	await press('Shift+ArrowUp', 3);
	await press('Shift+ArrowLeft', 2);
	// What is said waits until the pen rests.
	await expect(aloud).toHaveText(/^Pen lifted: column \d, row \d of 10\.$/);
	await expect(pad.locator('path')).toHaveCount(0);
	await press('Space');
	await expect(aloud).toHaveText('Pen down.');
	await press('ArrowRight', 17);
	for (let step = 0; step < 12; step += 1) {
		await press('ArrowDown', 2);
		await press('ArrowLeft');
	}
	await expect(aloud).toHaveText(/^Drawing: column \d, row \d of 10\.$/);
	await press('Space');
	await expect(aloud).toHaveText('Pen lifted.');
	await expect(pad.locator('path')).toHaveCount(1);
	await expect(play.locator('.say')).toContainText(/^It says 7, \d+\s*%/, { timeout: SLOW });
	await expect(play.locator('[aria-live="polite"]')).toContainText(/^It says 7/);
	// The bars as a table.
	await expect(play.getByRole('table').locator('tbody tr')).toHaveCount(10);

	// Moves with the pen up leave nothing; the next stroke is taken back alone.
	await press('Shift+ArrowUp', 2);
	await press('Space');
	await press('ArrowLeft', 4);
	await press('Space');
	await expect(pad.locator('path')).toHaveCount(2);
	await press('Backspace');
	await expect(aloud).toHaveText('Last stroke taken back.');
	await expect(pad.locator('path')).toHaveCount(1);
	await press('Delete');
	await expect(aloud).toHaveText('The sheet is empty.');
	await expect(pad.locator('path')).toHaveCount(0);
	await expect(play.locator('.say')).toHaveText('Nothing is drawn yet.');
	// The edge stops the pen, and Tab leaves the sheet.
	await press('Shift+ArrowLeft', 20);
	await expect(aloud).toHaveText(/^Pen lifted: column 1, /);
	await press('Space');
	await press('ArrowDown', 3);
	await press('Tab');
	await expect(play.getByRole('button', { name: 'Clear' })).toBeFocused();
	await press('Enter');
	await expect(pad.locator('path')).toHaveCount(0);
	// The button rests now; the place in the page is kept.
	expect(await play.evaluate((root) => root.contains(document.activeElement))).toBe(true);
});

test('what goes away does not take the focus with it', async ({ page }) => {
	await open(page, 'chapter/13/');
	await expectPack(page);
	const card = new Card(page, '13.3');
	await tabTo(page, card.control('Step'));
	await page.keyboard.press('Enter');
	await expect(card.root.getByRole('region', { name: 'What update 1 did' })).toBeVisible({ timeout: SLOW });
	await page.reload();
	const saved = card.root.locator('.notice.saved');
	await expect(saved).toBeVisible({ timeout: SLOW });
	await tabTo(page, saved.getByRole('button', { name: 'Discard' }));
	await page.keyboard.press('Enter');
	await expect(saved).toHaveCount(0);
	await expect(card.control('Train')).toBeFocused();
});
