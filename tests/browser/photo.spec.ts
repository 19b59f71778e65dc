// A photo of the reader's own: dropped, pasted, chosen or filmed, cut to a square, averaged to 32 x 32, judged.
// Hostile files are made here, byte by byte.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { readHeader } from '../../web/src/lib/photo/header.ts';
import { violations } from './axe.ts';
import { watchCamera } from './camera.ts';
import { launch } from './chromium.ts';
import { drop, onDisk } from './files.ts';
import { Card, expect, open, percentIn, SLOW, switchTo, test } from './site.ts';
import { data, program, written } from './terminal.ts';

// A camera that films a test card. Whether a page may use it, each test says: nobody is there to be asked.
test.use({ launchOptions: launch(['--use-fake-device-for-media-stream']) });

/** A page where networks are trained on CIFAR-10. */
const PAGE = 'lab/002-CIFAR-SIMPLE/';
const CLASSES = 'airplane automobile bird cat deer dog frog horse ship truck'.split(' ');

/**
 * All photographs at hand. `name`: what is on it, where that is one of the ten classes; the network has to find it in a
 * square drawn closely around the thing (`of`, in pixels of the file: left, top, side), as CIFAR-10's pictures are. Of the others only an answer is expected: one of the ten
 * names, which is wrong.
 */
const PHOTOS: { file: string; name?: string; of?: [number, number, number] }[] = [
	{ file: 'cat_tabby.jpg', name: 'cat', of: [107, 0, 426] },
	{ file: 'dog_beagle.jpg', name: 'dog', of: [330, 130, 420] },
	{ file: 'flamingo.jpg', name: 'bird', of: [160, 380, 900] },
	{ file: 'macaws_kodim23.png', name: 'bird', of: [0, 130, 382] },
	{ file: 'coffee.jpg' },
	{ file: 'flowers.jpg' },
	{ file: 'giant_panda.jpg' },
	{ file: 'golden_gate_bridge.jpg' },
	{ file: 'painting_great_wave.jpg' },
	{ file: 'painting_starry_night.jpg' },
	{ file: 'painting_the_scream.jpg' },
	{ file: 'pizza.jpg' },
	{ file: 'space_shuttle.jpg' },
	{ file: 'traffic_light.jpg' }
];
const photo = (file: string) => readFileSync(join(data, 'photos', file));

type Square = { x: number; y: number; side: number };

class PhotoCard {
	readonly page: Page;
	readonly root: Locator;

	constructor(page: Page) {
		this.page = page;
		this.root = page.getByRole('region', { name: /^(Show it your own photo|给它看你自己的照片)$/ });
	}

