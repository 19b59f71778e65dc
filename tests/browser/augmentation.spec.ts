// The augmentation workshop below the experiments of chapter 14: what is seen, what the worker made, what the text in the
// page makes in a terminal, and what is saved are the same pictures.

import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import type { Locator, Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { violations } from './axe.ts';
import { expect, open, SLOW, test, type Lang } from './site.ts';
import { data, terminal } from './terminal.ts';

type Row = { row: number; class: number; values: number[] };
/** The answer of the worker to one request, a picture after the other. */
type Made = { epoch: number; rows: number[]; values: number[] };
const CELLS = 784;

/** Keeps what workers answer about augmented pictures. */
async function listen(page: Page): Promise<void> {
	await page.addInitScript(() => {
		const heard: Made[] = [];
		Object.assign(globalThis, { heard });
		globalThis.Worker = class extends Worker {
			constructor(url: string | URL, options?: WorkerOptions) {
				super(url, options);
				this.addEventListener('message', ({ data }) => {
					if (data.reply?.type !== 'augmented') return;
					const { epoch, rows, values } = data.reply.pictures;
					heard.push({ epoch, rows, values: [...values] });
				});
			}
		};
	});
}

class Workshop {
	readonly page: Page;
	readonly root: Locator;

	constructor(page: Page, lang: Lang = 'en') {
		this.page = page;
		const name = lang === 'zh' ? '数据增强工作台' : 'Augmentation workshop';
		this.root = page.getByRole('region', { name });
	}

	async open(id: string, lang: Lang = 'en'): Promise<void> {
		await open(this.page, `lab/${id}/`, lang);
		await this.root.getByRole('button', { name: /^(Open the workshop|打开工作台)$/ }).click();
		await this.rests();
	}
	button(name: string | RegExp): Locator {
		return this.root.getByRole('button', { name, exact: typeof name === 'string' });
	}
	flag(name: string): Locator {
		return this.root.getByRole('checkbox', { name: new RegExp(` ${name}$`) });
	}
	async set(name: string, value: string): Promise<void> {
		const field = this.root.getByRole('textbox', { name: new RegExp(` ${name}$`) });
		await field.fill(value);
		await field.press('Tab');
	}
	/** What is shown is what is set. */
	async rests(): Promise<void> {
		await expect(this.root.locator('.grid')).toHaveAttribute('aria-busy', 'false', { timeout: SLOW });
	}
	/** The numbers that the worker gave last for `count` pictures, one after the other. */
	async worker(count: number): Promise<number[][]> {
		const heard = await this.page.evaluate(() => (globalThis as unknown as { heard: Made[] }).heard);
		const all = heard.flatMap(({ rows, values }) => {
			const size = values.length / rows.length;
			return rows.map((_, at) => values.slice(at * size, (at + 1) * size));
		});
		return all.slice(-count);
	}
	/** The grey of each cell as it is shown. */
	async seen(which: 'made' | 'original'): Promise<number[][]> {
		await this.rests();
		return this.root.locator(`.${which} canvas`).evaluateAll((all) =>
			all.map((canvas) => {
				const { width, height } = canvas as HTMLCanvasElement;
				const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
				return [...data].filter((_, at) => at % 4 === 0);
			})
		);
	}
	async text(kind: 'whole experiment' | '[augmentation]' | 'Keras 2.0.8'): Promise<string> {
		await this.button(kind).click();
		return this.root.getByRole('textbox', { name: 'Text of the settings' }).inputValue();
	}
}

const mirrored = (grey: number[]) => grey.map((_, at) => grey[at - (at % 28) + 27 - (at % 28)] ?? -1);
/** As Keras's `array_to_img`. */
function stretched(values: number[]): number[] {
	const up = Math.max(0, -Math.min(...values));
	const top = Math.max(...values) + up;
	return values.map((value) => Math.floor(((value + up) / top) * 255));
}
/** Largest difference, as a share of the largest number. */
function apart(ours: number[], theirs: number[]): number {
	expect(ours.length).toBe(theirs.length);
	const most = Math.max(...theirs.map(Math.abs));
	return Math.max(...ours.map((value, at) => Math.abs(value - (theirs[at] ?? NaN)))) / most;
}

test('turned, mirrored, moved: what is seen is what the worker made', async ({ page }) => {
	await listen(page);
	const shop = new Workshop(page);
	await shop.open('14.5a');

	// By value: canvas, worker, and the page's own text in a terminal.
	const turned = await shop.seen('made');
	const numbers = await shop.worker(9);
	expect(turned).toEqual(numbers.map((values) => values.map(Math.round)));
	const originals = await shop.seen('original');
	expect(turned).not.toEqual(originals);
	expect(await shop.text('[augmentation]')).toBe('[augmentation]\nrotation_range = 90\n');
	const theirs = terminal(await shop.text('whole experiment'), '--data', data) as Row[];
	expect(
		apart(
			numbers.flat(),
			theirs.flatMap((row) => row.values)
		)
	).toBeLessThan(1e-6);
	const labels = await shop.root
		.getByRole('img', { name: /^Training picture/ })
		.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
	const number = new Intl.NumberFormat('en-US');
	expect(labels).toEqual(
		theirs.map((row) => `Training picture ${number.format(row.row + 1)}, class ${row.class}, as in epoch 1`)
	);

	// The next epoch: other rows come first, and other angles.
	await shop.button('Draw again').click();
	await expect(shop.root.getByRole('img', { name: /as in epoch 2$/ })).toHaveCount(9);
	expect(await shop.seen('made')).not.toEqual(turned);

	// Nothing set: nothing changed. One flip: each picture is the original or its mirror image, cell by cell.
	await shop.button(/^14\.2/).click();
	await shop.button('one picture, nine times').click();
	await expect(shop.root.getByRole('img', { name: /^Original/ })).toHaveCount(1);
	const [own = []] = await shop.seen('original');
	expect(own.filter((grey) => grey > 0).length).toBeGreaterThan(50);
	expect(await shop.seen('made')).toEqual(Array.from({ length: 9 }, () => own));
	await shop.flag('horizontal_flip').check();
	const flips = (await shop.seen('made')).map((grey) => {
		if (String(grey) === String(own)) return 'as it was';
		return String(grey) === String(mirrored(own)) ? 'mirrored' : 'something else';
	});
	expect(new Set(flips)).toEqual(new Set(['as it was', 'mirrored']));

	// Gaps are filled with one value, whole columns of it; beyond white it is said and scaled.
	await shop.flag('horizontal_flip').uncheck();
	await shop.set('width_shift_range', '0.4');
	await shop.root.getByLabel('fill gaps with').selectOption('constant');
	await shop.set('cval', '200');
	await expect
		.poll(async () => (await shop.seen('made')).flat().filter((grey) => grey === 200).length)
		.toBeGreaterThan(9 * 28);
	for (const grey of await shop.seen('made')) {
		const filled = Array.from({ length: 28 }, (_, column) =>
			grey.filter((_, at) => at % 28 === column)
		).filter((column) => column.every((value) => value === 200));
		// What is not filled was there before.
		expect(grey.filter((value) => value !== 200 && !own.includes(value))).toEqual([]);
		expect(filled.length).toBeLessThanOrEqual(12);
	}
	await shop.set('cval', '400');
	await expect(shop.root.getByText(/values leave 0 to 255 \(they reach from 0 to 400\)/)).toBeVisible();
	expect(await shop.text('[augmentation]')).toBe(
		'[augmentation]\nwidth_shift_range = 0.4\nfill_mode = "constant"\ncval = 400\n'
	);
	expect(await shop.text('Keras 2.0.8')).toContain(
		'    width_shift_range=0.4,\n    fill_mode="constant",\n    cval=400,\n'
	);
});

test('whitening is learned in the worker, said, and called off', async ({ page }) => {
	await listen(page);
	const shop = new Workshop(page);
	await shop.open('14.3');
	// Fewer to learn from, so that the terminal has less to do.
	await shop.set('train_rows', '1000');
	await expect(shop.root.getByText('of 60,000')).toBeVisible();
	await shop.button(/^14\.4/).click();
	await shop.rests();
	await expect(
		shop.root.getByText(/These are no picture values any more: they reach from −[\d.]+ to/)
	).toBeVisible();
	const text = await shop.text('whole experiment');
	expect(text).toContain('train_rows = 1000\n');
	const numbers = await shop.worker(9);
	const theirs = terminal(text, '--data', data) as Row[];
	expect(
		apart(
			numbers.flat(),
			theirs.flatMap((row) => row.values)
		)
	).toBeLessThan(1e-5);
	const whitened = await shop.seen('made');
	// A number on the border between two greys may fall to either side where the page's f32 was made a double.
	expect(whitened).toEqual(numbers.map(stretched));

	// 3,072 numbers of a picture: that takes long enough to be called off.
	await shop.button('CIFAR-10').click();
	const wait = shop.root
		.locator('.wait')
		.filter({ hasText: /Learning from [\d,]+ pictures, 3,072 numbers each/ });
	await expect(wait).toBeVisible({ timeout: SLOW });
	await expect(wait).toContainText(/[1-9]\d* s so far/);
	// It can't be asked to stop: it is ended, and nothing else is.
	const ended: string[] = [];
	for (const worker of page.workers()) worker.on('close', () => ended.push(worker.url()));
	await wait.getByRole('button', { name: 'Cancel' }).click();
	await expect.poll(() => ended.filter((url) => url.includes('train.worker')).length).toBe(1);
	await expect(
		shop.root.getByText('Called off. What is learned from all pictures was switched off.')
	).toBeVisible();
	await expect(shop.flag('zca_whitening')).not.toBeChecked();
	// Coloured pictures as they are, made by another worker.
	await expect(shop.root.getByRole('img', { name: /^Original/ })).toHaveCount(9, { timeout: SLOW });
	expect(await shop.seen('made')).toEqual(await shop.seen('original'));
	await expect(shop.root.locator('.made canvas').first()).toHaveAttribute('width', '32');
	await expect(shop.root.getByText('Black is 0 and white is 255')).toBeVisible();
});

/** A grey PNG of 8 bits without filters. */
function greyOf(png: Uint8Array): { width: number; height: number; grey: number[] } {
	const file = Buffer.from(png);
	expect(file.subarray(1, 4).toString()).toBe('PNG');
	const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
	expect([...file.subarray(24, 29)]).toEqual([8, 0, 0, 0, 0]);
	const parts: Buffer[] = [];
	for (let at = 8; at < file.length; at += file.readUInt32BE(at) + 12) {
		const content = file.subarray(at + 8, at + 8 + file.readUInt32BE(at));
		if (file.subarray(at + 4, at + 8).toString() === 'IDAT') parts.push(content);
	}
	const rows = inflateSync(Buffer.concat(parts));
	const grey: number[] = [];
	for (let y = 0; y < height; y++) {
		expect(rows[y * (width + 1)]).toBe(0);
		grey.push(...rows.subarray(y * (width + 1) + 1, (y + 1) * (width + 1)));
	}
	return { width, height, grey };
}

test('pictures are saved as they are shown', async ({ page }) => {
	const shop = new Workshop(page);
	await shop.open('14.5a');
	const save = async () => {
		const download = page.waitForEvent('download');
		await shop.button('Save as PNG zip').click();
		const file = await download;
		expect(file.suggestedFilename()).toBe('oct.zip');
		await expect(shop.root.getByText(/12 pictures, \d+ kB: oct\.zip/)).toBeVisible();
		return new Uint8Array(readFileSync(await file.path()));
	};
	await shop.root.getByLabel('how many').fill('12');
	await shop.root.getByLabel('name begins with').fill('o/c..t');
	await shop.root.getByLabel('name begins with').press('Tab');
	await expect(shop.root.getByLabel('name begins with')).toHaveValue('oct');
	const zip = await save();
	const files = unzipSync(zip);
	const names = Object.keys(files).filter((name) => name.endsWith('.png'));
	expect(names).toHaveLength(12);
	names.forEach((name, at) => expect(name).toMatch(new RegExp(`^oct_${at}_\\d{4}\\.png$`)));
	const seen = await shop.seen('made');
	const saved = names.map((name) => greyOf(files[name] as Uint8Array));
	for (const { width, height, grey } of saved) expect([width, height, grey.length]).toEqual([28, 28, CELLS]);
	expect(saved.slice(0, 9).map(({ grey }) => grey)).toEqual(seen);
	const about = JSON.parse(Buffer.from(files['oct.json'] as Uint8Array).toString()) as {
		pictures: { file: string; row: number; epoch: number; shown: string }[];
	};
	expect(about).toMatchObject({ dataset: 'mnist', seed: 7, settings: { rotation_range: 90 } });
	expect(about.pictures.map(({ file }) => file)).toEqual(names);
	expect(new Set(about.pictures.map(({ row }) => row)).size).toBe(12);
	expect(about.pictures.map(({ epoch, shown }) => [epoch, shown])).toEqual(names.map(() => [0, 'plain']));
	// The same once more is the same file.
	expect(Buffer.from(await save()).equals(Buffer.from(zip))).toBe(true);
});

test('a flipped digit is another one; by keyboard, in Chinese, and for everybody', async ({ page }) => {
	await open(page, 'lab/14.5d/');
	const card = page.getByRole('region', { name: 'Is a flipped digit still the same digit?' });
	await card.getByRole('button', { name: 'Ask the network' }).click();
	const said = (way: string) => card.locator(`[data-way=${way}] b`);
	const verdict = card.locator('.verdict');
	await expect(verdict).not.toBeEmpty({ timeout: SLOW });
	await expect(said('as')).toHaveText(/^It says 6: [\d.]+\s%$/);
	await expect(said('both')).toHaveText(/^It says 9: [\d.]+\s%$/);
	await expect(verdict).toHaveText(/^Written as 6, read as .*9.* when flipped\./);
	const grey = (way: string) =>
		card.locator(`[data-way=${way}] canvas`).evaluate((canvas: HTMLCanvasElement) => [
			...canvas
				.getContext('2d')!
				.getImageData(0, 0, 28, 28)
				.data.filter((_, at) => at % 4 === 0)
		]);
	const own = await grey('as');
	expect(await grey('mirrored')).toEqual(mirrored(own));
	expect(await grey('both')).toEqual([...own].reverse());
	await card.getByRole('button', { name: '2', exact: true }).click();
	await expect(verdict).toHaveText(/^Written as 2, read as [\d, ]+ when flipped\./);
	await expect(said('as')).toHaveText(/^It says 2: /);
	await expect(said('mirrored')).not.toHaveText(/^It says 2: /);
	const first = await grey('as');
	await card.getByRole('button', { name: 'Another 2' }).click();
	await expect(verdict).not.toBeEmpty();
	expect(await grey('as')).not.toEqual(first);

	// Keys alone: open, move a slider, draw, switch.
	const shop = new Workshop(page);
	await shop.button('Open the workshop').focus();
	await page.keyboard.press('Enter');
	await shop.rests();
	const slider = shop.root.getByRole('slider', { name: 'rotate, slider' });
	await slider.focus();
	for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowRight');
	const field = shop.root.getByRole('textbox', { name: /^rotate/ });
	await expect(field).toHaveValue('3');
	await page.keyboard.press('Tab');
	await expect(field).toBeFocused();
	await page.keyboard.type('500');
	await page.keyboard.press('Enter');
	await expect(field).toHaveValue('180');
	await expect(slider).toHaveValue('180');
	await shop.flag('vertical_flip').focus();
	await page.keyboard.press('Space');
	await expect(shop.flag('vertical_flip')).not.toBeChecked();
	await shop.button('Draw again').focus();
	await page.keyboard.press('Enter');
	await expect(shop.root.getByText('New pictures are there: epoch 2.')).toBeAttached();
	await expect(shop.button('Draw again')).toBeFocused();
	expect(await violations(page)).toEqual([]);

	const chinese = new Workshop(page, 'zh');
	await page.setViewportSize({ width: 390, height: 800 });
	await chinese.open('14.3', 'zh');
	await expect(chinese.root.getByText(/这些数已不再是图片的值：它们从 −0\.42 到 2\.82。/)).toBeVisible();
	await expect(
		chinese.root.getByRole('img', { name: /^训练图第 [\d,]+ 张，类别 \d，第 1 轮的样子$/ })
	).toHaveCount(9);
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
	expect(await violations(page)).toEqual([]);
});
