// Files as a reader has them: on the disk, chosen or dropped.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { test } from './site.ts';

/** Content of a file, or its official one. */
export type Files = [name: string, content: Buffer | 'official'][];

/** Where the official files lie, as the command line and the build look for them. */
export function folder(): string {
	const root = join(import.meta.dirname, '../..');
	const places = [process.env['FIRESIDE_DATA'], join(root, 'data'), join(root, '../shared/data')];
	const found = places.find((place) => place && existsSync(join(place, 'mnist')));
	if (!found) throw new Error('the official MNIST files are not on this machine (FIRESIDE_DATA says where)');
	return join(found, 'mnist');
}

/** Files on the disk: the browser reads them itself, as it does for a reader. */
export function onDisk(files: Files): string[] {
	const place = test.info().outputPath(`files-${(folders += 1)}`);
	mkdirSync(place, { recursive: true });
	return files.map(([name, content]) => {
		if (content === 'official') return join(folder(), name);
		const path = join(place, name);
		writeFileSync(path, content);
		return path;
	});
}
let folders = 0;

/** Drops files on an element as a reader does from the desktop. */
export async function drop(page: Page, target: Locator, files: Files): Promise<void> {
	// Files get into the page through a field of their own; from there they are dropped.
	await page.evaluate(() => {
		const field = document.createElement('input');
		Object.assign(field, { type: 'file', multiple: true, id: 'from-desktop' });
		document.body.append(field);
	});
	const field = page.locator('#from-desktop');
	await field.setInputFiles(onDisk(files));
	const transfer = await field.evaluateHandle((element: HTMLInputElement) => {
		const transfer = new DataTransfer();
		for (const one of element.files ?? []) transfer.items.add(one);
		element.remove();
		return transfer;
	});
	await target.dispatchEvent('dragover', { dataTransfer: transfer });
	await target.dispatchEvent('drop', { dataTransfer: transfer });
}
