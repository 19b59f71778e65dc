// The table of runs: what it holds after a reload, two runs over each other, files out and in, a run reproduced from a
// link, what was done to a run on its way, and a browser that keeps nothing.

import type { Locator, Page } from '@playwright/test';
import { bytesOf, Runs, SMALL, textOf, type Run } from './runs.ts';
import { expect, SLOW, switchTo, test } from './site.ts';

async function ink(page: Page, figure: Locator): Promise<number> {
	await expect(figure.locator('canvas')).toBeVisible();
	await page.waitForTimeout(300);
	return figure.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
		const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
		let seen = 0;
		for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 0) seen += 1;
		return seen;
	});
}

/** The losses and accuracies of all epochs, as they were measured. */
const measured = (run: Run | undefined) => run?.rows.map(({ train, test }) => [train, test]);

test('the table outlives a reload; two runs lie over each other; a name, deleting, undo', async ({
	page
}) => {
	const card = new Runs(page, '13.3');
	await card.open();
	await expect(card.panel.getByText('Every run is kept here, to compare.')).toBeVisible();
	await card.run();
	await card.set('learning rate', '0.01');
	await card.set('seed', '8');
	await card.run();

	const [first, second] = [await card.cells('run 1'), await card.cells('run 2')];
	expect(first).toMatchObject({ seed: '7', engine: 'CPU', epochs: '3' });
	for (const part of ['epochs 10 → 3', 'units 784 → 16', 'training rows → 6000'])
		expect(first['changed']).toContain(part);
	expect(second).toMatchObject({ seed: '8', engine: 'CPU', epochs: '3' });
	expect(second['changed']).toContain('learning rate 0.001 → 0.01');
	for (const cells of [first, second]) {
		expect(Number(cells['test loss'])).toBeGreaterThan(0);
		expect(cells['test accuracy']).toMatch(/^\d\d\.\d\d\s%$/);
		expect(cells['begun']).toMatch(/\b20\d\d\b/);
	}
	expect(second['test loss']).not.toBe(first['test loss']);
	// The small curve: one place for each epoch, and in words.
	const curve = card.row('run 1').getByRole('img', { name: /^test loss from [\d.]+ to [\d.]+$/ });
	expect((await curve.locator('polyline').getAttribute('points'))?.split(' ')).toHaveLength(3);

	await page.reload();
	await card.ready();
	await expect(card.rows).toHaveCount(2);
	expect(await card.cells('run 1')).toEqual(first);
	expect(await card.cells('run 2')).toEqual(second);

	// A name, by keyboard alone.
	await card.button('Details of run 2').focus();
	await page.keyboard.press('Enter');
	const detail = card.panel.getByRole('region', { name: 'Details of run 2' });
	await detail.getByRole('textbox', { name: 'Name' }).fill('faster <b>');
	await page.keyboard.press('Enter');
	await expect(card.row('faster <b>')).toBeVisible();

	await card.panel.getByRole('checkbox', { name: 'Compare run 1' }).focus();
	await page.keyboard.press('Space');
	await expect(card.said.getByText('Choose a second run')).toBeVisible();
	await card.panel.getByRole('checkbox', { name: 'Compare faster <b>' }).check();
	const both = card.panel.getByRole('region', { name: 'run 1 and faster <b>' });
	await expect(both.getByRole('status')).toHaveText(
		/^They differ in: learning rate 0\.001 \| 0\.01; seed 7 \| 8\. Of 3 epochs .* epoch 1\.$/
	);
	for (const title of ['Loss', 'Accuracy']) {
		const figure = both.locator('figure.chart').filter({ hasText: title });
		await expect(figure.getByRole('img', { name: /run 1 .* · faster <b> / })).toBeVisible();
		expect(await ink(page, figure)).toBeGreaterThan(500);
	}
	await both.locator('summary').click();
	const table = both.getByRole('table');
	await expect(table.locator('tbody tr')).toHaveCount(3);
	const last = await table.locator('tbody tr').last().locator('td').allTextContents();
	expect(last).toEqual([
		first['test loss'],
		first['test accuracy'],
		second['test loss'],
		second['test accuracy']
	]);

	// Deleted, brought back, deleted: the focus is where it goes on.
	await (await card.details('run 1')).getByRole('button', { name: 'Delete' }).click();
	await expect(card.rows).toHaveCount(1);
	await expect(card.said.getByText('run 1 was deleted.')).toBeVisible();
	await expect(card.button('Undo')).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(card.rows).toHaveCount(2);
	expect(await card.cells('run 1')).toEqual(first);
	await (await card.details('run 1')).getByRole('button', { name: 'Delete' }).click();
	await expect(card.rows).toHaveCount(1);
	await page.reload();
	await card.ready();
	await expect(card.rows).toHaveCount(1);
	await expect(card.row('faster <b>')).toBeVisible();
});

