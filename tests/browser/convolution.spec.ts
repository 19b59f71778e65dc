// Chapter 12: what its figures show is what a direct computation in this file gives, with the mouse and with the keyboard.

import type { Locator, Page } from '@playwright/test';
import { violations } from './axe.ts';
import { watchCamera } from './camera.ts';
import { launch } from './chromium.ts';
import { drop } from './files.ts';
import { expect, open, SLOW, switchTo, test } from './site.ts';

// A camera that films a test card. Whether a page may use it, each test says.
test.use({ launchOptions: launch(['--use-fake-device-for-media-stream']) });

const PAGE = 'chapter/12/';
type Rows = number[][];

const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const grid = (root: Locator, name: string) => root.getByRole('table', { name, exact: true });
const plain = (text: string) => Number(text.replace('−', '-'));

/** The numbers of a grid, of fields or of buttons; the zeros around are not counted. */
async function numbers(table: Locator): Promise<Rows> {
	return table.evaluate((element) =>
		[...element.querySelectorAll('tr')]
			.map((row) =>
				[...row.querySelectorAll('td:not(.zero)')].map((cell) => {
					const field = cell.querySelector('input');
					const text = field ? field.value : (cell.querySelector('button') ?? cell).textContent;
					return Number(text.trim().replace('−', '-'));
				})
			)
			.filter((row) => row.length > 0)
	);
}

async function choose(root: Locator, label: string, option: string): Promise<void> {
	await root.getByRole('combobox', { name: label, exact: true }).selectOption({ label: option });
}

type Setting = { stride: number; same: boolean; dilation: number };

/** Written after Keras's documentation, not after the page's code: the picture is padded, then cut into windows. */
function directly(input: Rows, kernel: Rows, { stride, same, dilation }: Setting): Rows {
	const [n, k] = [input.length, kernel.length];
	const reach = dilation * (k - 1) + 1;
	let padded = input;
	if (same) {
		const wanted = Math.ceil(n / stride);
		const zeros = Math.max(0, (wanted - 1) * stride + reach - n);
		const before = Math.floor(zeros / 2);
		const line = () => new Array<number>(n + zeros).fill(0);
		padded = Array.from({ length: n + zeros }, line);
		input.forEach((row, y) => row.forEach((value, x) => (padded[y + before]![x + before] = value)));
	}
	const out: Rows = [];
	for (let top = 0; top + reach <= padded.length; top += stride) {
		const row: number[] = [];
		for (let left = 0; left + reach <= padded.length; left += stride) {
			let sum = 0;
			for (let u = 0; u < k; u++) {
				for (let v = 0; v < k; v++) {
					sum += padded[top + u * dilation]![left + v * dilation]! * kernel[u]![v]!;
				}
			}
			row.push(Number(sum.toFixed(3)));
		}
		out.push(row);
	}
	return out;
}

