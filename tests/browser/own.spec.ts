// Texts of the reader's own: a text or a table is dropped, what was read of it is told, and a network learns it.

import { drop } from './files.ts';
import { recordLosses, takeLosses } from './losses.ts';
import { Card, expect, open, SLOW, switchTo, test } from './site.ts';
import type { Locator, Page } from '@playwright/test';

/** A Chinese text with a pattern that can be learned. */
const verse = Array.from({ length: 90 }, (_, at) => {
	const [who, what] = [
		['老渔夫', '在湖边补网'],
		['小徒弟', '在院里扫雪'],
		['卖花人', '在桥上唱歌']
	][at % 3] as [string, string];
	return `第${'一二三四五六七八九'[at % 9]}天早上，${who}${what}，晚上才回家。\n`;
}).join('');

/** Two bytes for every sign, as old Chinese programs wrote it. */
async function inGb(page: Page, text: string): Promise<Buffer> {
	const bytes = await page.evaluate((all) => {
		const decoder = new TextDecoder('gbk');
		const table = new Map<string, number[]>();
		for (let first = 0x81; first < 0xff; first++) {
			for (let second = 0x40; second < 0xff; second++) {
				const pair = [first, second];
				table.set(decoder.decode(new Uint8Array(pair)), pair);
			}
		}
		return Array.from(all).flatMap((sign) => table.get(sign) ?? [sign.charCodeAt(0)]);
	}, text);
	return Buffer.from(bytes);
}

const fact = (own: Locator, name: string) => own.locator(`dt:text-is("${name}") + dd`);
/** A run to its end: the mean losses of its first and its last ten updates. */
async function learned(page: Page, card: Card): Promise<{ first: number; last: number }> {
	await takeLosses(page);
	await card.train();
	await expect(card.progress).toContainText('finished', { timeout: SLOW });
	const losses = (await takeLosses(page)).map(({ loss }) => loss);
	const mean = (some: number[]) => some.reduce((sum, loss) => sum + loss, 0) / some.length;
	return { first: mean(losses.slice(0, 10)), last: mean(losses.slice(-10)) };
}

