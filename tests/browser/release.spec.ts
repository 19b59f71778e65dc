// The release, unpacked into a folder and served by `python3 -m http.server` below a path: it trains, answers and comes
// back after a reload, with the server and, after one visit, without it.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { digits, Pen } from './pen.ts';
import { alive, Card, expect, open, SLOW, test as watched } from './site.ts';

/** A port that nobody has now. */
function freePort(): Promise<number> {
	return new Promise((resolve) => {
		const server = createServer().listen(0, 'localhost', () => {
			const { port } = server.address() as AddressInfo;
			server.close(() => resolve(port));
		});
	});
}

/** The command of HOSTING.md, one folder further up: the site lies below a path. */
class Python {
	readonly #folder: string;
	readonly #port: number;
	#process: ChildProcess | null = null;

	constructor(folder: string, port: number) {
		this.#folder = folder;
		this.#port = port;
	}

	get url(): string {
		return `http://localhost:${this.#port}/fireside/`;
	}

	async start(): Promise<void> {
		const command = ['-m', 'http.server', String(this.#port), '--bind', '127.0.0.1'];
		this.#process = spawn('python3', command, { cwd: this.#folder, stdio: 'ignore' });
		await expect
			.poll(
				() =>
					fetch(this.url).then(
						({ ok }) => ok,
						() => false
					),
				{ timeout: SLOW }
			)
			.toBe(true);
	}

	async stop(): Promise<void> {
		const running = this.#process;
		this.#process = null;
		if (!running) return;
		const ended = new Promise((resolve) => running.once('exit', resolve));
		running.kill();
		await ended;
	}
}

const test = watched.extend<{ python: Python }>({
	python: async ({}, use) => {
		const folder = process.env['FIRESIDE_RELEASE'] ?? '';
		if (!existsSync(join(folder, 'fireside/index.html'))) {
			throw new Error('FIRESIDE_RELEASE: the folder of an unpacked release');
		}
		const python = new Python(folder, await freePort());
		await python.start();
		await use(python);
		await python.stop();
	},
	baseURL: async ({ python }, use) => use(python.url),
	serviceWorkers: 'allow'
});

/** What a reader does: trains some steps, draws a digit, comes back and goes on. */
async function smoke(page: Page): Promise<void> {
	const card = new Card(page, '13.4');
	await card.root.scrollIntoViewIfNeeded();
	await card.train();
	await card.reaches(3);
	await card.pause();
	const pen = new Pen(page.getByRole('region', { name: 'Draw a digit', exact: true }));
	await pen.draw(digits['1']);
	await pen.expectDigit('1');
	await page.reload();
	await alive(page);
	const goOn = card.root.locator('.notice.saved').getByRole('button', { name: 'Continue', exact: true });
	await goOn.click({ timeout: SLOW });
	const { step } = await card.reaches(5);
	expect(step).toBeGreaterThanOrEqual(5);
	await card.pause();
	await card.control('Reset').click();
	await expect(card.progress).toHaveCount(0);
}

test('the release works from a plain server below a path, and without it', async ({
	page,
	python,
	watch
}) => {
	// Packs that may not be passed on are not in it; the page says so, and trains on its own sample.
	watch.expected(/404|ERR_CONNECTION|Failed to fetch/);
	await open(page, 'chapter/13/');
	await expect
		.poll(() => page.evaluate(() => crossOriginIsolated).catch(() => false), { timeout: SLOW })
		.toBe(true);
	await alive(page);
	await expect(page.getByText('MNIST is not on this site.').first()).toBeVisible({ timeout: SLOW });
	await smoke(page);
	await page.getByRole('button', { name: 'Take this chapter with you' }).click();
	await expect(page.getByText(/This chapter is on this device/)).toBeVisible({ timeout: SLOW });

	await python.stop();
	await page.goto('./');
	await alive(page);
	await page.locator('#rail a[href*="chapter/13"]').click();
	await expect(page).toHaveURL(/chapter\/13\/$/);
	await page.reload();
	await alive(page);
	await smoke(page);
});