test('the toy computes what is computed here, for every setting, and the engine agrees', async ({ page }) => {
	await open(page, PAGE);
	const toy = region(page, 'A window that slides');
	const [picture, kernel, result] = ['Picture', 'Kernel', 'Result'].map((name) => grid(toy, name));
	expect(await numbers(result!)).toEqual([
		[4, 3, 4],
		[2, 4, 3],
		[2, 3, 4]
	]);
	// The same numbers from the engine.
	const card = page.locator('[id="e002-CONVEXAMPLE"]');
	await card.getByRole('button', { name: 'Work it out' }).click();
	const engine = card.getByRole('table', { name: 'result', exact: true });
	const step = card.getByRole('button', { name: 'Next place' });
	for (let at = 0; at < 8; at++) await step.click({ timeout: SLOW });
	expect(await numbers(engine)).toEqual(await numbers(result!));

	await choose(toy, 'Picture', '8 × 8');
	// Numbers that tell each cell from the others, typed as a reader does.
	for (const [row, column, value] of [
		[0, 0, '−3'],
		[6, 5, '2.5'],
		[7, 7, '4']
	] as const) {
		const field = picture!.getByRole('textbox', { name: `row ${row + 1}, column ${column + 1}` });
		await field.fill(value);
		await field.press('Enter');
	}
	for (const [at, value] of ['−1', '2', '1/4'].entries()) {
		const field = kernel!.getByRole('textbox', { name: `row 1, column ${at + 1}` });
		await field.fill(value);
		await field.press('Enter');
	}
	const [x, w] = [await numbers(picture!), await numbers(kernel!)];
	expect([x[0]![0], x[6]![5], x[7]![7], w[0]]).toEqual([-3, 2.5, 4, [-1, 2, 0.25]]);
	for (const stride of [1, 2, 3]) {
		for (const same of [false, true]) {
			for (const dilation of [1, 2, 3]) {
				await choose(toy, 'Stride', String(stride));
				await choose(toy, 'Padding', same ? 'same' : 'valid');
				await choose(toy, 'Dilation', String(dilation));
				const wanted = directly(x, w, { stride, same, dilation });
				expect(await numbers(result!), `${stride} ${same} ${dilation}`).toEqual(wanted);
			}
		}
	}
	// Back to the plain case; the sum of the last stop, term by term.
	await choose(toy, 'Stride', '1');
	await choose(toy, 'Padding', 'valid');
	await choose(toy, 'Dilation', '1');
	const last = directly(x, w, { stride: 1, same: false, dilation: 1 });
	await result!.getByRole('button', { name: /^row 6, column 6:/ }).click();
	const sum = (await toy.locator('.sum .mono').textContent()) ?? '';
	const [terms, total] = sum.split(' = ');
	const products = terms!.split(' + ').map((term) => term.replace(/[()]/g, '').split('·').map(plain));
	expect(products).toHaveLength(9);
	expect(products.map(([value]) => value)).toEqual([5, 6, 7].flatMap((row) => x[row]!.slice(5, 8)));
	expect(products.reduce((all, [a, b]) => all + a! * b!, 0)).toBeCloseTo(last[5]![5]!, 9);
	expect(plain(total!)).toBeCloseTo(last[5]![5]!, 3);

	// Turned, relu, pooling.
	await toy.getByRole('checkbox', { name: /^Turn/ }).check();
	const back = w.map((row) => [...row].reverse()).reverse();
	const turned = directly(x, back, { stride: 1, same: false, dilation: 1 });
	expect(await numbers(result!)).toEqual(turned);
	await toy.getByRole('checkbox', { name: 'relu' }).check();
	await choose(toy, 'Pooling', 'largest of 2 × 2');
	const blocks = [0, 2, 4].map((top) =>
		[0, 2, 4].map((left) =>
			Math.max(0, ...[top, top + 1].flatMap((row) => turned[row]!.slice(left, left + 2)))
		)
	);
	expect(await numbers(grid(toy, 'After pooling'))).toEqual(blocks);

	// A window that does not fit says so.
	await choose(toy, 'Picture', '4 × 4');
	await choose(toy, 'Dilation', '3');
	await expect(toy.getByRole('status')).toContainText('does not fit into 4');
	await expect(result!).toHaveCount(0);
});

