// Threads of the CPU engine: the same numbers as with one, and one where memory cannot be shared.

import { availableParallelism } from 'node:os';
import type { Page } from '@playwright/test';
import { test } from './hosted.ts';
import { recordLosses, takeLosses } from './losses.ts';
import { cardOf, expect, SLOW } from './site.ts';
import { inTrainWorker } from './worker-code.ts';

/** What isolates a page, so that it may share memory. */
const ISOLATED = {
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-embedder-policy': 'require-corp'
};

const withCores = (cores: number) =>
	`Object.defineProperty(navigator, 'hardwareConcurrency', { value: ${cores} });`;

/** Some updates of 13.4 at batch 64: their losses, and what is said of threads. */
async function train(page: Page, updates: number) {
	await recordLosses(page);
	const card = await cardOf(page, '13.4');
	await card.set('batch', '64');
	await card.tab('Inside').click();
	await card.train();
	await card.reaches(updates);
	const fact = card.panel.locator('dl > div').filter({ has: page.getByText('threads', { exact: true }) });
	await expect(fact.locator('dd')).toBeVisible({ timeout: SLOW });
	const threads = Number((await fact.locator('dd').textContent())?.match(/\d+/)?.[0]);
	const text = (await fact.textContent()) ?? '';
	const pieces = Number(/done ([\d,]+) pieces/.exec(text)?.[1]?.replaceAll(',', '') ?? 0);
	await card.pause();
	const msPerStep = Number(/([\d.]+) ms a step/.exec((await card.progress.textContent()) ?? '')?.[1]);
	const losses = (await takeLosses(page)).slice(0, updates).map(({ loss }) => loss);
	expect(losses).toHaveLength(updates);
	return { losses, threads, pieces, msPerStep };
}

test('threads learn the same numbers as one, and share the work', async ({ context, page: alone, host }) => {
	const UPDATES = 80;
	host.headers = ISOLATED;
	await inTrainWorker(alone, withCores(1));
	const one = await train(alone, UPDATES);
	expect(one).toMatchObject({ threads: 1, pieces: 0 });
	await alone.close();
	for (const cores of [2, 4]) {
		const page = await context.newPage();
		await inTrainWorker(page, withCores(cores));
		const several = await train(page, UPDATES);
		expect(several.threads).toBe(cores);
		expect(several.pieces).toBeGreaterThan(UPDATES);
		expect(several.losses).toEqual(one.losses);
		console.log(
			`13.4, batch 64: ${one.msPerStep} ms a step with one thread, ${several.msPerStep} with ${cores}; ` +
				`${several.pieces} pieces done by others`
		);
		await page.close();
	}
});

test('memory that cannot be shared is no reason not to train', async ({ page, host }) => {
	host.headers = ISOLATED;
	await inTrainWorker(
		page,
		`{
			const Plain = WebAssembly.Memory;
			WebAssembly.Memory = function (wish) {
				if (wish.shared) throw new RangeError('could not allocate memory');
				return new Plain(wish);
			};
		}`
	);
	const { threads, pieces, losses } = await train(page, 40);
	expect({ threads, pieces }).toEqual({ threads: 1, pieces: 0 });
	for (const loss of losses) expect(loss).toBeGreaterThan(0);
	expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
});

test('without headers there is one thread, and the site’s own worker brings the others', async ({
	browser,
	host
}) => {
	const cores = availableParallelism();
	expect(cores, 'a machine with several cores').toBeGreaterThan(1);
	for (const serviceWorkers of ['block', 'allow'] as const) {
		const context = await browser.newContext({ baseURL: host.url, locale: 'en-US', serviceWorkers });
		const page = await context.newPage();
		await page.goto('./chapter/13/');
		if (serviceWorkers === 'allow') {
			const isolated = () => page.evaluate(() => crossOriginIsolated).catch(() => false);
			await expect.poll(isolated, { timeout: SLOW }).toBe(true);
		}
		const wanted = serviceWorkers === 'block' ? 1 : Math.min(8, cores);
		const { threads } = await train(page, 10);
		expect(threads).toBe(wanted);
		await expect(page.locator('.engine')).toContainText(wanted === 1 ? '1 thread' : `${wanted} threads`);
		await context.close();
	}
});