test('what was done to a run on its way is told, in its details and in its file', async ({ page }) => {
	const card = new Runs(page, '13.3');
	// Long enough to be steered.
	await card.open('#e=13.3&s.training.epochs=20&s.training.batch_size=50');
	await card.train();
	await card.reaches(5);
	const paused = await card.pause();
	await expect(card.rows).toHaveCount(1);
	expect((await card.cells('run 1'))['epochs']).toBe('0 of 20');
	const at = (position: { epoch: number; steps: number; step: number }) =>
		(position.epoch - 1) * position.steps + position.step;
	await card.control('Step').click();
	await expect.poll(async () => (await card.position())?.step).toBe(paused.step + 1);
	await card.control('Step').click();
	await expect.poll(async () => (await card.position())?.step).toBe(paused.step + 2);
	// The run's record is not deleted while it goes on.
	const detail = await card.details('run 1');
	await expect(detail.getByRole('button', { name: 'Delete' })).toBeDisabled();

	const rate = card.setting('learning rate');
	await rate.fill('0.0005');
	await rate.press('Enter');
	await expect(
		detail.getByRole('listitem').filter({ hasText: 'learning rate 0.001 → 0.0005' })
	).toBeVisible();
	const texts = await detail.getByRole('listitem').allTextContents();
	const lines = texts.map((text) => text.replace(/\s+/g, ' ').trim());
	expect(lines).toHaveLength(3);
	expect(lines[0]).toMatch(new RegExp(`^step ${at(paused)} paused `));
	expect(lines[1]).toMatch(new RegExp(`^step ${at(paused) + 2} 2 single steps `));
	expect(lines[2]).toMatch(new RegExp(`^step ${at(paused) + 2} learning rate `));

	// The page is lost; the run goes on, in the same record.
	await page.reload();
	await card.ready();
	await expect(card.rows).toHaveCount(1);
	await card.root.locator('.notice.saved').getByRole('button', { name: 'Continue', exact: true }).click();
	await card.reaches(at(paused) + 20);
	// Not only noted: it was saved with the run, which had not made a step with it.
	await expect(rate).toHaveValue('0.0005');
	// The record is written meanwhile: a name that is being typed stays.
	const name = (await card.details('run 1')).getByRole('textbox', { name: 'Name' });
	await name.pressSequentially('by hand', { delay: 600 });
	await expect(name).toHaveValue('by hand');
	await name.press('Enter');
	await card.control('Stop').click();
	await expect(card.progress).toContainText('stopped', { timeout: SLOW });
	await expect(card.rows).toHaveCount(1);
	const again = await card.details('by hand');
	await expect(
		again.getByText('it has to be made again').or(again.getByText('It was steered'))
	).toBeVisible();
	const [run] = await card.exported(again);
	expect(run?.ended).toBe('stopped');
	expect(run?.notes).toMatchObject([
		{ type: 'paused', update: at(paused) },
		{ type: 'single_steps', count: 2, update: at(paused) + 2 },
		{ type: 'rate', from: 0.001, to: 0.0005, update: at(paused) + 2 },
		{ type: 'resumed', update: at(paused) + 2 }
	]);
});

test('two open tabs show the same runs', async ({ page, context }) => {
	const card = new Runs(page, '13.3');
	await card.open();
	const second = await context.newPage();
	const other = new Runs(second, '13.3');
	await other.open();
	await expect(other.panel.getByText('Every run is kept here')).toBeVisible();
	await card.run();
	await expect(other.rows).toHaveCount(1);
	await expect.poll(() => other.cells('run 1')).toEqual(await card.cells('run 1'));
	const name = (await other.details('run 1')).getByRole('textbox', { name: 'Name' });
	await name.fill('seen there');
	await name.press('Enter');
	await expect(card.row('seen there')).toBeVisible();
	await (await card.details('seen there')).getByRole('button', { name: 'Delete' }).click();
	await expect(other.rows).toHaveCount(0);
	await second.close();
});

