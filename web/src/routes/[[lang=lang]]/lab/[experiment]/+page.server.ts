import { error } from '@sveltejs/kit';
import { book, cardOf, resultsOf, useOf } from '$lib/book/shelf.server';
import type { EntryGenerator, PageServerLoad } from './$types';

export const entries: EntryGenerator = () =>
	book.cards.flatMap(({ id }) => [{ experiment: id }, { lang: 'zh' as const, experiment: id }]);

export const load: PageServerLoad = ({ params }) => {
	const card = cardOf(params.experiment);
	if (!card) error(404);
	const chapter = book.chapters.find(({ experiments }) => experiments.includes(card.id));
	return {
		card,
		used: useOf(card),
		result: resultsOf([card.id])[0] ?? null,
		chapter: chapter ? { id: chapter.id, title: chapter.title, ready: chapter.ready } : null
	};
};