	button(name: string | RegExp): Locator {
		return this.root.getByRole('button', { name });
	}
	get pad(): Locator {
		return this.root.getByRole('application');
	}
	get say(): Locator {
		return this.root.locator('.say');
	}
	get alert(): Locator {
		return this.root.getByRole('alert');
	}
	/** Whether the site ships a network for photos. */
	async ships(): Promise<boolean> {
		const shipped = this.button(/^shipped model, /);
		return (await shipped.count()) > 0 && (await shipped.isEnabled());
	}
	drop(name: string, bytes: Buffer): Promise<void> {
		return drop(this.page, this.root, [[name, bytes]]);
	}
	/** What the network sees: red, green, blue of 32 x 32, channel after channel. Empty: nothing. */
	seen(): Promise<number[]> {
		return this.root.locator('.sees canvas').evaluate((canvas: HTMLCanvasElement) => {
			const all = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
			if (all[3] === 0) return [];
			return [0, 1, 2].flatMap((channel) => [...all].filter((_, at) => at % 4 === channel));
		});
	}
	/** In pixels of what is shown. */
	async square(): Promise<Square> {
		const of = (name: string) => this.root.locator('rect.square').getAttribute(name);
		const [x, y, side] = await Promise.all(['x', 'y', 'width'].map(of));
		return { x: Number(x), y: Number(y), side: Number(side) };
	}
	async shown(): Promise<{ width: number; height: number }> {
		return this.pad.locator('canvas').evaluate(({ width, height }: HTMLCanvasElement) => ({ width, height }));
	}
	/** Ten shares, in per cent; empty: no answer. */
	async shares(): Promise<number[]> {
		const cells = await this.root.locator('.answer td.num').allTextContents();
		return cells.filter((text) => text !== '').map(percentIn);
	}
	/** The longest bar's name. */
	top(): Promise<string> {
		return this.root.locator('.answer tr.top th').innerText();
	}
	/** The square at a place of the file, by keys alone: sizes go in steps, so only about there. */
	async cutByKeys([left, top, side]: [number, number, number], file: { width: number }): Promise<void> {
		const scale = (await this.shown()).width / file.width;
		const wanted = { x: left * scale, y: top * scale, side: side * scale };
		await this.pad.focus();
		await this.page.keyboard.press('0');
		for (let press = 0; press < 30 && (await this.square()).side > wanted.side * 1.06; press++)
			await this.page.keyboard.press('-');
		for (const [axis, back, on] of [
			['x', 'ArrowLeft', 'ArrowRight'],
			['y', 'ArrowUp', 'ArrowDown']
		] as const) {
			for (let press = 0; press < 60; press++) {
				const now = await this.square();
				const off = wanted[axis] + wanted.side / 2 - (now[axis] + now.side / 2);
				if (Math.abs(off) <= now.side / 32) break;
				await this.page.keyboard.press(off < 0 ? back : on);
				if ((await this.square())[axis] === now[axis]) break;
			}
		}
	}
}

async function opened(page: Page): Promise<PhotoCard> {
	await open(page, PAGE);
	const card = new PhotoCard(page);
	await card.root.scrollIntoViewIfNeeded();
	return card;
}

const difference = (a: number[], b: number[]): number =>
	Math.max(...a.map((value, at) => Math.abs(value - (b[at] ?? NaN))));

/** JPEG of the camera held upright: EXIF says that it has to be turned by a quarter to the right. */
function turned(jpeg: Buffer): Buffer {
	const note = Buffer.from([
		...[0xff, 0xe1, 0, 0x22, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8],
		...[0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]
	]);
	// The second bytes are those of JFIF, which would have to come first.
	const rest = jpeg.readUInt16BE(2) === 0xffe0 ? 4 + jpeg.readUInt16BE(4) : 2;
	return Buffer.concat([jpeg.subarray(0, 2), note, jpeg.subarray(rest)]);
}

/** The beginning of a PNG of any size. */
function claims(width: number, height: number): Buffer {
	const png = Buffer.alloc(1000);
	png.write('\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR', 'latin1');
	png.writeUInt32BE(width, 16);
	png.writeUInt32BE(height, 20);
	png.set([8, 2, 0, 0, 0], 24);
	return png;
}

/** A network of the terminal that takes the same pictures; what it says is of no matter. */
function network(): string {
	const place = test.info().outputPath('network');
	const short: [string, string][] = [
		['filters = 32', 'filters = 2'],
		['units = 512', 'units = 4'],
		['batch_size = 128', 'batch_size = 4']
	];
	writeFileSync(`${place}.toml`, written('002-CIFAR-SIMPLE', ...short));
	const environment = { ...process.env };
	// The built-in sample is made in no time.
	delete environment['FIRESIDE_DATA'];
	execFileSync(program, ['train', `${place}.toml`, '--steps', '1', '--out', `${place}.safetensors`], {
		cwd: test.info().outputDir,
		env: environment,
		stdio: ['ignore', 'ignore', 'pipe']
	});
	return `${place}.safetensors`;
}