test('a Chinese text in GB18030 is read, learned, and gone on with', async ({ page }) => {
	test.setTimeout(240_000);
	await recordLosses(page);
	await open(page, 'lab/OWN-TEXT/');
	const own = page.getByRole('region', { name: 'Train it on a text of your own' });
	await expect(own).toBeVisible({ timeout: SLOW });

	// What is no text is refused, by its kind or by its bytes, and nothing changes.
	await drop(page, own, [['photo.txt', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0', 'latin1')]]);
	await expect(own.getByRole('alert')).toContainText('photo.txt looks like a PNG picture, not like a text.', {
		timeout: SLOW
	});
	const noise = Buffer.from(
		Array.from({ length: 5000 }, (_, at) => (Math.imul(at, 2654435761) >>> 13) & 255)
	);
	await drop(page, own, [['noise.txt', noise]]);
	await expect(own.getByRole('alert')).toContainText('noise.txt is no text that can be read', {
		timeout: SLOW
	});
	await expect(own.getByText('What was read')).toHaveCount(0);

	await drop(page, own, [['诗.txt', await inGb(page, verse)]]);
	await expect(own.getByRole('status')).toHaveText('Read: the card below now trains on 诗.txt.', {
		timeout: SLOW
	});
	await expect(own.getByRole('alert')).toHaveText('');
	await expect(fact(own, 'Encoding')).toHaveText('GB18030 (GBK), recognised by its bytes');
	const signs = Array.from(verse);
	const different = new Set(signs).size;
	const n = signs.length.toLocaleString('en-US');
	await expect(fact(own, 'Length')).toContainText(`${n} characters in 90 lines`);
	await expect(fact(own, 'Tokens')).toContainText(`${n}, of ${different} different kinds (a character)`);
	await expect(fact(own, 'Left out')).toHaveText('nothing');

	// The experiment follows: nobody had to know what an Embedding's input_dim is.
	const card = new Card(page, 'OWN-TEXT');
	await card.tab('Text').click();
	const area = card.panel.getByRole('textbox', { name: 'The experiment as text' });
	await expect(area).toHaveValue(new RegExp(`tokens = ${signs.length}\\nnum_words = ${different + 1}\\n`));
	await expect(area).toHaveValue(new RegExp(`input_dim = ${different}\\n`));
	await expect(area).toHaveValue(new RegExp(`units = ${different}\\n`));
	await expect(card.panel.getByRole('status')).toContainText('Applied', { timeout: SLOW });
	await card.set('epochs', '8');
	const text = await learned(page, card);
	expect(text.last).toBeLessThan(0.4 * text.first);

	// What it got wrong is told in signs, not in numbers.
	await card.tab('What it got wrong').click();
	const wrong = card.panel.getByRole('listitem').filter({ hasText: 'Test text' }).first();
	await expect(wrong).toContainText(/is “[老小卖]”, says “[老小卖]”/, { timeout: SLOW });
	await card.tab('Confusion').click();
	await expect(card.panel.getByRole('columnheader', { name: '“渔”', exact: true })).toHaveCount(1);

	// It goes on with the beginning of the file, in lines that the file could have.
	const write = card.root.locator('.write');
	await expect(write.getByLabel('It goes on with')).toHaveValue(/^第一天早上，老渔夫在湖边补网/);
	await write.getByRole('button', { name: 'Write', exact: true }).click();
	const written = write.locator('.text');
	await expect(write.getByRole('status')).toHaveText('120 characters.', { timeout: SLOW });
	const lines = ((await written.textContent()) ?? '').replace(/\s+/g, '');
	expect(
		lines.match(/天早上，(老渔夫在湖边补网|小徒弟在院里扫雪|卖花人在桥上唱歌)，晚上才回家。/g)?.length
	).toBeGreaterThan(3);

	await switchTo(page, 'zh');
	const zh = page.getByRole('region', { name: '用你自己的文字训练' });
	await expect(zh.locator('dt:text-is("编码") + dd')).toHaveText('GB18030（GBK），由字节判断');
	await zh.getByRole('button', { name: '回到样例' }).click();
	await expect(zh.getByText('用一则由语法生成的中文小故事来训练')).toBeVisible({ timeout: SLOW });
});

test('a Chinese table with labels becomes classes that a network tells apart', async ({ page }) => {
	test.setTimeout(180_000);
	const rows = Array.from({ length: 150 }, (_, at) => {
		const [label, word] = [
			['体育', '球队'],
			['天气', '下雨'],
			['财经', '股票']
		][at % 3] as [string, string];
		return `"${label === '财经' ? '听说，' : ''}今天早上在市中心的大街上说到的${word}怎么样""${at}""";${label}\r\n`;
	});
	const csv = `内容;标签\r\n${rows.join('')}只有文字\r\n;天气\r\n别的;一次\r\n`;
	await recordLosses(page);
	await open(page, 'lab/OWN-REVIEWS/');
	const own = page.getByRole('region', { name: 'Train it on labelled texts of your own' });
	await drop(page, own, [['新闻.csv', Buffer.from(`\uFEFF${csv}`, 'utf16le')]]);
	await expect(own.getByRole('status')).toHaveText('Read: the card below now trains on 新闻.csv.', {
		timeout: SLOW
	});
	await expect(fact(own, 'Encoding')).toHaveText('UTF-16 (little-endian), as its first bytes say');
	await expect(fact(own, 'Rows')).toHaveText('150 of 153 can be used: 120 to train on, 30 to test on');
	await expect(fact(own, 'Classes')).toHaveText('体育: 50, 天气: 50, 财经: 50');
	await expect(fact(own, 'Skipped rows')).toContainText('1 with another number of columns');
	await expect(fact(own, 'Skipped rows')).toContainText('1 without a text');
	await expect(fact(own, 'Skipped rows')).toContainText('1 whose label occurs only once');
	await expect(own.getByLabel('Column of labels')).toHaveValue('1');
	// Its example is cut off by the choice, not by the edge of a narrow phone.
	const before = page.viewportSize();
	await page.setViewportSize({ width: 320, height: 700 });
	const choice = await own.getByLabel('Column of texts').boundingBox();
	const frame = await own.getByRole('group', { name: 'How to read it' }).boundingBox();
	expect((choice?.x ?? 0) + (choice?.width ?? Infinity)).toBeLessThanOrEqual(
		(frame?.x ?? 0) + (frame?.width ?? 0)
	);
	expect((frame?.x ?? 0) + (frame?.width ?? Infinity)).toBeLessThan(320);
	if (before) await page.setViewportSize(before);

	// Their statistics, counted once more here.
	await own.getByRole('button', { name: /^Your texts in figures/ }).click();
	const texts = Array.from({ length: 150 }, (_, at) => {
		const word = ['球队', '下雨', '股票'][at % 3] ?? '';
		return `${at % 3 === 2 ? '听说，' : ''}今天早上在市中心的大街上说到的${word}怎么样"${at}"`;
	});
	const lengths = texts.map((text) => Array.from(text).length + 1);
	const mean = lengths.reduce((sum, one) => sum + one, 0) / 150;
	const counted = own.getByRole('region', { name: 'All texts, in figures' });
	const figure = (name: string) => counted.getByRole('row', { name }).getByRole('cell').first();
	await expect(figure('Texts')).toHaveText('150 = 120 to train + 30 to test', { timeout: SLOW });
	await expect(figure('Classes')).toHaveText('体育: 50, 天气: 50, 财经: 50');
	await expect(figure('Different characters')).toHaveText(String(new Set(texts.join('')).size));
	await expect(figure('Length, mean')).toHaveText(mean.toFixed(2));
	await expect(figure('Shortest and longest')).toHaveText(
		`${Math.min(...lengths)} and ${Math.max(...lengths)}`
	);
	await expect(figure('Running characters')).toHaveText(
		texts.reduce((sum, text) => sum + text.length, 0).toLocaleString('en-US')
	);
	// Ten numbers are six characters, the most frequent ones; the first four numbers stand for no character.
	await own.getByRole('slider', { name: 'Vocabulary size (num_words)' }).focus();
	await page.keyboard.press('Home');
	const often = new Map<string, number>();
	for (const sign of texts.join('')) often.set(sign, (often.get(sign) ?? 0) + 1);
	const six = [...often.values()].sort((a, b) => b - a).slice(0, 6);
	const lost =
		[...often.values()].reduce((sum, one) => sum + one, 0) - six.reduce((sum, one) => sum + one, 0);
	await expect(own.getByText(/^Numbers below 10: the 6 most frequent characters/)).toContainText(
		`; ${lost.toLocaleString('en-US')} places become “unknown”`
	);

	const card = new Card(page, 'OWN-REVIEWS');
	const table = await learned(page, card);
	expect(table.last).toBeLessThan(0.3 * table.first);
	// Texts, not pictures.
	await card.tab('What it got wrong').click();
	await expect(card.panel.getByText(/\b30 test texts (misjudged|right)/)).toBeVisible({ timeout: SLOW });

	// A table without classes changes nothing.
	await drop(page, own, [['one.csv', Buffer.from('just a line\nand another\n')]]);
	await expect(own.getByRole('alert').first()).toContainText('one.csv is no table of texts and labels', {
		timeout: SLOW
	});
	await expect(fact(own, 'Classes')).toHaveText('体育: 50, 天气: 50, 财经: 50');
});
