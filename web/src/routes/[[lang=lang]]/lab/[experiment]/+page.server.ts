import { error } from '@sveltejs/kit';
import { book, cardOf, photoModel, resultsOf, useOf } from '$lib/book/shelf.server';
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
		// Beside what is trained on these pictures, a photo can be shown to it.
		photo: card.dataset === 'cifar10' && card.summary ? { dataset: card.dataset, model: photoModel } : null,
		result: resultsOf([card.id])[0] ?? null,
		chapter: chapter ? { id: chapter.id, title: chapter.title, ready: chapter.ready } : null
	};
};