test('a run is reproduced from its link and its file, to the last digit', async ({ page, browser }) => {
	const card = new Runs(page, '13.3');
	await card.open(`#e=13.3&${SMALL}&s.seed=11`);
	await card.run();
	const detail = await card.details('run 1');
	const [first] = await card.exported(detail);
	expect(first?.rows).toHaveLength(3);
	const link = await detail.getByRole('textbox', { name: 'Link' }).inputValue();
	expect(decodeURIComponent(link)).toContain('s.seed=11');
	const json = await textOf(await card.saved(card.files, 'JSON'));

	// CSV and TensorBoard tell the same.
	const [head = '', ...lines] = (await textOf(await card.saved(detail, 'CSV'))).trimEnd().split('\n');
	const names = head.split(',').slice(1);
	expect(names).toEqual(['loss', 'accuracy', 'test_loss', 'test_accuracy', 'lr']);
	expect(names).toEqual(Object.keys(first?.curves.history ?? {}));
	expect(lines.map((line) => line.split(',').map(Number))).toEqual(
		[0, 1, 2].map((epoch) => [epoch, ...names.map((name) => first?.curves.history[name]?.[epoch])])
	);
	const events = await card.saved(detail, 'TensorBoard');
	expect(events.suggestedFilename()).toMatch(/^events\.out\.tfevents\.\d+\./);
	const bytes = await bytesOf(events);
	expect(bytes.includes('brain.Event:2')).toBe(true);
	for (const [name, values] of Object.entries(first?.curves.history ?? {})) {
		for (const value of values) {
			const scalar = Buffer.alloc(5, 0x15);
			scalar.writeFloatLE(value, 1);
			expect(bytes.includes(Buffer.concat([Buffer.from(name), scalar])), `${name} ${value}`).toBe(true);
		}
	}
	expect((await card.saved(card.files, 'TensorBoard')).suggestedFilename()).toMatch(/tfevents/);

	// Somebody else, with the link alone.
	const context = await browser.newContext();
	const other = await context.newPage();
	await other.goto(link);
	const theirs = new Runs(other, '13.3');
	await theirs.ready();
	await expect(theirs.setting('seed')).toHaveValue('11');
	await theirs.run();
	const [second] = await theirs.exported(await theirs.details('run 1'));
	expect(measured(second)).toEqual(measured(first));

	// With the file too: the two lie over each other and are the same.
	await theirs.take('runs.json', json);
	await expect(theirs.said.getByText('runs.json: 1 run taken over.')).toBeVisible();
	await expect(theirs.row('run 2')).toContainText('from a file');
	await theirs.panel.getByRole('checkbox', { name: 'Compare run 1' }).check();
	await theirs.panel.getByRole('checkbox', { name: 'Compare run 2' }).check();
	await expect(
		theirs.said.getByText(
			'Same settings and seed. In all 3 epochs that both have they measured the same, to the last digit.'
		)
	).toBeVisible();
	// Once is enough, also after a reload; what came from the file can be saved as it came.
	await other.reload();
	await theirs.ready();
	await expect(theirs.rows).toHaveCount(2);
	await theirs.take('again.json', json);
	await expect(theirs.said.getByText('again.json: no run taken over. 1 is here already.')).toBeVisible();
	await expect(theirs.rows).toHaveCount(2);
	const [copy] = await theirs.exported(await theirs.details('run 2'));
	expect({ ...copy, number: 1, imported: false }).toEqual(first);
	await context.close();

	// In the same card: other settings, and back by the button.
	await card.set('epochs', '1');
	await card.set('seed', '12');
	await detail.getByRole('link', { name: 'Reproduce this run' }).click();
	await expect(detail.getByRole('status')).toHaveText(
		'Settings and seed of run 1 are in the card. Press Train.'
	);
	await expect(card.setting('seed')).toHaveValue('11');
	await expect(card.setting('epochs')).toHaveValue('3');
});

