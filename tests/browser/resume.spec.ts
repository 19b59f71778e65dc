// A reload, a closed tab, a killed worker in mid-training lose next to nothing: the page offers to go on, and what
// goes on is the same run.

import type { Locator } from '@playwright/test';
import { recordLosses, takeLosses, type Loss } from './losses.ts';
import { alive, Card, cardOf, expect, positionIn, SLOW, switchTo, test } from './site.ts';
import { inTrainWorker, trainWorker } from './worker-code.ts';

type Recorder = Window & { progressTexts?: string[] };

/** Keeps every text that the progress line shows from now on. */
async function record(root: Locator): Promise<void> {
	await root.evaluate((element) => {
		const texts: string[] = ((window as Recorder).progressTexts = []);
		new MutationObserver(() => {
			const text = element.querySelector('.progress p')?.textContent ?? '';
			if (text !== texts.at(-1)) texts.push(text);
		}).observe(element, { subtree: true, childList: true, characterData: true });
	});
}

/** The first step that was shown since `record`. */
async function firstStep(root: Locator): Promise<number> {
	const texts = await root.evaluate(() => (window as Recorder).progressTexts ?? []);
	const first = texts.map(positionIn).find((position) => position !== null);
	return first?.step ?? 0;
}

test('a run goes on after a reload; a discarded one does not come back', async ({ page }) => {
	const card = await cardOf(page, '13.4');
	await card.set('batch', '64');
	await card.train();
	// The first saving is due two seconds after the start.
	await card.reaches(10);
	await page.waitForTimeout(4000);
	const before = await card.reaches(20);

	await page.reload();
	const offer = card.root.getByText('You stopped in epoch 1 of 10. The run was kept on this device.');
	await expect(offer).toBeVisible({ timeout: SLOW });
	await record(card.root);
	await card.root.locator('.notice.saved').getByRole('button', { name: 'Continue', exact: true }).click();
	await card.reaches(before.step + 5);
	const resumed = await firstStep(card.root);
	console.log(`reload at step ${before.step}, went on from ${resumed}`);
	// A fresh run would begin with the first or second step.
	expect(resumed).toBeGreaterThanOrEqual(5);
	// The text of the run came back with it.
	await expect(card.setting('batch')).toHaveValue('64');

	// A pause saves: nothing at all is lost.
	const paused = await card.pause();
	await page.reload();
	await expect(offer).toBeVisible({ timeout: SLOW });
	await record(card.root);
	await card.root.locator('.notice.saved').getByRole('button', { name: 'Continue', exact: true }).click();
	await card.reaches(paused.step + 3);
	expect(await firstStep(card.root)).toBeGreaterThanOrEqual(paused.step);
	await card.pause();

	await page.reload();
	await expect(offer).toBeVisible({ timeout: SLOW });
	await card.button('Discard').click();
	await expect(offer).toHaveCount(0);
	await page.reload();
	await expect(card.control('Train')).toBeEnabled();
	await page.waitForTimeout(1500);
	await expect(offer).toHaveCount(0);
	await expect(card.root.locator('.notice')).toHaveCount(0);
});

const goOn = (card: Card) =>
	card.root.locator('.notice.saved').getByRole('button', { name: 'Continue', exact: true }).click();

/** Long enough for a saving on its own: the first one of a run is due after two seconds. */
const SAVED = 4000;

