// Data that does not come as it should: dropped files, changed packs, no pack at all.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { drop, type Files, folder, onDisk } from './files.ts';
import { alive, Card, expect, expectPack, open, SLOW, switchTo, test } from './site.ts';

const NAMES = [
	'train-images-idx3-ubyte.gz',
	'train-labels-idx1-ubyte.gz',
	't10k-images-idx3-ubyte.gz',
	't10k-labels-idx1-ubyte.gz'
] as const;
const official: Files = NAMES.map((name) => [name, 'official']);

/** The four files with one of them replaced. */
function but(name: (typeof NAMES)[number], content: Buffer): Files {
	return official.map((one) => (one[0] === name ? [name, content] : one));
}

/** 200 MB of nothing behind the right header. */
function bomb(): Buffer {
	const header = Buffer.from([0, 0, 8, 3, 0, 0, 0xea, 0x60, 0, 0, 0, 28, 0, 0, 0, 28]);
	return gzipSync(Buffer.concat([header, Buffer.alloc(200_000_000)]), { level: 1 });
}

/** Counts how long the page does not answer while `work` is done, in ms. */
async function longestSilence(page: Page, work: () => Promise<void>): Promise<number> {
	await page.evaluate(() => {
		const state = window as Window & { silence?: number };
		state.silence = 0;
		let last = performance.now();
		setInterval(() => {
			const now = performance.now();
			state.silence = Math.max(state.silence ?? 0, now - last);
			last = now;
		}, 20);
	});
	await work();
	return page.evaluate(() => (window as Window & { silence?: number }).silence ?? 0);
}

test('the official files can be dropped on the wall', async ({ page }) => {
	await open(page, 'chapter/13/');
	await expectPack(page);
	const wall = page.locator('[id="e13.2"] section');
	await drop(page, wall, [['holiday.pdf', Buffer.from('%PDF-1.7\n1 0 obj\n')]]);
	await expect(wall.getByRole('alert')).toContainText('holiday.pdf looks like a PDF document.', {
		timeout: SLOW
	});
	await expect(wall.getByRole('button', { name: 'training 60,000' })).toBeVisible();

	await drop(page, wall, official);
	const card = new Card(page, '13.4');
	await expect(card.root.getByText('Trains on your MNIST files, read on this device.')).toBeVisible({
		timeout: SLOW
	});
	await expect(wall.getByRole('alert')).toHaveCount(0);
	await expect(wall.getByRole('button', { name: 'training 60,000' })).toBeVisible();
	await expect(wall.getByRole('button', { name: 'test 10,000' })).toBeVisible();
	await card.root.scrollIntoViewIfNeeded();
	await card.control('Step').click();
	expect(await card.reaches(1)).toMatchObject({ step: 1, steps: 300 });
});

