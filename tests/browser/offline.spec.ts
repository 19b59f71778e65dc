// The site without a connection: what was opened stays, a chapter can be taken along, a new version is offered and never
// mixed with the old one, and broken answers are not kept. The host of these specs is one that can go away.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { violations } from './axe.ts';
import { test as hosted } from './hosted.ts';
import { recordLosses, takeLosses } from './losses.ts';
import { digits, Pen } from './pen.ts';
import { alive, Card, expect, expectPack, open, SLOW } from './site.ts';

const test = hosted.extend({ serviceWorkers: 'allow' });

/** Another version of the same site, as `cargo xtask test` builds it for a sub-path. */
function nextVersion(): string {
	const folder = process.env['FIRESIDE_NEXT'] ?? '';
	if (!existsSync(join(folder, 'service-worker.js'))) {
		throw new Error('FIRESIDE_NEXT: a folder with a second build of the site');
	}
	return folder;
}

/** The worker answers for this page, and the page has been loaded again where that isolates it. */
async function kept(page: Page): Promise<void> {
	await expect
		.poll(
			() =>
				page
					.evaluate(() => navigator.serviceWorker.controller !== null && crossOriginIsolated)
					.catch(() => false),
			{ timeout: SLOW }
		)
		.toBe(true);
	await alive(page);
}

/** Of the page as it stands, and of what its worker answers with. */
async function versions(page: Page): Promise<{ page: string; worker: string }> {
	return page.evaluate(async () => {
		const script = document.querySelector('body script')?.textContent ?? '';
		const { version } = (await (
			await fetch(`${location.href.split('books/fireside/')[0]}books/fireside/offline.json`)
		).json()) as {
			version: string;
		};
		return { page: /__sveltekit_(\w+)/.exec(script)?.[1] ?? '', worker: version };
	});
}

const lookForUpdate = (page: Page) =>
	page.evaluate(async () => void (await (await navigator.serviceWorker.getRegistration())?.update()));

/** Names of the caches, and how many files they hold. */
const caches_ = (page: Page) =>
	page.evaluate(async () =>
		Promise.all(
			(await caches.keys()).map(
				async (name) => [name, (await (await caches.open(name)).keys()).length] as const
			)
		)
	);

test('what was opened once works without a host, below any path', async ({ page, host, watch }) => {
	watch.expected(/ERR_CONNECTION|Failed to fetch|503/);
	const loads: string[] = [];
	page.on('domcontentloaded', () => loads.push(page.url()));
	await open(page, 'chapter/13/');
	await kept(page);
	// Loaded again once, so that it is alone with its memory, although the host sends no headers for that.
	expect(loads).toHaveLength(2);
	await page.reload();
	await kept(page);
	expect(loads).toHaveLength(3);
	// By a link: only its data is asked for, and yet the page is here.
	await page.locator('#rail').getByRole('link', { name: 'Reference' }).click();
	await expect(page).toHaveURL(/reference\/$/);
	await expect.poll(() => host.asked.filter((path) => path === 'reference/index.html').length).toBe(1);
	// Nothing heavy came for it.
	expect(host.asked.filter((path) => /\.safetensors|train-00[1-9]/.test(path))).toEqual([]);
	const modules = new Set(host.asked.filter((path) => path.endsWith('.wasm')));
	expect(modules.size, 'of the engines only the one that looks at pictures').toBe(1);

	await host.off();
	for (const path of ['chapter/13/', 'reference/', '', 'zh/', 'chapter/13']) {
		await page.goto(`./${path}`);
		await alive(page);
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
	}
	await page.goto('./?lang=en');
	await alive(page);
	await page.locator('#rail a[href*="chapter/13"]').click();
	await expect(page).toHaveURL(/chapter\/13\/$/);
	// A page that was never opened says so, and shows the way.
	await page.goto('./speed/');
	await expect(page.getByRole('heading', { name: 'No connection' })).toBeVisible();
	await expect(page.getByRole('heading', { name: '没有网络连接' })).toBeVisible();
	await page.getByRole('link', { name: 'the first page' }).click();
	await alive(page);

	await host.on();
	await page.goto('./speed/');
	await alive(page);
	const foreign = watch.requests.filter((url) => /^http/.test(url) && !url.startsWith(host.url));
	expect(foreign).toEqual([]);
});

