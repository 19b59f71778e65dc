// The pages where every experiment can be run: what a reader sees there is what the terminal says.

import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { AnswerRow, Fitted, MetricValue, StageEvent, Table } from '../../web/src/lib/engine/wire';
import { alive, Card, expect, open, percentIn, SLOW, switchTo, test } from './site.ts';
import { data, near, terminal, written } from './terminal.ts';

/** A whole grid on a busy machine. */
const LONG = 240_000;

/** The card of many training runs. */
class Plan {
	readonly page: Page;
	readonly root: Locator;

	constructor(page: Page, id: string) {
		this.page = page;
		this.root = page.locator(`[id="e${id}"]`);
	}

	button(name: string | RegExp): Locator {
		return this.root.getByRole('button', { name, exact: typeof name === 'string' });
	}
	fits(state: 'waiting' | 'running' | 'done'): Locator {
		return this.root.locator(`[data-state="${state}"]`);
	}
	/** The percentages of the fits that are done, at their places; null: not done. */
	async figures(): Promise<(number | null)[]> {
		const texts = await this.root
			.locator('[data-state]')
			.evaluateAll((all) =>
				all.map((one) => (one.getAttribute('data-state') === 'done' ? one.textContent : null))
			);
		return texts.map((text) => (text === null ? null : percentIn(text)));
	}
	/** The reader's figure, large. */
	get yours(): Locator {
		return this.root.locator('.claim .you b');
	}
	async text(change: (text: string) => string): Promise<void> {
		await this.button('Show the experiment as text').click();
		const area = this.root.getByRole('textbox', { name: 'The experiment as text' });
		await area.fill(change(await area.inputValue()));
		await expect(this.root.getByText(/^Applied:/)).toBeVisible({ timeout: SLOW });
	}
}

/** Of a plan in the terminal: the figure of each fit at its place, and the table. */
function terminalPlan(text: string, ...options: string[]): { figures: number[]; table: Table } {
	const lines = terminal(text, ...options) as (Fitted & Table)[];
	const table = lines.at(-1) as Table;
	const folds = Math.max(...table.points.map((point) => point.folds.length));
	const figures: number[] = [];
	for (const line of lines) {
		if (line.job) figures[line.job.point * folds + line.job.fold] = line.figure ?? NaN;
	}
	return { figures, table };
}

/** Shares of `found`, in per cent, against the terminal's. */
function nearAll(found: (number | null)[], wanted: number[], what: string): void {
	expect(found).toHaveLength(wanted.length);
	found.forEach((figure, at) => near((figure ?? NaN) / 100, wanted[at], `${what}, fit ${at}`));
}

test('ten folds over two workers: cancelled, the page reloaded, gone on with, and the figures are the terminal’s', async ({
	page
}) => {
	await open(page, 'lab/7.5/');
	const plan = new Plan(page, '7.5');
	// Known before anything is trained.
	await expect(plan.button('Start 10 runs')).toBeVisible();
	await expect(plan.fits('waiting')).toHaveCount(10, { timeout: SLOW });
	await plan.root.getByRole('combobox').selectOption('2');
	await plan.button('Start 10 runs').click();
	await expect(plan.fits('running')).toHaveCount(2, { timeout: SLOW });
	const share = plan.fits('running').first().getByRole('progressbar');
	await expect.poll(() => share.evaluate((bar: HTMLProgressElement) => bar.value)).toBeGreaterThan(0);
	await expect(plan.root.getByText(/ of 10 runs done · 2 at work/)).toBeVisible();
	await expect.poll(() => plan.fits('done').count(), { timeout: LONG }).toBeGreaterThanOrEqual(3);
	await expect(plan.root.getByText(/left$/)).toBeVisible();

	await plan.button('Cancel').click();
	const goOn = plan.button(/^Continue: \d+ runs left$/);
	await expect(goOn).toBeVisible({ timeout: SLOW });
	await expect(plan.fits('running')).toHaveCount(0);
	const before = await plan.figures();
	const done = before.filter((figure) => figure !== null).length;
	expect(done).toBeGreaterThanOrEqual(3);
	expect(done).toBeLessThan(10);
	await expect(goOn).toHaveText(`Continue: ${10 - done} runs left`);
	// All of it stands still: not one figure more.
	await page.waitForTimeout(1500);
	expect(await plan.figures()).toEqual(before);

	await page.reload();
	await alive(page);
	await expect(goOn).toHaveText(`Continue: ${10 - done} runs left`, { timeout: SLOW });
	expect(await plan.figures()).toEqual(before);
	await goOn.click();
	await expect(plan.fits('done')).toHaveCount(10, { timeout: LONG });
	await expect(plan.button('Start over')).toBeVisible();
	const after = await plan.figures();
	// What was done is not done again, and stays what it was.
	before.forEach((figure, at) => figure !== null && expect(after[at]).toBe(figure));

	const theirs = terminalPlan(written('7.5'));
	nearAll(after, theirs.figures, '7.5');
	near(percentIn((await plan.yours.textContent()) ?? '') / 100, theirs.table.points[0]?.mean, 'mean');
	await expect(plan.root.locator('.claim .book b')).toHaveText(/96\.67/);
	await switchTo(page, 'zh');
	await expect(plan.root.getByRole('button', { name: '从头再来' })).toBeVisible();
	expect(await plan.figures()).toEqual(after);
});

