// The WebGPU engine in a real browser, on Chromium's software adapter: slow, and right.

import type { Page } from '@playwright/test';
import { launch, WEBGPU } from './chromium.ts';
import { asked, loseDevice, watchGpu } from './gpu.ts';
import { takeLosses } from './losses.ts';
import { Card, expect, expectPack, open, SLOW, switchTo, test } from './site.ts';
import { trainWorkers } from './worker-code.ts';

test.use({ launchOptions: launch(WEBGPU) });

/** Of the design's table: the GPU against the CPU. */
const TOLERANCE = 1e-3;
const STEPS = 5;
/** Updates of a run that lost its device twice which are compared: later, rounding has its way. */
const COMPARED = 10;
/** Longest until the first step, compiling included. */
const FIRST_STEP = 20_000;

/** A page that trains 13.4 in small batches. Fails where there is no WebGPU: nothing would be tested then. */
async function smallBatches(page: Page): Promise<Card> {
	await watchGpu(page);
	await open(page, 'chapter/13/');
	const adapter = await page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter()));
	expect(adapter, 'this browser has WebGPU').toBe(true);
	await expectPack(page);
	const card = new Card(page, '13.4');
	await card.root.scrollIntoViewIfNeeded();
	await card.set('batch', '8');
	return card;
}

/** The engine that the reader wants, in the rail. */
async function choose(page: Page, engine: 'Auto' | 'CPU' | 'GPU'): Promise<void> {
	const button = page.locator('.engine').getByRole('button', { name: engine, exact: true });
	await button.click();
	await expect(button).toHaveAttribute('aria-pressed', 'true');
}

async function steps(card: Card, count: number): Promise<number[]> {
	await takeLosses(card.page);
	for (let step = 1; step <= count; step += 1) {
		await card.control('Step').click();
		await card.reaches(step);
		await expect(card.control('Continue')).toBeEnabled({ timeout: SLOW });
	}
	return (await takeLosses(card.page)).map(({ loss }) => loss);
}

test('five steps on the GPU are those of the CPU, and the self-check agrees', async ({ page }) => {
	test.setTimeout(10 * 60_000);
	const card = await smallBatches(page);
	// A processor that plays a GPU is not chosen by itself, and the page says so.
	await expect(page.locator('.engine')).toContainText('is a program, not a GPU: the CPU is faster');
	await choose(page, 'GPU');
	await expect(page.locator('.engine')).toContainText('GPU in software');

	const began = Date.now();
	await card.control('Step').click();
	await expect(card.root.getByText(/compiling GPU kernels · \d+ of \d+/)).toBeVisible({ timeout: SLOW });
	await card.reaches(1);
	const first = Date.now() - began;
	await expect(card.control('Continue')).toBeEnabled();
	const { pipelines } = await asked(page);
	console.log(`first step on the GPU after ${(first / 1000).toFixed(1)} s, ${pipelines} pipelines`);
	expect(first).toBeLessThan(FIRST_STEP);
	await card.control('Reset').click();

	const onGpu = await steps(card, STEPS);
	expect(await asked(page)).toMatchObject({ pipelines });
	await card.control('Reset').click();

	await page.locator('.engine').getByRole('button', { name: 'Self-check' }).click();
	const verdict = page.locator('.engine').getByText(/agrees with CPU to/);
	await expect(verdict).toBeVisible({ timeout: SLOW });
	console.log(`self-check: ${await verdict.textContent()}`);
	await expect(verdict).toContainText('Conv2D');
	await expect(verdict).toContainText('Dropout');
	await page.locator('.engine details summary').click();
	// Six layers and the loss.
	await expect(page.locator('.engine details dl')).toHaveCount(7);

	await choose(page, 'CPU');
	const onCpu = await steps(card, STEPS);
	expect(onGpu).toHaveLength(STEPS);
	expect(onCpu).toHaveLength(STEPS);
	const apart = onGpu.map(
		(loss, step) => Math.abs(loss - (onCpu[step] ?? NaN)) / Math.abs(onCpu[step] ?? NaN)
	);
	console.log(`${STEPS} losses, GPU against CPU: ${Math.max(...apart).toExponential(1)} apart`);
	for (const difference of apart) expect(difference).toBeLessThanOrEqual(TOLERANCE);
});