test('a chapter can be taken along: stopped, gone on with, and trained without a host', async ({
	page,
	host,
	watch
}) => {
	watch.expected(/ERR_CONNECTION|Failed to fetch/);
	await open(page, 'chapter/13/');
	await kept(page);
	// The wall of digits has what it wants: from here on nobody asks but the taking.
	await expectPack(page);
	await page.waitForLoadState('networkidle');
	// And the browser has looked for a newer worker, which it does after each loading once nothing else is going on.
	const looked = () => host.asked.filter((path) => path === 'service-worker.js').length;
	await expect.poll(looked, { timeout: SLOW }).toBeGreaterThan(1);
	const take = page.getByRole('button', { name: 'Take this chapter with you' });
	await take.scrollIntoViewIfNeeded();
	host.twists = [{ match: /train-00|\.wasm$/, how: 'slow' }];
	await take.click();
	const bar = page.getByRole('progressbar', { name: /on this device/ });
	await expect
		.poll(() => bar.evaluate((element: HTMLProgressElement) => element.value), { timeout: SLOW })
		.toBeGreaterThan(0);
	expect(await violations(page)).toEqual([]);
	await page.getByRole('button', { name: 'Cancel', exact: true }).click();
	await expect(page.getByText('Stopped. What had come stays for the next time.')).toBeVisible();
	const asked = host.asked.length;
	await page.waitForTimeout(1000);
	expect(host.asked.slice(asked)).toEqual([]);

	// Something arrives changed: it is named, and not kept.
	host.twists = [{ match: /train-003/, how: 'changed' }];
	await take.click();
	await expect(page.getByText(/packs\/mnist\/train-003\S+ did not come as it should/)).toBeVisible({
		timeout: SLOW
	});
	host.twists = [];
	const before = host.asked.length;
	await take.click();
	await expect(page.getByText(/This chapter is on this device.*\(1[0-9]\.\d MB\)/)).toBeVisible({
		timeout: SLOW
	});
	// What had come is not fetched again.
	expect(host.asked.slice(before).filter((path) => /train-00[0-2]|\.wasm/.test(path))).toEqual([]);

	await host.off();
	await page.reload();
	await alive(page);
	const card = new Card(page, '13.4');
	await card.root.scrollIntoViewIfNeeded();
	await card.train();
	expect(await card.reaches(3)).toMatchObject({ steps: 300 });
	await expect(page.getByText('trains on the built-in sample')).toHaveCount(0);
	await card.control('Stop').click();
	const pen = new Pen(page.getByRole('region', { name: 'Draw a digit', exact: true }));
	await pen.draw(digits['1']);
	await pen.expectDigit('1');
	await page.goto('./zh/chapter/13/');
	await alive(page);
	await expect(new Card(page, '13.4').control('训练')).toBeEnabled({ timeout: SLOW });
});