test('a grid on real digits: its jobs, its best setting, the source’s figures beside; another experiment calls it off', async ({
	page
}) => {
	await open(page, 'lab/002-MNIST-DATASIZE/');
	const plan = new Plan(page, '002-MNIST-DATASIZE');
	await expect(plan.button('Start 30 runs')).toBeVisible();
	await expect(plan.root.locator('tr[data-point="8"] td.book')).toHaveText(/97\.23/, { timeout: SLOW });
	const changes: [string, string][] = [
		['protocol = { name = "repeat", times = 3 }\n', ''],
		['values = [300, 600, 1800, 3000, 5900]', 'values = [300, 600]'],
		['epochs = 10', 'epochs = 1'],
		// What was printed is of a setting that is no longer there.
		['point = [5900, ', 'point = [600, ']
	];
	const text = written('002-MNIST-DATASIZE', ...changes);
	await plan.text(() => text);
	await expect(plan.fits('waiting')).toHaveCount(4, { timeout: SLOW });
	await plan.button('Start 4 runs').click();
	await expect.poll(() => plan.fits('done').count(), { timeout: LONG }).toBeGreaterThanOrEqual(1);

	// There is one training at a time on this site. The plan is not lost by it.
	await page.getByRole('link', { name: 'All experiments' }).first().click();
	await page.getByRole('link', { name: 'A multilayer perceptron' }).click();
	const other = new Card(page, '13.3');
	await other.control('Train').click();
	await other.reaches(2);
	await page.goBack();
	await page.goBack();
	await expect(plan.root.getByText('Ended because 13.3 was started.')).toBeVisible({ timeout: SLOW });
	await plan.button(/^Continue: \d runs left$/).click();
	await expect(plan.fits('done')).toHaveCount(4, { timeout: LONG });

	const theirs = terminalPlan(text, '--data', data);
	nearAll(await plan.figures(), theirs.figures, '002-MNIST-DATASIZE');
	await expect(plan.root.locator('tr.best')).toHaveAttribute('data-point', String(theirs.table.best));
	await plan.root.getByRole('button', { name: 'best first' }).click();
	await expect(plan.root.locator('tbody tr').first()).toHaveClass(/best/);
});

test('dropped files reach every worker', async ({ page }) => {
	await open(page, 'lab/7.5/');
	const plan = new Plan(page, '7.5');
	const sample = plan.root.getByText(/^This site has no files of Iris flowers/);
	await expect(sample).toBeVisible({ timeout: SLOW });
	await plan.text((text) => text.replace('epochs = 200', 'epochs = 20').replace('folds = 10', 'folds = 4'));
	await plan.root.locator('input[type="file"]').setInputFiles(join(data, 'tabular/iris.data'));
	await expect(plan.root.getByText(/^Works on your Iris flowers files/)).toBeVisible({ timeout: SLOW });
	await expect(sample).toHaveCount(0);
	await plan.root.getByRole('combobox').selectOption('2');
	await plan.button('Start 4 runs').click();
	await expect(plan.fits('done')).toHaveCount(4, { timeout: LONG });
	const text = written('7.5', ['epochs = 200', 'epochs = 20'], ['folds = 10', 'folds = 4']);
	const [real, made] = [terminalPlan(text, '--data', data), terminalPlan(text)];
	nearAll(await plan.figures(), real.figures, '7.5, real flowers');
	expect(real.figures).not.toEqual(made.figures);
});