test('with the keyboard alone: cells, a number that is none, stops, play', async ({ page }) => {
	await open(page, PAGE);
	const toy = region(page, 'A window that slides');
	const picture = grid(toy, 'Picture');
	await picture.getByRole('textbox').first().focus();
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.type('7');
	await page.keyboard.press('ArrowDown'); // leaves the cell: the number counts
	expect((await numbers(picture))[1]).toEqual([0, 7, 1, 1, 0]);
	await page.keyboard.type('x');
	await page.keyboard.press('Enter');
	await expect(toy.getByText('“x” is no number')).toBeVisible();
	await page.keyboard.press('ArrowUp');
	expect((await numbers(picture))[2]).toEqual([0, 0, 1, 1, 1]);
	// One stop of the Tab key for each grid.
	await page.keyboard.press('Tab');
	await expect(grid(toy, 'Kernel').getByRole('textbox').first()).toBeFocused();
	await page.keyboard.press('Tab');
	const result = grid(toy, 'Result');
	await expect(result.getByRole('button').first()).toBeFocused();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowRight');
	await expect(result.getByRole('button', { pressed: true })).toHaveAccessibleName(/^row 2, column 2:/);
	await expect(toy.getByText('stop 5 of 9: row 2, column 2')).toBeVisible();
	// The window lies on the cells around.
	await expect(picture.locator('td.under')).toHaveCount(9);
	expect(await numbers(result)).toEqual(
		directly(await numbers(picture), await numbers(grid(toy, 'Kernel')), {
			stride: 1,
			same: false,
			dilation: 1
		})
	);
	await toy.getByRole('button', { name: 'Play' }).press('Enter');
	await expect(toy.getByText('stop 7 of 9')).toBeVisible();
	await toy.getByRole('button', { name: 'Pause' }).press('Enter');
	await page.waitForTimeout(1000);
	await expect(toy.getByRole('button', { name: 'Play' })).toBeVisible();
});

/** Both canvases of the figure, compared in the page: their size, the pixels that are not what the kernel gives, how many changed. */
async function compared(root: Locator, kernel: Rows) {
	return root.evaluate((figure, kernel) => {
		const [before, after] = [...figure.querySelectorAll('canvas')].map((canvas) =>
			canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
		) as [ImageData, ImageData];
		const { width, height } = before;
		const wrong: string[] = [];
		let changed = 0;
		for (let at = 0; at < after.data.length; at++) {
			const [x, y] = [(at >> 2) % width, Math.floor((at >> 2) / width)];
			let sum = at % 4 === 3 ? 255 : 0; // nothing is transparent
			for (let u = 0; at % 4 < 3 && u < 3; u++) {
				for (let v = 0; v < 3; v++) {
					const [row, column] = [y + u - 1, x + v - 1];
					if (row < 0 || column < 0 || row >= height || column >= width) continue;
					sum += kernel[u]![v]! * before.data[4 * (row * width + column) + (at % 4)]!;
				}
			}
			const wanted = Math.min(255, Math.max(0, sum));
			if (Math.abs(after.data[at]! - wanted) > 1) wrong.push(`${x} ${y}: ${after.data[at]} for ${sum}`);
			if (Math.abs(after.data[at]! - before.data[at]!) > 20) changed += 1;
		}
		return { sizes: [width, height, after.width, after.height], wrong: wrong.slice(0, 3), changed };
	}, kernel);
}

/** A sum over what the figure shows now: another picture has another one. */
const fingerprint = (root: Locator) =>
	root
		.locator('canvas')
		.last()
		.evaluate((canvas: HTMLCanvasElement) => {
			const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
			return data.reduce((sum, value, at) => (sum * 31 + value * (at % 7)) % 1_000_003, 0);
		});