test('a new version is offered, and taken as a whole', async ({ page, host, context, watch }) => {
	watch.expected(/503/);
	await open(page, '');
	await kept(page);
	const other = await context.newPage();
	await other.goto(`${host.url}chapter/13/`);
	await alive(other);
	const first = await versions(page);

	host.publish(nextVersion());
	const second = JSON.parse(readFileSync(join(nextVersion(), 'offline.json'), 'utf8')) as { version: string };
	expect(second.version).not.toBe(first.worker);
	await lookForUpdate(page);
	const notice = page.getByRole('status').filter({ hasText: 'There is a new version of this book.' });
	await expect(notice).toBeVisible({ timeout: SLOW });
	expect(await violations(page)).toEqual([]);
	// Only offered: what is loaded now is still all of the old one, which was kept whole.
	await page.reload();
	await alive(page);
	expect(await versions(page)).toEqual(first);
	await page.locator('#rail a[href*="chapter/13"]').click();
	await expect(page).toHaveURL(/chapter\/13\/$/);
	expect(await versions(page)).toEqual(first);
	// A page that the old version never kept, and which has changed: the host's new one comes as a whole, not its data
	// into the old frame.
	host.twists = [{ match: /^speed\/__data\.json/, how: 'changed' }];
	await page.locator('#rail').getByRole('link', { name: 'How fast is it?' }).click();
	await expect(page).toHaveURL(/speed\/$/);
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await alive(page);
	expect((await versions(page)).page).not.toBe(first.page);
	host.twists = [];

	await page.goto('./');
	await alive(page);
	// Both are here, each whole.
	expect((await caches_(page)).filter(([name, files]) => name.includes('site') && files > 40)).toHaveLength(
		2
	);
	// Nobody asks the old worker for anything meanwhile: it goes when it has been idle, which with a debugger at it (as
	// here) may take half a minute after the last question.
	const loaded = page.waitForEvent('domcontentloaded', { timeout: SLOW });
	await notice.getByRole('button', { name: 'Load it' }).click();
	await loaded;
	await alive(page);
	expect((await versions(page)).worker).toBe(second.version);
	expect((await versions(page)).page).not.toBe(first.page);

	// The other page is of the old version: it goes on with its own files, which the host has no more.
	await expect(other.getByText('This page is of an earlier version.')).toBeVisible({ timeout: SLOW });
	const pen = new Pen(other.getByRole('region', { name: 'Draw a digit', exact: true }));
	await pen.draw(digits['0']);
	await pen.expectDigit('0');
	const theirs = await other.evaluate(
		async () => (await (await fetch('../../offline.json')).json()) as { version: string }
	);
	expect(theirs.version).toBe(first.worker);
	// Its links load whole pages, which are new.
	await other.locator('#rail').getByRole('link', { name: 'Reference' }).click();
	await expect(other).toHaveURL(/reference\/$/);
	await alive(other);
	expect(await versions(other)).toEqual(await versions(page));
	// No page of the old version is left: neither is its cache. A page that is too busy to tell its version is asked again
	// with the next one that is opened.
	const names = async () => {
		await page.reload();
		await alive(page);
		await page.waitForTimeout(1000);
		return (await caches_(page)).map(([name]) => name).filter((name) => name.includes('site'));
	};
	await expect.poll(names, { timeout: SLOW }).toEqual([`fireside-site ${host.path} ${second.version}`]);
});

/** The next updates of the run that trains, so many or more. */
async function hears(page: Page, count: number): Promise<number[]> {
	const heard: number[] = [];
	const all = async () => heard.push(...(await takeLosses(page)).map(({ update }) => update));
	await expect.poll(all, { timeout: SLOW }).toBeGreaterThanOrEqual(count);
	return heard;
}

test('later is later; a run that is on is saved before the new version comes', async ({ page, host }) => {
	await recordLosses(page);
	await open(page, 'chapter/13/');
	await kept(page);
	const card = new Card(page, '13.4');
	await card.root.scrollIntoViewIfNeeded();
	await card.train();
	await card.reaches(3);
	host.publish(nextVersion());
	await lookForUpdate(page);
	const notice = page.getByRole('status').filter({ hasText: 'There is a new version of this book.' });
	await expect(notice).toContainText('it is saved first', { timeout: SLOW });
	await notice.getByRole('button', { name: 'Later' }).click();
	await expect(notice).toHaveCount(0);
	// Long enough that it was saved on its way, which happens first after two seconds.
	await card.reaches(150);
	await page.reload();
	await alive(page);
	await card.root.locator('.notice.saved').getByRole('button', { name: 'Continue', exact: true }).click();
	await card.reaches(5);
	// Far from the last save on its own, which happens every twenty seconds: what is kept now was saved for this.
	const before = await hears(page, 60);
	await notice.getByRole('button', { name: 'Load it' }).click();
	await expect(card.root.getByText('The run was kept on this device.')).toBeVisible({ timeout: SLOW });
	await card.root.locator('.notice.saved').getByRole('button', { name: 'Continue', exact: true }).click();
	const after = await hears(page, 1);
	expect(after[0], 'it goes on where it was').toBeGreaterThan(before.at(-1) ?? Infinity);
});

