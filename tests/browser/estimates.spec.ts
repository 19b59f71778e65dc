// What the page says of a run before it starts, against what is measured; and what is too large is not even tried.

import type { Page } from '@playwright/test';
import { Card, expect, expectPack, open, SLOW, switchTo, test } from './site.ts';
import { inTrainWorker, trainWorker } from './worker-code.ts';

/** Of the issue: an estimate within this factor says something. */
const FACTOR = 2;

/** Keeps hold of the engine's memory. */
const WATCH = `{
	const instantiate = WebAssembly.instantiate;
	WebAssembly.instantiate = async (...args) => {
		const made = await instantiate.apply(WebAssembly, args);
		self.engineMemory = (made.instance ?? made).exports.memory;
		return made;
	};
}`;
type Scope = { engineMemory?: WebAssembly.Memory };

/** Bytes of the engine's memory, which never shrinks: the most that was used. */
function used(page: Page): Promise<number> {
	return trainWorker(page).evaluate(
		() => (globalThis as unknown as Scope).engineMemory?.buffer.byteLength ?? 0
	);
}

/** `120 MB` or `1.2 GB`, in bytes. */
function bytesIn(text: string): number {
	const found = /([\d.]+) (MB|GB) of memory/.exec(text);
	return Number(found?.[1]) * (found?.[2] === 'GB' ? 1e9 : 1e6);
}

/** `40 s`, `3 min`, in seconds. */
function secondsIn(text: string): number {
	const found = /about ([\d.]+) (s|min|h)\b/.exec(text);
	return Number(found?.[1]) * ({ s: 1, min: 60, h: 3600 }[found?.[2] ?? ''] ?? NaN);
}

async function card(page: Page, id: string): Promise<Card> {
	await inTrainWorker(page, WATCH);
	await open(page, 'chapter/13/');
	await expectPack(page);
	const found = new Card(page, id);
	await found.root.scrollIntoViewIfNeeded();
	return found;
}
const forecast = ({ root }: Card) => root.locator('.forecast');

function within(name: string, said: number, measured: number): void {
	console.log(`${name}: said ${said}, measured ${measured}`);
	expect(said / measured, `${name}: ${said} against ${measured}`).toBeLessThan(FACTOR);
	expect(said / measured, `${name}: ${said} against ${measured}`).toBeGreaterThan(1 / FACTOR);
}

for (const [id, batch] of [
	['13.3', '100'],
	['13.4', '64'],
	['13.4', '2000'],
	['13.5', '1000']
] as const) {
	test(`memory of ${id} with batches of ${batch} is what was said`, async ({ page }) => {
		const run = await card(page, id);
		await run.set('batch', batch);
		const said = bytesIn((await forecast(run).textContent()) ?? '');
		await run.train();
		await run.reaches(4);
		await run.pause();
		within(`MB of ${id}, batch ${batch}`, said / 1e6, (await used(page)) / 1e6);
		await run.control('Reset').click();
	});
}

test('time: unknown at first, then measured with a few steps, then what an epoch takes', async ({ page }) => {
	test.setTimeout(10 * 60_000);
	const run = await card(page, '13.4');
	await run.set('epochs', '1');
	await expect(forecast(run)).toContainText(/^Takes about \d+ MB of memory\./);
	await forecast(run).getByRole('button', { name: 'How long will it take?' }).click();
	await expect(forecast(run)).toContainText(/^Takes about \d+ (s|min) here/, { timeout: SLOW });
	const said = secondsIn((await forecast(run).textContent()) ?? '');
	// The steps are thrown away: there is no run.
	await expect(run.progress).toHaveCount(0);
	await expect(run.control('Train')).toBeEnabled();
	await switchTo(page, 'zh');
	await expect(forecast(run)).toContainText('在本机约需');
	await switchTo(page, 'en');

	await run.train();
	await run.reaches(1);
	const began = Date.now();
	await expect(run.progress).toContainText(/finished · 1 epoch(?!s)/, { timeout: 8 * 60_000 });
	within('seconds of an epoch of 13.4', said, (Date.now() - began) / 1000);
});

/** Refused beside Train, and when it is pressed all the same; the engine was not even asked. */
async function refused(run: Card, why: RegExp, code: string): Promise<void> {
	const before = await used(run.page);
	await expect(forecast(run)).toContainText(why);
	const [, needed, limit] = why.exec((await forecast(run).textContent()) ?? '') ?? [];
	expect(Number(needed)).toBeGreaterThan(Number(limit));
	await run.train();
	await expect(run.alert).toContainText(why, { timeout: SLOW });
	await expect(run.alert).toContainText(code);
	await expect(run.progress).toHaveCount(0);
	expect(await used(run.page)).toBe(before);
}

test('a batch that cannot fit on a small device is refused with one that does', async ({ page }) => {
	// A telephone of 1 GB.
	await page.addInitScript(() => {
		Object.defineProperty(Navigator.prototype, 'deviceMemory', { get: () => 1 });
	});
	const run = await card(page, '13.4');
	await run.set('batch', '4000');
	const why = /would need about (\d+) MB of memory, and there are (\d+) MB for it here\. Take a batch/;
	await refused(run, why, 'too_large_batch');
	await switchTo(page, 'zh');
	await expect(forecast(run)).toContainText('请把批量减到');
	await expect(run.alert).toContainText('请把批量减到');
	await switchTo(page, 'en');

	const batch = /at most (\d+) rows/.exec((await forecast(run).textContent()) ?? '')?.[1] ?? '';
	expect(Number(batch)).toBeGreaterThan(500);
	await run.set('batch', batch);
	await expect(forecast(run)).toContainText(/^Takes about \d+ MB of memory\./);
	await run.train();
	await run.reaches(2);
	await expect(run.alert).toHaveCount(0);
	await run.pause();
	// What was promised: it fits.
	expect(await used(page)).toBeLessThan(500e6);
	await run.control('Reset').click();
});

test('a network that cannot fit anywhere is refused', async ({ page }) => {
	const run = await card(page, '13.3');
	await run.tab('Text').click();
	const area = run.panel.getByRole('textbox');
	const text = await area.inputValue();
	await area.fill(
		text
			.replace('units = 784', 'units = 100000')
			.replace('units = 10\n', 'units = 600\n\n[[layers]]\ntype = "Dense"\nunits = 10\n')
			.replace('batch_size = 200', 'batch_size = 10')
	);
	await expect(run.panel.getByText(/^Applied:/)).toBeVisible({ timeout: SLOW });
	await refused(
		run,
		/would need about ([\d.]+) GB .* there are ([\d.]+) GB .* the network is too large/,
		'too_large_network'
	);
});