test('every photo gets one of ten names; what is one of the ten, the shipped network names right', async ({
	page,
	watch
}) => {
	const card = await opened(page);
	await expect(card.root.getByText('The photo stays on this page')).toBeVisible();
	const ships = await card.ships();
	if (!ships) await expect(card.say).toContainText('No network for photos is shipped with this site.');
	let asked = 0;
	for (const { file, name, of } of PHOTOS) {
		const before = await card.seen();
		await card.drop(file, photo(file));
		await expect
			.poll(() => card.seen().then((now) => now.length === 3072 && now.join() !== before.join()))
			.toBe(true);
		await expect(card.alert).toBeEmpty();
		// The largest square, in the middle.
		const [{ width, height }, square] = [await card.shown(), await card.square()];
		expect([square.side, Math.abs(square.x - (width - square.side) / 2) <= 1]).toEqual([
			Math.min(width, height),
			true
		]);
		if (!ships) continue;
		await expect.poll(async () => (await card.shares()).length, { timeout: SLOW }).toBe(10);
		const size = readHeader(photo(file));
		if (!size) throw new Error(`${file} is no picture`);
		if (of) await card.cutByKeys(of, size);
		const expected = name ?? new RegExp(`${CLASSES.join('|')}`);
		await expect(card.say, file).toContainText(expected);
		if (name) await expect.poll(() => card.top(), { message: file }).toBe(name);
		const shares = await card.shares();
		expect(Math.abs(shares.reduce((a, b) => a + b, 0) - 100), file).toBeLessThan(0.6);
		expect(CLASSES).toContain(await card.top());
		console.log(`    ${file}: ${await card.say.innerText()}`);
		// Engine and model are there after the first photo; from then on nothing is asked of anybody.
		const requests = watch.requests.filter((url) => !url.startsWith('blob:')).length;
		if (asked > 0) expect(requests, file).toBe(asked);
		asked = requests;
	}
});

test('the square is moved and sized by keys, pointer and buttons, and the small picture follows by value', async ({
	page
}) => {
	const card = await opened(page);
	await card.drop('macaws.png', photo('macaws_kodim23.png'));
	await expect(card.pad).toBeVisible();
	const middle = await card.seen();
	expect(await card.square()).toEqual({ x: 128, y: 0, side: 512 });

	// What is seen is what the terminal sees of the same square: a lossless file, nothing scaled on the way.
	const terminal = (crop: string) => {
		const reference = execFileSync(program, ['predict', '--json', '--crop', crop, '--model', model, file], {
			encoding: 'utf8'
		});
		return (JSON.parse(reference) as { pixels: number[] }).pixels;
	};
	const [file] = onDisk([['macaws.png', photo('macaws_kodim23.png')]]) as [string];
	const model = network();
	expect(difference(middle, terminal('128,0,512'))).toBeLessThanOrEqual(1);

	await card.pad.focus();
	await page.keyboard.press('ArrowRight');
	expect(await card.square()).toEqual({ x: 144, y: 0, side: 512 });
	const right = await card.seen();
	// One step is one point of the small picture: its columns move to the left by one.
	const column = (seen: number[], x: number) => Array.from({ length: 32 }, (_, y) => seen[32 * y + x] ?? -1);
	expect(difference(column(right, 3), column(middle, 4))).toBe(0);
	expect(right.join()).not.toBe(middle.join());

	for (let press = 0; press < 8; press++) await page.keyboard.press('-');
	const small = await card.square();
	expect(small.side).toBeLessThan(260);
	expect(difference(await card.seen(), terminal(`${small.x},${small.y},${small.side}`))).toBeLessThanOrEqual(
		1
	);
	await expect(card.root.getByRole('status').filter({ hasText: 'from the left' })).toContainText(
		`${small.side} × ${small.side} of 768 × 512 pixels, from the left ${small.x}, from the top ${small.y}`
	);
	await page.keyboard.press('Shift+ArrowUp');
	expect((await card.square()).y).toBeLessThan(small.y);
	await page.keyboard.press('+');
	expect((await card.square()).side).toBeGreaterThan(small.side);
	await page.keyboard.press('0');
	expect((await card.seen()).join()).toBe(middle.join());

	// A corner is pulled, then the square is moved, past the edge.
	const box = await card.pad.locator('canvas').boundingBox();
	if (!box) throw new Error('the photo is not shown');
	const scale = box.width / 768;
	const at = (x: number, y: number): [number, number] => [box.x + x * scale, box.y + y * scale];
	await page.mouse.move(...at(638, 510));
	await page.mouse.down();
	await page.mouse.move(...at(500, 300), { steps: 4 });
	await page.mouse.up();
	const pulled = await card.square();
	expect([pulled.x, pulled.y]).toEqual([128, 0]);
	expect(Math.abs(pulled.side - 372)).toBeLessThan(8);
	await page.mouse.move(...at(300, 150));
	await page.mouse.down();
	await page.mouse.move(...at(760, 150), { steps: 4 });
	await page.mouse.up();
	expect(await card.square()).toEqual({ x: 768 - pulled.side, y: 0, side: pulled.side });
	await card.button('Smaller square').click();
	expect((await card.square()).side).toBeLessThan(pulled.side);
	await card.button('Square in the middle').click();
	expect((await card.seen()).join()).toBe(middle.join());
	await card.button('Remove').click();
	expect(await card.seen()).toEqual([]);
	await expect(card.pad).toHaveCount(0);
});