test('without a pack the built-in sample trains; wrong files are refused in both languages', async ({
	page,
	watch
}) => {
	watch.expected(/404/);
	await page
		.context()
		.route('**/packs/mnist/manifest.json', (route) => route.fulfill({ status: 404, body: '' }));
	await open(page, 'chapter/13/');
	await page.locator('[id="e13.2"]').scrollIntoViewIfNeeded();
	const card = new Card(page, '13.4');
	await card.root.scrollIntoViewIfNeeded();
	const note = card.root.getByText(
		/^MNIST is not on this site\. This card trains on the built-in sample: [\d,]+ digits/
	);
	await expect(note).toBeVisible({ timeout: SLOW });
	await card.train();
	const onSample = await card.reaches(3);
	expect(onSample.steps).toBeLessThan(300);
	await card.control('Stop').click();
	await expect(card.control('Train again')).toBeEnabled({ timeout: SLOW });

	const labels = readFileSync(join(folder(), NAMES[1]));
	const cases: [what: string, files: Files, en: RegExp, zh: RegExp][] = [
		[
			'a PDF',
			[['notes.pdf', Buffer.from('%PDF-1.4\n%âãÏÓ\n')]],
			/notes\.pdf looks like a PDF document\. Choose the official files\./,
			/notes\.pdf 看起来是 PDF 文档。请选择官方文件。/
		],
		[
			'an empty file',
			but('train-labels-idx1-ubyte.gz', Buffer.alloc(0)),
			/train-labels-idx1-ubyte\.gz is empty\. Fetch it again\./,
			/train-labels-idx1-ubyte\.gz 是空文件。/
		],
		[
			'a truncated file',
			but('train-labels-idx1-ubyte.gz', labels.subarray(0, labels.length / 2)),
			/train-labels-idx1-ubyte\.gz breaks off in the middle\./,
			/train-labels-idx1-ubyte\.gz 在中途断了。/
		],
		[
			'a gz bomb',
			but('train-images-idx3-ubyte.gz', bomb()),
			/train-images-idx3-ubyte\.gz (unpacks to far more than it should and was refused|is longer than it says)/,
			/train-images-idx3-ubyte\.gz (解压后远远超出应有的大小|比它声明的长)/
		],
		[
			'two of four',
			official.slice(0, 2),
			/Some files are missing: .*Choose all of them/,
			/还缺文件：.*请一次全部选上/
		]
	];
	const field = card.root.locator('input[type="file"]');
	for (const [what, files, en, zh] of cases) {
		const paths = onDisk(files);
		const silence = await longestSilence(page, async () => {
			await field.setInputFiles(paths);
			await expect(card.alert, what).toContainText(en, { timeout: SLOW });
		});
		console.log(`${what}: refused, the page was silent for at most ${silence.toFixed(0)} ms`);
		expect(silence).toBeLessThan(1500);
		await switchTo(page, 'zh');
		await expect(card.alert, what).toContainText(zh);
		await expect(card.alert).not.toContainText(/\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/);
		await switchTo(page, 'en');
		await expect(note).toBeVisible();
	}

	// The page goes on: with the right files after all.
	await field.setInputFiles(onDisk(official));
	await expect(card.root.getByText('Trains on your MNIST files, read on this device.')).toBeVisible({
		timeout: SLOW
	});
	await expect(card.alert).toHaveCount(0);
	await card.control('Train again').click();
	expect(await card.reaches(2)).toMatchObject({ steps: 300 });
});

test('a pack that arrives changed is refused, and can be fetched again', async ({ page }) => {
	const pattern = /\/packs\/mnist\/train-00[2-9]/;
	await page.context().route(pattern, async (route) => {
		const response = await route.fetch();
		const body = await response.body();
		const at = body.length >> 1;
		body[at] = (body[at] ?? 0) ^ 0xff;
		await route.fulfill({ response, body });
	});
	await open(page, 'chapter/13/');
	const card = new Card(page, '13.4');
	await card.root.scrollIntoViewIfNeeded();
	await card.train();
	await expect(card.alert).toContainText(/train-00\S+ arrived changed: its checksum is wrong\. Try again/, {
		timeout: SLOW
	});
	await expect(card.alert).toContainText('pack_checksum');
	await switchTo(page, 'zh');
	await expect(card.alert).toContainText('校验不符。请重试');
	await switchTo(page, 'en');

	await page.context().unroute(pattern);
	await card.control('Try again').click();
	expect(await card.reaches(2)).toMatchObject({ steps: 300 });
	await expect(card.alert).toHaveCount(0);
	await expectPack(page);
});

test('a site whose engine is missing says so', async ({ page, watch }) => {
	watch.expected(/404/);
	await page.context().route('**/*.wasm', (route) => route.fulfill({ status: 404, body: '' }));
	await open(page, 'chapter/13/');
	const card = new Card(page, '13.4');
	await card.root.scrollIntoViewIfNeeded();
	await card.train();
	await expect(card.alert).toContainText('engine_missing', { timeout: SLOW });
	await page.context().unroute('**/*.wasm');
	await page.reload();
	await alive(page);
	await card.control('Step').click();
	await card.reaches(1);
});
