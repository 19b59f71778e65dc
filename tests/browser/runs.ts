// The tab with the table of runs, as a reader uses it.

import { readFile } from 'node:fs/promises';
import type { Download, Locator } from '@playwright/test';
import { alive, Card, expect, SLOW, type Lang } from './site.ts';

/** A small network on real digits: a run takes seconds. */
export const SMALL = 's.layers[1].units=16&s.data.train_rows=6000&s.training.epochs=3';

export type Score = { loss: number; accuracy: number; rows: number };
export type Note = { type: string; update: number; from?: number; to?: number; count?: number };
export type Run = {
	id: string;
	name: string;
	number: number;
	seed: number;
	ended: string;
	rows: { epoch: number; train: Score; test: Score; rate: number }[];
	notes: Note[];
	curves: { epoch: number[]; history: Record<string, number[]> };
};

export class Runs extends Card {
	async open(hash = `#e=13.3&${SMALL}`, lang: Lang = 'en'): Promise<void> {
		// Not only another hash of the same page: that would not be read.
		await this.page.goto('about:blank');
		await this.page.goto(`./${lang === 'zh' ? 'zh/' : ''}chapter/13/${hash}`);
		await this.ready(lang);
	}
	async ready(lang: Lang = 'en'): Promise<void> {
		await alive(this.page);
		await this.root.scrollIntoViewIfNeeded();
		await this.tab(lang === 'zh' ? /^运行/ : /^Runs/).click();
	}
	/** To the end. */
	async run(): Promise<void> {
		const before = await this.rows.count();
		await this.root.getByRole('button', { name: /^Train( again)?$/ }).click();
		await expect(this.progress).toContainText('finished', { timeout: SLOW });
		await expect(this.rows).toHaveCount(before + 1);
	}
	get rows(): Locator {
		return this.panel.locator('tr.run');
	}
	row(name: string): Locator {
		return this.rows.filter({
			has: this.page.getByRole('button', { name: `Details of ${name}`, exact: true })
		});
	}
	async details(name: string): Promise<Locator> {
		const section = this.panel.getByRole('region', { name: `Details of ${name}`, exact: true });
		if (!(await section.isVisible())) await this.button(`Details of ${name}`).click();
		await expect(section).toBeVisible();
		return section;
	}
	/** What its columns say, by their heads. */
	async cells(name: string): Promise<Record<string, string>> {
		const heads = await this.panel.locator('table.figures').first().locator('thead th').allTextContents();
		const cells = await this.row(name).locator('> *').allTextContents();
		return Object.fromEntries(heads.map((head, index) => [head, (cells[index] ?? '').trim()]));
	}
	async saved(from: Locator, form: 'JSON' | 'CSV' | 'TensorBoard'): Promise<Download> {
		const waiting = this.page.waitForEvent('download');
		await from.getByRole('button', { name: form, exact: true }).click();
		return waiting;
	}
	async exported(from: Locator): Promise<Run[]> {
		const file = await this.saved(from, 'JSON');
		return (JSON.parse(await textOf(file)) as { runs: Run[] }).runs;
	}
	get files(): Locator {
		return this.panel.getByRole('group', { name: 'Files' });
	}
	async take(name: string, content: string | Buffer): Promise<void> {
		const file = { name, mimeType: 'application/json', buffer: Buffer.from(content) };
		await this.panel.locator('input[type=file]').setInputFiles(file);
	}
	get said(): Locator {
		return this.panel.getByRole('status');
	}
}

export async function bytesOf(download: Download): Promise<Buffer> {
	return readFile(await download.path());
}
export const textOf = async (download: Download) => (await bytesOf(download)).toString('utf8');