test('a kernel goes over pictures pixel by pixel, and over the camera at 15 a second', async ({
	page,
	context
}) => {
	const tracks = await watchCamera(page);
	await open(page, PAGE);
	const figure = region(page, 'The same kernel on a whole picture');
	await figure.scrollIntoViewIfNeeded();
	await figure.getByRole('checkbox', { name: 'brightness only' }).uncheck();
	await choose(figure, 'Kernel', 'sharpen');
	const corner = figure.getByRole('textbox', { name: /row 1, column 1/ });
	await corner.fill('0.5');
	await corner.press('Enter');
	await expect(figure.getByRole('combobox', { name: 'Kernel' })).toHaveValue('own');
	const kernel = await numbers(grid(figure, 'Nine weights'));
	expect(kernel).toEqual([
		[0.5, -1, 0],
		[-1, 5, -1],
		[0, -1, 0]
	]);
	const agrees = async (width: number, height: number) => {
		const { sizes, wrong, changed } = await compared(figure, kernel);
		expect(sizes).toEqual([width, height, width, height]);
		expect(wrong).toEqual([]);
		expect(changed).toBeGreaterThan(100);
	};
	await agrees(320, 240);
	await figure.getByRole('button', { name: 'A drawn digit' }).click();
	await agrees(28, 28);

	// What is no picture is refused, and what was there stays.
	await drop(page, figure, [['notes.txt', Buffer.from('no picture')]]);
	await expect(figure.getByRole('alert')).toContainText('not a picture');
	await agrees(28, 28);

	await figure.getByRole('button', { name: 'Use the camera' }).click();
	await expect(figure.getByRole('alert')).toContainText('may not use the camera');
	await context.grantPermissions(['camera']);
	await figure.getByRole('button', { name: 'Use the camera' }).click();
	await expect(figure.getByText('The camera is on.')).toBeVisible({ timeout: SLOW });
	await expect(figure.getByRole('alert')).toBeEmpty();
	// The rate as the page counts it.
	const rate = async () => Number(/(\d+) pictures/.exec((await figure.textContent()) ?? '')?.[1] ?? 0);
	await expect.poll(rate, { timeout: SLOW }).toBeGreaterThanOrEqual(15);
	const first = await fingerprint(figure);
	await expect.poll(() => fingerprint(figure)).not.toBe(first);
	await figure.getByRole('button', { name: 'Stop the camera' }).click();
	expect(await tracks()).toEqual(['ended']);
	await agrees(320, 240);
	// Scrolled away, it goes off.
	await figure.getByRole('button', { name: 'Use the camera' }).click();
	await expect.poll(tracks).toEqual(['ended', 'live']);
	await page.evaluate(() => scrollTo(0, 0));
	await expect.poll(tracks).toEqual(['ended', 'ended']);
});