test('files that are damaged, foreign or hostile are named, and take nothing away', async ({ page }) => {
	let dialogs = 0;
	page.on('dialog', (dialog) => {
		dialogs += 1;
		void dialog.dismiss();
	});
	const card = new Runs(page, '13.3');
	await card.open(`#e=13.3&s.layers[1].units=4&s.data.train_rows=1000&s.training.epochs=1`);
	await card.run();
	const json = await textOf(await card.saved(card.files, 'JSON'));
	const csv = await textOf(await card.saved(card.files, 'CSV'));
	const events = await bytesOf(await card.saved(card.files, 'TensorBoard'));
	const [run] = (JSON.parse(json) as { runs: Run[] }).runs;
	const file = (...runs: unknown[]) => JSON.stringify({ format: 'fireside-runs', version: 1, runs });
	const before = await card.cells('run 1');

	const bad: [string | Buffer, RegExp][] = [
		['', /no JSON file, or it was cut off/],
		[json.slice(0, -200), /no JSON file, or it was cut off/],
		['[]', /holds no runs of Fireside/],
		[csv, /a CSV table/],
		[events, /an event file of TensorBoard/],
		[
			json.replace('"version": 1', '"version": 9'),
			/A newer Fireside wrote this file \(form 9, known here 1\)/
		],
		[file({ ...run, experiment: '13.4' }), /runs\[0\]\.experiment: this run is of experiment 13\.4/],
		[file({ ...run, rows: 'many' }), /runs\[0\]\.rows: should be a list, is a text/],
		[file({ ...run, seed: -1 }), /runs\[0\]\.seed: -1 is not between 0 and/],
		[
			file({ ...run, notes: [{ type: '<svg onload=alert(1)>', update: 1, at: 1 }] }),
			/runs\[0\]\.notes\[0\]\.type: “<svg onload/
		],
		[Buffer.alloc(20_000_001, 0x20), /21 MB, at most 20 MB are read/]
	];
	for (const [content, said] of bad) {
		await card.take('bad.json', content);
		await expect(card.said.filter({ hasText: 'bad.json: no run taken over.' })).toContainText(said);
		await expect(card.rows).toHaveCount(1);
		expect(await card.cells('run 1')).toEqual(before);
	}

	// One sound run among others, with the id of the one that is here and a name that would like to be code.
	const evil = '<img src=x onerror=alert(1)>';
	const edits = [{ path: 'seed', name: 'seed', from: evil, to: '<script>alert(1)</script>' }];
	await card.take('mixed.json', file({ ...run, name: evil, seed: 5, edits }, { ...run, ends: [] }, 7));
	await expect(card.said.getByText('mixed.json: 1 run taken over.')).toBeVisible();
	await expect(card.said.getByText('runs[1].ends: has 0 entries, expected 1.')).toBeVisible();
	await expect(card.said.getByText('runs[2]: should be an object, is a number.')).toBeVisible();
	await expect(card.rows).toHaveCount(2);
	expect(await card.cells('run 1')).toEqual(before);
	await expect(card.row(evil)).toContainText('<script>alert(1)</s');
	await card.details(evil);
	await expect(card.root.locator('img[src="x"], script')).toHaveCount(0);
	const table = await textOf(await card.saved(card.files, 'CSV'));
	expect(table.split('\n')[0]).toBe('run,epoch,loss,accuracy,test_loss,test_accuracy,lr');
	expect(dialogs).toBe(0);
});

