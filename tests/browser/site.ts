// What all specs share: a page that may not complain, and the experiment card as a reader uses it.

import { expect, test as plain, type Locator, type Page } from '@playwright/test';

export type Lang = 'en' | 'zh';

/** Rows of real MNIST: the built-in sample has far fewer. */
export const ROWS = { train: 60_000, test: 10_000 };
/** Longest wait for a part of a run on a machine that is busy with other things. */
export const SLOW = 90_000;

/** Everything a page did that a reader would not want; specs that provoke it say so with `expected`. */
export class Watch {
	readonly requests: string[] = [];
	readonly #complaints: string[] = [];
	readonly #expected: RegExp[] = [];

	constructor(page: Page, home: string) {
		const origin = new URL(home).origin;
		page.on('console', (message) => {
			const { url } = message.location();
			if (message.type() === 'error') this.#complaints.push(`console: ${message.text()} (${url})`);
		});
		page.on('pageerror', (error) => this.#complaints.push(`error: ${error.message}`));
		page.context().on('request', (request) => {
			const url = request.url();
			this.requests.push(url);
			if (/^(data|blob):/.test(url)) return;
			if (new URL(url).origin !== origin) this.#complaints.push(`foreign request: ${url}`);
		});
	}

	/** Complaints that belong to what the spec does. */
	expected(...patterns: RegExp[]): void {
		this.#expected.push(...patterns);
	}

	complaints(): string[] {
		return this.#complaints.filter((text) => !this.#expected.some((pattern) => pattern.test(text)));
	}
}

/** As Playwright's `test`; fails when a page logs an error, violates its policy or asks another host. */
export const test = plain.extend<{ watch: Watch }>({
	watch: [
		async ({ page, baseURL }, use) => {
			const watch = new Watch(page, baseURL ?? '');
			await use(watch);
			expect(watch.complaints(), 'errors, policy violations, foreign requests').toEqual([]);
		},
		{ auto: true }
	]
});
export { expect };

/** Opens a page of the site: '' or 'chapter/13/'. Waits until it is alive, not only painted. */
export async function open(page: Page, path: string, lang: Lang = 'en'): Promise<void> {
	// Relative to the base address, which may have a path.
	await page.goto(`./${lang === 'zh' ? 'zh/' : ''}${path}`);
	await alive(page);
}

/** The theme button knows its state only when the page's code has run. */
export async function alive(page: Page): Promise<void> {
	const theme = page.locator('#rail [aria-pressed="true"]').first();
	await expect(theme).toBeAttached();
	await expect(page.locator('.engine i.good')).toBeAttached();
}

export async function switchTo(page: Page, lang: Lang): Promise<void> {
	await page.locator(`#rail a[hreflang="${lang === 'zh' ? 'zh-Hans' : 'en'}"]`).click();
	await expect(page.locator('html')).toHaveAttribute('lang', lang === 'zh' ? 'zh-Hans' : 'en');
}

/** The wall of digits says which data this site has: the pack must be there, and be MNIST. */
export async function expectPack(page: Page): Promise<void> {
	const wall = page.locator('[id="e13.2"]');
	await wall.scrollIntoViewIfNeeded();
	await expect(wall.getByRole('button', { name: 'training 60,000' })).toBeVisible({ timeout: SLOW });
	await expect(wall.getByRole('button', { name: 'test 10,000' })).toBeVisible();
	await expect(wall.getByText('were drawn by a program')).toHaveCount(0);
	await expect(page.getByText('trains on the built-in sample')).toHaveCount(0);
}

/** Where a run is, as the card says it. */
export type Position = { epoch: number; epochs: number; step: number; steps: number };

/** An experiment of chapter 13 in view, with real MNIST. */
export async function cardOf(page: Page, id: string): Promise<Card> {
	await open(page, 'chapter/13/');
	await expectPack(page);
	const card = new Card(page, id);
	await card.root.scrollIntoViewIfNeeded();
	return card;
}

export class Card {
	readonly page: Page;
	readonly root: Locator;

	constructor(page: Page, id: string) {
		this.page = page;
		this.root = page.locator(`[id="e${id}"]`);
	}

	button(name: string | RegExp): Locator {
		return this.root.getByRole('button', { name, exact: typeof name === 'string' });
	}
	/** In the group of the run's own buttons; other groups of the card have a Continue, too. */
	control(name: string): Locator {
		return this.root.getByRole('group', { name: /^(Run|运行)$/ }).getByRole('button', { name, exact: true });
	}
	/** A changed setting has a star behind its name. */
	setting(name: string): Locator {
		return this.root
			.getByRole('group', { name: /^(Settings|设置)$/ })
			.getByRole('textbox', { name: new RegExp(`^${name}( \\*)?$`) });
	}
	tab(name: string | RegExp): Locator {
		return this.root.getByRole('tab', { name });
	}
	get panel(): Locator {
		return this.root.getByRole('tabpanel');
	}
	get progress(): Locator {
		return this.root.locator('.progress');
	}
	get alert(): Locator {
		return this.root.locator('.notice.failure');
	}

	/**
	 * Types a value into the form and waits until the text has it. (A layer with a changed value says so, too: not the
	 * only thing that is `changed`.)
	 */
	async set(name: string, value: string): Promise<void> {
		const field = this.setting(name);
		await field.fill(value);
		await field.press('Enter');
		await expect(this.root.locator('p.changed')).toContainText(`→ ${value}`, { timeout: SLOW });
	}

	async train(): Promise<void> {
		await this.control('Train').click();
	}

	/** Null while no step was made. */
	async position(): Promise<Position | null> {
		const text = (await this.progress.textContent({ timeout: 1000 }).catch(() => null)) ?? '';
		return positionIn(text);
	}

	/** Waits until the run has made `step` steps of its first epoch (or is further). */
	async reaches(step: number): Promise<Position> {
		let last: Position | null = null;
		const done = async () => {
			last = await this.position();
			return last ? (last.epoch - 1) * last.steps + last.step : 0;
		};
		await expect.poll(done, { timeout: SLOW, intervals: [250] }).toBeGreaterThanOrEqual(step);
		if (!last) throw new Error('no position');
		return last;
	}

	/** Pauses and waits until the run stands still. */
	async pause(): Promise<Position> {
		await this.control('Pause').click();
		await expect(this.progress).toContainText('paused', { timeout: SLOW });
		const position = await this.position();
		if (!position) throw new Error('a paused run has no position');
		return position;
	}
}

/** `epoch 1 of 10 · step 12 of 300` */
export function positionIn(text: string): Position | null {
	const found = /epoch (\d+) of (\d+) · step (\d+) of (\d+)/.exec(text);
	if (!found) return null;
	const [epoch, epochs, step, steps] = found.slice(1).map(Number);
	return { epoch: epoch ?? 0, epochs: epochs ?? 0, step: step ?? 0, steps: steps ?? 0 };
}

/** `98.87 %`, with a thin space, as a share of 100. */
export function percentIn(text: string): number {
	const found = /([\d.]+)\s*%/.exec(text);
	return found ? Number(found[1]) : NaN;
}