test('receptive fields and weights are those of the networks that there are; pooling; orders', async ({
	page
}) => {
	await open(page, PAGE);
	const figure = region(page, 'How far one cell sees');
	const says = figure.getByRole('status');
	// Two convolutions of 5 and two poolings: 1 + 4 + 1 + 2·4 + 2 = 16.
	await expect(says).toContainText('sees 16 × 16 pixels');
	await choose(figure, 'Start from', 'VGG16, up to its dense layers');
	await expect(says).toContainText('sees 212 × 212 pixels');
	await expect(says).toContainText('32 pixels further on');
	const rows = figure.locator('tbody tr');
	await expect(rows).toHaveCount(19);
	// As Keras counts it without its top: 14,714,688.
	await expect(rows.last()).toContainText('14,714,688');
	await expect(rows.nth(2)).toContainText('5 + (2 − 1)·1 = 6');
	await expect(rows.nth(0)).toContainText('1,792');

	// A stack of the reader's own: 3 with stride 2, then 3 with dilation 4.
	await choose(figure, 'Start from', 'two windows of 3 × 3');
	await expect(says).toContainText('sees 5 × 5');
	await choose(figure, '1 convolution: Stride', '2');
	await choose(figure, '2 convolution: Dilation', '4');
	await expect(says).toContainText('sees 19 × 19'); // 3 + 8·2
	await expect(rows.nth(1)).toContainText('5 × 5 × 32'); // (13 − 9) / 1 + 1
	await expect(rows.nth(1)).toContainText('9,248');
	// 13·13·32 inputs, 5·5·32 outputs.
	await expect(rows.nth(1)).toContainText((13 * 13 * 32 * 800 + 800).toLocaleString('en-US'));
	await figure.getByRole('button', { name: 'Add a pooling' }).click();
	await expect(says).toContainText('sees 21 × 21');
	await figure.getByRole('button', { name: 'Add a convolution' }).click();
	await expect(says).toContainText('too small');
	await figure.getByRole('button', { name: 'Remove the last' }).click();
	await expect(says).toContainText('sees 21 × 21');
	// The drawing lights the cells of the picture that count: the slider moves them.
	const lit = () =>
		figure.locator('svg rect.lit').evaluateAll((all) => all.map((one) => Number(one.getAttribute('x'))));
	const before = await lit();
	await figure.getByRole('slider').press('Home');
	expect(Math.min(...(await lit()))).toBeLessThan(Math.min(...before));

	const pools = region(page, 'What pooling keeps');
	const map = await numbers(grid(pools, 'Feature map'));
	const pooled = (of: Rows, how: (all: number[]) => number) =>
		[0, 2, 4].map((top) =>
			[0, 2, 4].map((left) => how([top, top + 1].flatMap((row) => of[row]!.slice(left, left + 2))))
		);
	const largest = pooled(map, (all) => Math.max(...all));
	expect(await numbers(grid(pools, 'After pooling'))).toEqual(largest);
	await pools.getByRole('button', { name: 'Shift the map' }).click();
	const shifted = map.map((row) => [row.at(-1)!, ...row.slice(0, -1)]);
	const after = pooled(shifted, (all) => Math.max(...all));
	expect(await numbers(grid(pools, 'After pooling'))).toEqual(after);
	const kept = after.flat().filter((value, at) => value === largest.flat()[at]).length;
	await expect(pools.getByText(`${kept} of 9 values`)).toBeVisible();
	await choose(pools, 'Keep', 'the mean');
	const mean = pooled(shifted, (all) => all.reduce((a, b) => a + b, 0) / 4);
	expect(await numbers(grid(pools, 'After pooling'))).toEqual(mean);

	const orders = region(page, 'Channels last, channels first');
	await grid(orders, 'green').getByRole('button', { name: 'row 2, column 1' }).click();
	const list = async (name: string) =>
		orders
			.getByRole('list', { name })
			.locator('li')
			.evaluateAll((all) => ({
				values: all.map((one) => parseInt(one.textContent, 10)),
				chosen: all.findIndex((one) => one.classList.contains('chosen'))
			}));
	const [lastly, firstly] = [await list('channels_last'), await list('channels_first')];
	expect(lastly.values.slice(0, 6)).toEqual([10, 11, 12, 20, 21, 22]);
	expect(firstly.values.slice(0, 6)).toEqual([10, 20, 30, 40, 50, 60]);
	expect([lastly.values[lastly.chosen], firstly.values[firstly.chosen]]).toEqual([41, 41]);
	await expect(orders.getByText('(1·3 + 0)·3 + 1 = 10')).toBeVisible();
});

test('in Chinese, on a phone, without barriers, and every term leads to its place', async ({ page }) => {
	await open(page, PAGE);
	const english = await page
		.locator('main nav li a')
		.evaluateAll((all) => all.map((a) => a.getAttribute('href')));
	expect(english.length).toBeGreaterThan(30);
	expect(await violations(page)).toEqual([]);
	await switchTo(page, 'zh');
	await page.setViewportSize({ width: 390, height: 844 });
	await expect(page.getByRole('heading', { level: 1, name: '卷积' })).toBeVisible();
	const terms = page.locator('main nav li a');
	expect(await terms.evaluateAll((all) => all.map((a) => a.getAttribute('href')))).toEqual(english);
	const dead = await page.evaluate(
		(all) => all.filter((href) => !document.getElementById(href!.slice(1))),
		english
	);
	expect(dead).toEqual([]);
	const toy = region(page, '滑动的窗口');
	await toy.getByRole('button', { name: '下一格' }).click();
	await expect(toy.getByText('第 2 处，共 9 处：第 1 行，第 2 列')).toBeVisible();
	await choose(toy, '图', '8 × 8');
	await choose(toy, '填充', 'same');
	await choose(toy, '膨胀率', '3');
	const wide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	expect(await wide()).toBeLessThanOrEqual(0);
	// In the dark theme.
	await page
		.locator('#rail button[aria-pressed="false"]')
		.first()
		.evaluate((button: HTMLElement) => button.click());
	expect(await violations(page)).toEqual([]);
});
