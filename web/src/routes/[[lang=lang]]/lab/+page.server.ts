import { book, cardOf } from '$lib/book/shelf.server';
import { lineOf, type LabChapter } from '$lib/views/lab/shelf';
import type { EntryGenerator, PageServerLoad } from './$types';

export const entries: EntryGenerator = () => [{}, { lang: 'zh' }];

export const load: PageServerLoad = () => {
	const all = book.chapters.map(({ id, title, ready, experiments }): LabChapter => {
		const cards = experiments.flatMap((name) => cardOf(name) ?? []);
		return { id, title, ready, experiments: cards.map(lineOf) };
	});
	return { shelf: all.filter(({ experiments }) => experiments.length > 0) };
};
