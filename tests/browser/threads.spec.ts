// Threads of the CPU engine: the same numbers as with one, and one where memory cannot be shared.

import type { Page } from '@playwright/test';
import { recordLosses, takeLosses } from './losses.ts';
import { Card, expect, expectPack, open, SLOW, test } from './site.ts';

/** A host that sends the headers that isolate a page, and a training worker that runs `code` first. */
async function isolated(page: Page, code: string): Promise<void> {
	await page.route(
		(url) => /\/(?:[^/]*\.worker[^/]*\.js)?$/.test(url.pathname),
		async (route) => {
			const response = await route.fetch();
			const trains = /\/train\.worker/.test(response.url());
			await route.fulfill({
				response,
				headers: {
					...response.headers(),
					'cross-origin-opener-policy': 'same-origin',
					'cross-origin-embedder-policy': 'require-corp'
				},
				...(trains ? { body: `${code}\n${await response.text()}` } : {})
			});
		}
	);
}

const withCores = (cores: number) =>
	`Object.defineProperty(navigator, 'hardwareConcurrency', { value: ${cores} });`;

/** Some updates of 13.4 at batch 64: their losses, and what is said of threads. */
async function train(page: Page, updates: number) {
	await recordLosses(page);
	await open(page, 'chapter/13/');
	await expectPack(page);
	const card = new Card(page, '13.4');
	await card.root.scrollIntoViewIfNeeded();
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

test('threads learn the same numbers as one, and share the work', async ({ context, page: alone }) => {
	const UPDATES = 80;
	await isolated(alone, withCores(1));
	const one = await train(alone, UPDATES);
	expect(one).toMatchObject({ threads: 1, pieces: 0 });
	await alone.close();
	for (const cores of [2, 4]) {
		const page = await context.newPage();
		await isolated(page, withCores(cores));
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

test('memory that cannot be shared is no reason not to train', async ({ page }) => {
	await isolated(
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