test('a GPU that goes away: the run goes on on a new one, then on the CPU', async ({ page, watch }) => {
	test.setTimeout(10 * 60_000);
	// Chromium grumbles about work that was on its way to the lost device.
	watch.expected(/device|Device|destroyed|mapAsync|GPU/);
	const card = await smallBatches(page);
	await choose(page, 'GPU');
	await card.train();
	await card.reaches(4);
	await loseDevice(page);
	const note = card.root.locator('.notice');
	await expect(note.getByText(/The GPU went away/)).toBeVisible({ timeout: SLOW });
	await expect(page.locator('.engine')).toContainText('GPU in software');
	await switchTo(page, 'zh');
	await expect(note.first()).toContainText('GPU');
	await switchTo(page, 'en');
	const later = await card.reaches(8);
	expect(later.steps).toBe(7500);

	await loseDevice(page);
	await expect(note.getByText(/The GPU went away twice in this run/)).toBeVisible({ timeout: SLOW });
	// The CPU is fast: it is far ahead soon.
	await card.reaches(100);
	expect(trainWorkers(page).length).toBe(1);
	const paused = await card.pause();
	expect(paused.step).toBeGreaterThanOrEqual(100);
	const disturbed = await takeLosses(page);

	// The same run on the CPU, undisturbed: in the first updates the losses are the same, on whatever they were computed.
	await card.control('Reset').click();
	await choose(page, 'CPU');
	await card.train();
	await card.reaches(COMPARED + 5);
	await card.pause();
	const wanted = new Map((await takeLosses(page)).map(({ update, loss }) => [update, loss]));
	const lives = disturbed.filter(({ update }) => update <= COMPARED);
	// It went on from what was saved, which is due after the first step: that step was made once.
	expect(disturbed.filter(({ update }) => update === 1)).toHaveLength(1);
	// Some updates were made more than once: what was not saved is done again.
	expect(lives.length).toBeGreaterThan(COMPARED);
	expect(new Set(lives.map(({ update }) => update)).size).toBe(COMPARED);
	const apart = lives.map(({ update, loss }) => {
		const cpu = wanted.get(update) ?? NaN;
		return Math.abs(loss - cpu) / Math.abs(cpu);
	});
	console.log(
		`${lives.length} losses through two lost devices, against the CPU: ${Math.max(...apart)} apart`
	);
	for (const difference of apart) expect(difference).toBeLessThanOrEqual(TOLERANCE);
});

test('a run that goes astray on the GPU is taken back there, and mended', async ({ page }) => {
	test.setTimeout(10 * 60_000);
	const card = await smallBatches(page);
	await choose(page, 'GPU');
	await card.train();
	await card.reaches(3);
	await card.setting('learning rate').fill('90');
	await card.setting('learning rate').press('Enter');
	await expect(card.alert).toContainText('The run went astray.', { timeout: 3 * SLOW });
	const back = Number(/after step (\d+) of the run/.exec((await card.alert.textContent()) ?? '')?.[1]);
	expect(back).toBeGreaterThan(0);
	await takeLosses(page);
	await card.alert.getByRole('button', { name: 'Learning rate 90 → 0.001, and go on' }).click();
	await card.reaches(back + 4);
	await expect(page.locator('.engine')).toContainText('GPU in software');
	const after = await takeLosses(page);
	expect(after[0]?.update).toBe(back + 1);
	for (const { loss } of after) expect(loss).toBeLessThan(4);
	await card.pause();
});

test('the engine is switched in mid-page, and the run goes on', async ({ page }) => {
	test.setTimeout(10 * 60_000);
	const card = await smallBatches(page);
	await choose(page, 'CPU');
	await card.train();
	await card.reaches(20);
	const paused = await card.pause();
	await choose(page, 'GPU');
	await card.control('Continue').click();
	const onGpu = await card.reaches(paused.step + 2);
	expect(onGpu.step).toBeLessThan(paused.step + 200);
	await expect(page.locator('.engine')).toContainText('GPU in software');
	// In the middle of the run: it is paused and saved first.
	await choose(page, 'CPU');
	await expect(card.progress).toContainText('paused', { timeout: SLOW });
	await card.control('Continue').click();
	await card.reaches(paused.step + 300);
	await card.pause();
});