test('stages: what happened, one after the other, and figures that are the terminal’s', async ({ page }) => {
	await open(page, 'lab/10.3/');
	const card = page.locator('[id="e10.3"]');
	await card.getByRole('button', { name: 'Start', exact: true }).click();
	await expect(card.getByRole('status').filter({ hasText: 'All stages are done.' })).toBeAttached({
		timeout: SLOW
	});
	const items = await card
		.getByRole('list', { name: 'What happened' })
		.getByRole('listitem')
		.allTextContents();
	expect(items.map((text) => /Train|Measure|Save|Load/.exec(text)?.[0])).toEqual([
		'Train',
		'Measure',
		'Measure',
		'Save',
		'Load',
		'Train',
		'Measure',
		'Measure'
	]);
	expect(items[3]).toMatch(/kB|B/);
	const theirs = (terminal(written('10.3')) as StageEvent[]).flatMap((event): MetricValue[] =>
		event.type === 'measured' ? [{ name: event.name, value: event.score.accuracy }] : []
	);
	expect(theirs.map(({ name }) => name)).toEqual(['base', 'unseen', 'increment', 'again']);
	for (const { name, value } of theirs) {
		const item = items.find((text) => text.includes(`“${name}”`)) ?? '';
		near(percentIn(item) / 100, value, name);
	}
	const row = card.getByRole('row', { name: /“increment”/ });
	await expect(row).toContainText('86.67');
	near(percentIn((await row.locator('td.you').textContent()) ?? '') / 100, theirs[2]?.value, 'increment');
});

test('a calculation, place by place', async ({ page }) => {
	await open(page, 'lab/002-CONVEXAMPLE/');
	const card = page.locator('[id="e002-CONVEXAMPLE"]');
	await card.getByRole('button', { name: 'Work it out' }).click();
	const sum = card.locator('.sum .mono');
	await expect(sum).toHaveText('1·1 + 1·0 + 1·1 + 0·0 + 1·1 + 1·0 + 0·1 + 0·0 + 1·1 = 4', { timeout: SLOW });
	await expect(card.locator('td.under')).toHaveCount(9);
	await card.getByRole('button', { name: 'Next place' }).click();
	await expect(sum).toHaveText(/ = 3$/);
	await expect(card.getByText('Place 2 of 9: row 1, column 2')).toBeVisible();
	const cells = card.getByRole('table', { name: 'result' }).getByRole('button');
	await cells.nth(8).click();
	await expect(sum).toHaveText(/ = 4$/);
	await expect(cells).toHaveText(['4', '3', '4', '2', '4', '3', '2', '3', '4']);
	await expect(card.getByRole('button', { name: 'Next place' })).toHaveAttribute('aria-disabled', 'true');
});

test('augmented pictures', async ({ page }) => {
	await open(page, 'lab/14.5a/');
	const card = page.locator('[id="e14.5a"]');
	await card.getByRole('button', { name: 'Make the pictures' }).click();
	const picture = card.getByRole('img', { name: /^Augmented pictures of the classes( \d){9}$/ });
	await expect(picture).toBeVisible({ timeout: LONG });
	await expect(card.getByText(/^Training pictures number ([\d,]+, ){8}[\d,]+; their classes:/)).toBeVisible();
	// Ink everywhere: each of nine pictures has some, none is full of it.
	const shares = await picture.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
		const side = (canvas.width + 2) / 3;
		const image = canvas.getContext('2d') as CanvasRenderingContext2D;
		return Array.from({ length: 9 }, (_, n) => {
			const at = [(n % 3) * side, Math.floor(n / 3) * side] as const;
			const { data } = image.getImageData(at[0], at[1], side - 2, side - 2);
			const ink = data.filter((value, index) => index % 4 === 3 && value > 127).length;
			return (4 * ink) / data.length;
		});
	});
	for (const share of shares) {
		expect(share).toBeGreaterThan(0.02);
		expect(share).toBeLessThan(0.5);
	}
});