test('broken answers are not kept, and what lies in the cache is checked', async ({ page, host, watch }) => {
	watch.expected(/./);
	// The shell does not arrive whole: no worker takes over, and the page works as it does without.
	host.twists = [{ match: /icons\/flame-180\.png/, how: 'changed' }];
	await open(page, 'chapter/13/');
	await expect.poll(() => host.asked.includes('icons/flame-180.png'), { timeout: SLOW }).toBe(true);
	await page.waitForTimeout(1500);
	expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
	host.twists = [{ match: /icons\/flame-180\.png/, how: 'cut' }];
	await page.reload();
	await alive(page);
	await page.waitForTimeout(1500);
	expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
	host.twists = [];
	await page.reload();
	await kept(page);

	// An engine that is cut off, or changed on its way, is not kept.
	const wasm = async () =>
		page.evaluate(async () => {
			for (const name of (await caches.keys()).filter((name) => name.startsWith('fireside-site'))) {
				const keys = await (await caches.open(name)).keys();
				if (keys.some(({ url }) => url.endsWith('.wasm'))) return true;
			}
			return false;
		});
	// The wall of digits has asked for one already.
	await expect.poll(wasm, { timeout: SLOW }).toBe(true);
	await page.evaluate(async () => {
		for (const name of (await caches.keys()).filter((name) => name.startsWith('fireside-site'))) {
			const cache = await caches.open(name);
			for (const key of await cache.keys()) if (key.url.endsWith('.wasm')) await cache.delete(key);
		}
	});
	const card = new Card(page, '13.4');
	for (const how of ['cut', 'missing', 'changed'] as const) {
		host.twists = [{ match: /\.wasm$/, how }];
		const asked = host.asked.length;
		await page.reload();
		await alive(page);
		await card.root.scrollIntoViewIfNeeded();
		await card.control('Step').click();
		await expect
			.poll(() => host.asked.slice(asked).some((path) => path.endsWith('.wasm')), {
				timeout: SLOW,
				message: how
			})
			.toBe(true);
		await page.waitForTimeout(1500);
		expect(await wasm(), how).toBe(false);
	}
	host.twists = [];
	await page.reload();
	await alive(page);
	await card.root.scrollIntoViewIfNeeded();
	await card.control('Step').click();
	await card.reaches(1);
	await expect.poll(wasm, { timeout: SLOW }).toBe(true);

	// Somebody writes into the cache: the bytes are not what they should be, and are fetched again.
	const polluted = await page.evaluate(async () => {
		let count = 0;
		for (const name of (await caches.keys()).filter((name) => name.startsWith('fireside-site'))) {
			const cache = await caches.open(name);
			for (const { url } of await cache.keys()) {
				await cache.put(url, new Response('document.title = "polluted"; globalThis.ran = 1;'));
				count += 1;
			}
		}
		return count;
	});
	expect(polluted).toBeGreaterThan(40);
	await page.reload();
	await alive(page);
	expect(await page.evaluate(() => 'ran' in globalThis)).toBe(false);
	await expect(page).toHaveTitle(/Handwritten digits/);
	await card.root.scrollIntoViewIfNeeded();
	await card.control('Step').click();
	await card.reaches(1);
});

test('where the page cannot be isolated it is loaded again once at most, and trains', async ({
	page,
	host,
	watch
}) => {
	watch.expected(/404|favicon/);
	const loads: string[] = [];
	page.on('framenavigated', (frame) => loads.push(frame.url()));
	await page.goto(new URL('/frame.html', host.url).href);
	const frame = page.frameLocator('iframe');
	await expect(frame.locator('.engine i.good')).toBeAttached({ timeout: SLOW });
	await page.waitForTimeout(4000);
	expect(loads.filter((url) => url.includes('chapter/13/')).length).toBeLessThanOrEqual(2);
	const card = frame.locator('[id="e13.4"]');
	await card.getByRole('button', { name: 'Step', exact: true }).click();
	await expect(card.locator('.progress')).toContainText(/step 1 of 300/, { timeout: SLOW });
});