test('a browser that keeps nothing says so; the runs stay for the visit and can be saved', async ({
	page
}) => {
	const SMALLEST = '#e=13.3&s.layers[1].units=4&s.data.train_rows=1000&s.training.epochs=1';
	const card = new Runs(page, '13.3');
	// Full. Chromium asks for the room that is left when a site opens its storage, not at every write.
	const session = await page.context().newCDPSession(page);
	const { origin } = new URL(test.info().project.use.baseURL ?? '');
	await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
	await card.open(SMALLEST);
	await card.run();
	const trouble = card.said.getByText(/The browser refuses to keep the runs \(QuotaExceededError\)/);
	await expect(trouble).toBeVisible();
	await expect(card.rows).toHaveCount(1);
	expect(await card.exported(card.files)).toHaveLength(1);

	// Room again.
	await session.send('Storage.overrideQuotaForOrigin', { origin });
	const name = (await card.details('run 1')).getByRole('textbox', { name: 'Name' });
	let tries = 0;
	await expect
		.poll(
			async () => {
				await name.fill(`try ${(tries += 1)}`);
				await name.press('Enter');
				await page.waitForTimeout(500);
				return trouble.count();
			},
			{ timeout: SLOW }
		)
		.toBe(0);
	await page.reload();
	await card.ready();
	await expect(card.row(`try ${tries}`)).toBeVisible();

	// Refused altogether, as in a private window.
	await page.addInitScript(() => {
		IDBFactory.prototype.open = () => {
			throw new DOMException('not here', 'SecurityError');
		};
	});
	await card.open(SMALLEST);
	await expect(card.said.getByText(/refuses to keep the runs \(SecurityError\)/)).toBeVisible();
	await expect(card.rows).toHaveCount(0);
	await card.run();
	expect(await card.exported(card.files)).toHaveLength(1);
});

test('no more runs are kept than there is room for, and a file takes no room from what is here', async ({
	page
}) => {
	const card = new Runs(page, '13.3');
	await card.open('#e=13.3&s.layers[1].units=4&s.data.train_rows=1000&s.training.epochs=1');
	await card.run();
	const [own] = await card.exported(card.files);
	const runs = Array.from({ length: 105 }, (_, index) => ({
		...own,
		id: `from-file-${index}`,
		number: index + 2,
		seed: 1000 + index,
		created: 1_600_000_000_000 + index
	}));
	await card.take('many.json', JSON.stringify({ format: 'fireside-runs', version: 1, runs }));
	await expect(card.said.getByText('many.json: 99 runs taken over.')).toBeVisible({ timeout: SLOW });
	await expect(card.said.getByText(/^runs\[99\]: no room: 100 runs of an experiment are kept/)).toBeVisible();
	await expect(card.rows).toHaveCount(100);
	await expect(card.row('run 1')).toBeVisible();

	// A run of one's own has room: the oldest goes, and that is said.
	await card.set('seed', '8');
	await card.root.getByRole('button', { name: 'Train again' }).click();
	await expect(card.said.getByText('To make room, older runs had to go: 1.')).toBeVisible({ timeout: SLOW });
	await expect(card.progress).toContainText('finished', { timeout: SLOW });
	await page.reload();
	await card.ready();
	await expect(card.rows).toHaveCount(100);
	const seeds = await card.rows.locator('td:nth-child(4)').allTextContents();
	expect([seeds[0], seeds[1], seeds.at(-1)]).toEqual(['7', '1001', '8']);
});

test('the tab fits a phone, in both languages', async ({ page }) => {
	const card = new Runs(page, '13.3');
	await card.open();
	await card.run();
	await card.set('learning rate', '0.01');
	await card.run();
	await page.setViewportSize({ width: 390, height: 800 });
	for (const lang of ['en', 'zh'] as const) {
		if (lang === 'zh') {
			await page.setViewportSize({ width: 1280, height: 800 });
			await switchTo(page, 'zh');
			await page.setViewportSize({ width: 390, height: 800 });
			await card.ready('zh');
		}
		const name = lang === 'zh' ? /的详情$/ : /^Details of/;
		await card.panel.getByRole('button', { name }).first().click();
		for (const box of await card.panel.getByRole('checkbox').all()) await box.check();
		await expect(card.panel.locator('figure.chart canvas')).toHaveCount(2);
		await expect(card.panel).toContainText(
			lang === 'zh' ? '不同之处：学习率' : 'They differ in: learning rate'
		);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
		const boxes = await card.panel
			.locator('.scroll-x')
			.evaluateAll((all) => all.map((box) => box.scrollWidth - box.clientWidth));
		expect(boxes[0]).toBeLessThanOrEqual(0);
		for (const button of await card.panel.locator('button, .btn').all()) {
			const size = await button.boundingBox();
			expect(Math.min(size?.width ?? 0, size?.height ?? 0)).toBeGreaterThanOrEqual(44);
		}
	}
});