test('a network that was trained answers rows, as in the terminal', async ({ page }) => {
	await open(page, 'lab/10.4.3/');
	const card = new Card(page, '10.4.2');
	const ask = card.button('Ask it about 150 rows');
	await expect(ask).toHaveAttribute('aria-disabled', 'true');
	await card.train();
	await expect(ask).not.toHaveAttribute('aria-disabled', 'true', { timeout: LONG });
	await ask.click();
	const said = card.root.getByText(/^\d+ of 150 rows right/);
	await expect(said).toBeVisible({ timeout: SLOW });
	const theirs = terminal(written('10.4.3')).filter((line): line is AnswerRow =>
		Array.isArray((line as AnswerRow).output)
	);
	const right = theirs.filter(
		({ output, target }) => output.indexOf(Math.max(...output)) === target[0]
	).length;
	const found = Number(/^\d+/.exec((await said.textContent()) ?? '')?.[0]);
	// Two hundred epochs part the weights a little; a flower on the border may fall to the other side.
	expect(Math.abs(found - right)).toBeLessThanOrEqual(3);
	await card.root.getByLabel('Only what it got wrong').check();
	await expect(card.root.locator('.ask tbody tr')).toHaveCount(150 - found);
	await card.tab('Confusion').click();
	await expect(card.panel.getByRole('table', { name: /which rows these are/ })).toBeVisible({
		timeout: SLOW
	});
});

test('a network goes on with a sentence, and can be stopped', async ({ page }) => {
	await open(page, 'lab/22-TALE/');
	const card = new Card(page, '22-TALE');
	const write = card.button('Write');
	await expect(write).toHaveAttribute('aria-disabled', 'true');
	await card.set('epochs', '2');
	await card.train();
	await expect(write).not.toHaveAttribute('aria-disabled', 'true', { timeout: LONG });
	await card.root.getByLabel('characters').fill('120');
	await write.click();
	await expect(card.root.getByText('120 characters.')).toBeVisible({ timeout: SLOW });
	const text = card.root.getByRole('group', { name: 'What it writes' });
	const first = await text.textContent();
	await write.click();
	await expect(card.root.getByText('120 characters.')).toBeVisible({ timeout: SLOW });
	expect(await text.textContent()).toBe(first);
	await card.root.getByLabel('characters').fill('100000');
	await write.click();
	await card.root.locator('.write').getByRole('button', { name: 'Stop' }).click();
	await expect(card.root.getByText(/^Stopped after \d+ characters\.$/)).toBeVisible({ timeout: SLOW });
});

test('a network on words writes words, always the likeliest where the source wants it so', async ({
	page
}) => {
	await open(page, 'lab/22.6/');
	const card = new Card(page, '22.6');
	await card.set('epochs', '1');
	await card.train();
	const write = card.button('Write');
	await expect(card.root.getByLabel('daring')).toHaveValue('0');
	await expect(write).not.toHaveAttribute('aria-disabled', 'true', { timeout: LONG });
	await card.root.getByLabel('words', { exact: true }).fill('7');
	await write.click();
	await expect(card.root.getByText('7 words and marks.')).toBeVisible({ timeout: SLOW });
	const text = card.root.getByRole('group', { name: 'What it writes' });
	const prompt = await card.root.getByLabel('It goes on with').inputValue();
	const written = ((await text.textContent()) ?? '').trim().slice(prompt.length);
	// Seven tokens; some of them may be marks, which stand without a blank before them.
	const tokens = written.match(/[a-z'’-]+|[^\sa-z'’-]+/gi) ?? [];
	expect(tokens.length, written).toBeGreaterThanOrEqual(6);
	expect(tokens.length, written).toBeLessThanOrEqual(9);
});

test('every experiment of the book is in the list, in both languages, and each has its page', async ({
	page
}) => {
	await open(page, 'lab/');
	const links = page.getByRole('main').locator('li a');
	const count = await links.count();
	expect(count).toBeGreaterThanOrEqual(16);
	const addresses = await links.evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href));
	await switchTo(page, 'zh');
	await expect(links).toHaveCount(count);
	for (const address of addresses) {
		const response = await page.request.get(address);
		expect(response.status(), address).toBe(200);
	}
});
