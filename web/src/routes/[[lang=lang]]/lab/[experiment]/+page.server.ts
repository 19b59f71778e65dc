import { error } from '@sveltejs/kit';
import {
	book,
	cardOf,
	digitModel,
	photoModel,
	resultsOf,
	reviewModel,
	useOf,
	writerOf
} from '$lib/book/shelf.server';
import type { EntryGenerator, PageServerLoad } from './$types';

/** Data whose networks learn to say what comes next. */
const texts = ['alice', 'tale', 'own-text'];

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
		photo:
			card.dataset === 'cifar10' && (card.summary || card.predict)
				? { dataset: card.dataset, model: photoModel }
				: null,
		// To what learns from reviews or other labelled texts, one's own.
		review:
			['imdb', 'own-reviews'].includes(card.dataset) && card.summary
				? { dataset: card.dataset, model: card.dataset === 'imdb' ? reviewModel : null }
				: null,
		// Letters can be read of a word of one's own.
		captcha: card.dataset.startsWith('captcha') ? card.dataset : null,
		// A text is continued, also by hand.
		writer:
			card.summary && (card.generate || texts.includes(card.dataset))
				? {
						dataset: card.dataset,
						model: writerOf(card.dataset),
						prompt: card.generate?.prompt ?? '',
						own: card.id
					}
				: null,
		result: resultsOf([card.id])[0] ?? null,
		// Of the workshop below pictures that are augmented.
		model: card.kind === 'compute' && card.dataset ? digitModel : null,
		chapter: chapter ? { id: chapter.id, title: chapter.title, ready: chapter.ready } : null
	};
};
