// The chapters as they are: both languages have the same blocks in the same order, and all of it renders.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chapterBlocks } from './markdown';

const content = new URL('../../content/', import.meta.url);
const chapters = readdirSync(content, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe.each(chapters.map(({ name }) => name))('chapter %s', (name) => {
	const read = (lang: string) => chapterBlocks(readFileSync(new URL(`${name}/${lang}.md`, content), 'utf8'));

	it('says the same in both languages', () => {
		const shape = (lang: string) =>
			read(lang).blocks.map((block) =>
				block.type === 'prose' ? { notes: block.notes.map(({ kind }) => kind) } : block
			);
		expect(shape('zh')).toEqual(shape('en'));
	});

	it('has the same places to link to', () => {
		const ids = (lang: string) =>
			read(lang).blocks.flatMap((block) =>
				block.type === 'prose'
					? [...(block.html + block.rest).matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
					: []
			);
		expect(ids('zh')).toEqual(ids('en'));
	});

	it.each(['en', 'zh'])('has no formula that failed and no style (%s)', (lang) => {
		const all = JSON.stringify(read(lang));
		// Not `toContain`: a failure would print the chapter.
		expect(all.includes('katex-error')).toBe(false);
		expect(/\sstyle=/.test(all)).toBe(false);
		expect(all.includes('<math')).toBe(true);
	});
});

it('finds chapters', () => expect(chapters.length).toBeGreaterThan(0));
