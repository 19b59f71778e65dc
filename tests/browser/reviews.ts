// The official files of the reviews, and the card of chapter 16 that takes them.

import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, open, SLOW } from './site.ts';
import { data } from './terminal.ts';

export const NUMBERS = join(data, 'imdb', 'imdb.npz');
export const WORDS = join(data, 'imdb', 'imdb_word_index.json');

/** The card in view, with its reviews: they are read when a reader has come to it. */
export async function reviewsIn(page: Page): Promise<Locator> {
	await open(page, 'chapter/16/');
	const card = page.locator('[id="e16.2"]');
	await expect(async () => {
		await card.scrollIntoViewIfNeeded();
		await expect(card.locator('input[type="file"]')).toBeAttached({ timeout: 5_000 });
	}).toPass({ timeout: SLOW });
	return card;
}