test('reload, closed tab, killed worker: the losses are those of a run that nobody disturbed', async ({
	page,
	context
}) => {
	test.setTimeout(10 * 60_000);
	const UPDATES = 450;
	await recordLosses(page);
	const undisturbed = await cardOf(page, '13.4');
	await undisturbed.set('batch', '64');
	await undisturbed.train();
	await undisturbed.reaches(UPDATES);
	await undisturbed.pause();
	const wanted = new Map((await takeLosses(page)).map(({ update, loss }) => [update, loss]));
	expect(wanted.size).toBeGreaterThanOrEqual(UPDATES);
	await undisturbed.control('Reset').click();
	await expect(undisturbed.progress).toHaveCount(0);

	/** What was heard in each life of the run. */
	const lives: Loss[][] = [];
	await undisturbed.train();
	await undisturbed.reaches(20);
	await page.waitForTimeout(SAVED);
	lives.push(await takeLosses(page));
	await page.reload();
	await alive(page);
	await goOn(undisturbed);
	await undisturbed.reaches((lives[0]?.at(-1)?.update ?? 0) + 5);
	await page.waitForTimeout(SAVED);
	lives.push(await takeLosses(page));

	// The tab is gone, without a word; another one is opened.
	await page.close();
	const other = await context.newPage();
	await recordLosses(other);
	const card = await cardOf(other, '13.4');
	await goOn(card);
	await card.reaches((lives[1]?.at(-1)?.update ?? 0) + 5);
	await other.waitForTimeout(SAVED);

	await trainWorker(other).evaluate(() => self.close());
	await expect(card.alert).toContainText('The engine stopped unexpectedly.', { timeout: SLOW });
	lives.push(await takeLosses(other));
	await card.control('Try again').click();
	await card.reaches(Math.min(UPDATES, (lives[2]?.at(-1)?.update ?? 0) + 20));
	await card.pause();
	lives.push(await takeLosses(other));

	let compared = 0;
	for (const [index, life] of lives.entries()) {
		const [first, last] = [life[0]?.update ?? 0, life.at(-1)?.update ?? 0];
		console.log(`life ${index + 1} of the run: updates ${first} to ${last}`);
		// Each goes on where the one before was saved: not at the beginning, and without a gap.
		if (index > 0) {
			expect(first).toBeGreaterThan(lives[index - 1]?.[0]?.update ?? Infinity);
			expect(first).toBeLessThanOrEqual((lives[index - 1]?.at(-1)?.update ?? 0) + 1);
		}
		for (const { update, loss } of life) {
			if (!wanted.has(update)) continue;
			expect(loss, `loss of update ${update}, life ${index + 1}`).toBe(wanted.get(update));
			compared += 1;
		}
	}
	console.log(`${compared} losses are the same numbers`);
	expect(compared).toBeGreaterThan(100);
	await card.control('Reset').click();
});

const REFUSALS = {
	full: {
		code: `FileSystemSyncAccessHandle.prototype.write = () => {
			throw new DOMException('the quota is used up', 'QuotaExceededError');
		};`,
		en: 'There is no room left to keep the run on this device. It goes on, but will be lost with this page.',
		zh: '本机没有空间保存这次运行了。'
	},
	refused: {
		code: `StorageManager.prototype.getDirectory = async () => {
			throw new DOMException('not in this window', 'SecurityError');
		};`,
		en: 'The browser refused to keep the run. It goes on, but will be lost with this page.',
		zh: '浏览器不允许保存这次运行。'
	}
};

for (const [why, { code, en, zh }] of Object.entries(REFUSALS)) {
	test(`storage that is ${why} is said, and the run goes on without`, async ({ page }) => {
		await recordLosses(page);
		await inTrainWorker(page, code);
		const card = await cardOf(page, '13.4');
		await card.set('batch', '64');
		await card.train();
		const note = card.root.locator('.notice.saved');
		await expect(note).toContainText(en, { timeout: SLOW });
		await switchTo(page, 'zh');
		await expect(note).toContainText(zh);
		await switchTo(page, 'en');

		// It goes on, also over a pause.
		const { step } = await card.reaches(((await card.position())?.step ?? 0) + 10);
		const paused = await card.pause();
		expect(paused.step).toBeGreaterThanOrEqual(step);
		await card.control('Continue').click();
		await card.reaches(paused.step + 5);
		await card.pause();
		const updates = (await takeLosses(page)).map(({ update }) => update);
		expect(updates).toEqual(updates.map((_, index) => index + 1));

		// What could not be kept is not offered.
		await page.reload();
		await alive(page);
		await expect(card.control('Train')).toBeEnabled();
		await page.waitForTimeout(1500);
		await expect(card.root.locator('.notice')).toHaveCount(0);
	});
}