test('what is no photo, or would be too large, is refused in words, and the photo that was there stays', async ({
	page
}) => {
	const card = await opened(page);
	const beagle = photo('dog_beagle.jpg');
	await card.drop('dog.jpg', beagle);
	await expect(card.pad).toBeVisible();
	const before = (await card.seen()).join();
	const broken = Buffer.from(beagle);
	broken.fill(0xff, 600, 40_000);
	const gif = Buffer.from('GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x02\0;', 'latin1');
	for (const [name, bytes, words] of [
		[
			'huge.png',
			claims(20_000, 20_000),
			/20000 × 20000 pixels \(400 million\)\. At most 40 million .* Scale it down/
		],
		['long.png', claims(30_000, 20), /30000 × 20 pixels .* no side longer than 16384/],
		['bomb.gif', gif, /65535 × 65535 pixels/],
		['cut.png', claims(64, 64), /The PNG file is damaged/],
		['broken.jpg', broken, /The JPEG file is damaged/],
		['cut.jpg', beagle.subarray(0, 300), /The JPEG file is damaged/],
		['notes.jpg', Buffer.from('A text that calls itself a picture.'), /not a picture that can be read here/],
		['phone.jpg', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1'), /This is a HEIC file/],
		['scan.pdf', Buffer.from('%PDF-1.7\n'), /This is a PDF file/],
		['empty.jpg', Buffer.alloc(0), /There is no picture in it/]
	] as const) {
		await card.drop(name, bytes);
		await expect(card.alert, name).toContainText(words);
		expect((await card.seen()).join(), name).toBe(before);
	}
	// A tall photo that lies on its side in the file.
	await card.drop('turned.jpg', turned(beagle));
	await expect.poll(async () => (await card.shown()).height > (await card.shown()).width).toBe(true);
	await expect(card.alert).toBeEmpty();
	await expect(card.root.getByText('The file has 750 × 1125 pixels')).toBeVisible();
	const upright = await card.seen();
	await card.drop('dog.jpg', beagle);
	await expect.poll(async () => (await card.seen()).join()).toBe(before);
	// Turned by a quarter to the right: its first line is the first column, from below.
	const flat = await card.seen();
	const first = Array.from({ length: 32 }, (_, x) => upright[x] ?? NaN);
	expect(
		difference(
			first,
			Array.from({ length: 32 }, (_, x) => flat[32 * (31 - x)] ?? NaN)
		)
	).toBeLessThan(6);
});

test('a picture is pasted; text goes where it always goes', async ({ page, context }) => {
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	const card = await opened(page);
	await page.evaluate(async () => {
		const canvas = new OffscreenCanvas(96, 64);
		const pen = canvas.getContext('2d');
		if (!pen) throw new Error('no canvas');
		pen.fillStyle = 'rgb(255, 0, 0)';
		pen.fillRect(0, 0, 48, 64);
		pen.fillStyle = 'rgb(0, 0, 255)';
		pen.fillRect(48, 0, 48, 64);
		await navigator.clipboard.write([new ClipboardItem({ 'image/png': await canvas.convertToBlob() })]);
	});
	await page.keyboard.press('Control+V');
	await expect(card.pad).toBeVisible();
	const seen = await card.seen();
	expect([seen[0], seen[1024], seen[2048], seen[31], seen[2048 + 31]]).toEqual([255, 0, 0, 0, 255]);
	await page.evaluate(() => navigator.clipboard.writeText('words'));
	await page.keyboard.press('Control+V');
	await expect(card.alert).toBeEmpty();
	expect((await card.seen()).join()).toBe(seen.join());
});

test('the camera is judged live, held, and switched off when the page is left', async ({ page, context }) => {
	const tracks = await watchCamera(page);
	const card = await opened(page);

	// Nobody said yes.
	await card.button('Use the camera').click();
	await expect(card.alert).toContainText('The browser may not use the camera here.');
	expect(await card.seen()).toEqual([]);

	await context.grantPermissions(['camera']);
	await card.button('Use the camera').click();
	await expect(card.root.getByText('The camera is on.')).toBeVisible({ timeout: SLOW });
	await expect(card.alert).toBeEmpty();
	await expect.poll(() => card.seen().then(({ length }) => length)).toBe(3072);
	const first = await card.seen();
	// The test card is green.
	const mean = (channel: number) =>
		first.slice(1024 * channel, 1024 * (channel + 1)).reduce((a, b) => a + b, 0) / 1024;
	expect(mean(1)).toBeGreaterThan(mean(0) + 30);
	await expect.poll(async () => difference(await card.seen(), first)).toBeGreaterThan(10);
	// The square stays where it was put while the pictures change.
	await card.pad.focus();
	await page.keyboard.press('-');
	await page.keyboard.press('Shift+ArrowLeft');
	const square = await card.square();
	await page.waitForTimeout(500);
	expect(await card.square()).toEqual(square);

	await card.button('Hold this picture').click();
	await expect.poll(tracks).toEqual(['ended']);
	const held = (await card.seen()).join();
	await page.waitForTimeout(600);
	expect((await card.seen()).join()).toBe(held);

	await card.button('Use the camera').click();
	await expect.poll(tracks).toEqual(['ended', 'live']);
	await expect.poll(async () => (await card.seen()).join()).not.toBe(held);
	// Another page of the site, without loading it anew.
	await page.locator('#rail a[href$="chapter/13/"]').first().click();
	await expect(card.root).toHaveCount(0);
	await expect.poll(tracks).toEqual(['ended', 'ended']);
});

test('the network trained on this page answers, and its answer changes with the square', async ({ page }) => {
	const card = await opened(page);
	await card.drop('dog.jpg', photo('dog_beagle.jpg'));
	await expect(card.pad).toBeVisible();
	const shipped = (await card.ships()) ? await card.shares() : null;
	const run = new Card(page, '002-CIFAR-SIMPLE');
	await run.root.scrollIntoViewIfNeeded();
	await run.set('batch', '16');
	await run.train();
	await run.reaches(3);
	await run.control('Stop').click();
	await expect(run.progress).toContainText('stopped in epoch 1', { timeout: SLOW });
	const mine = card.button(/^the one you trained/);
	await expect(mine).toBeEnabled();
	if (shipped) await mine.click();
	await expect(mine).toHaveAttribute('aria-pressed', 'true');
	await expect.poll(async () => (await card.shares()).length, { timeout: SLOW }).toBe(10);
	const whole = await card.shares();
	if (shipped) expect(whole).not.toEqual(shipped);
	await expect(
		card.root.getByText(/^Trained by you on this device: experiment 002-CIFAR-SIMPLE/)
	).toBeVisible();
	expect(await violations(page)).toEqual([]);
	await card.pad.focus();
	for (let press = 0; press < 6; press++) await page.keyboard.press('-');
	await expect.poll(() => card.shares()).not.toEqual(whole);

	// The card survives the other language, with its own names of things.
	await switchTo(page, 'zh');
	await expect(card.root.getByRole('rowheader', { name: '青蛙' })).toBeVisible();
});
