import { error } from '@sveltejs/kit';
import { book, cardOf, photoModel, resultsOf } from '$lib/book/shelf.server';
import type { Card } from '$lib/engine/wire';
import type { Use } from '$lib/views/lab/use';
import type { EntryGenerator, PageServerLoad } from './$types';

export const entries: EntryGenerator = () =>
	book.cards.flatMap(({ id }) => [{ experiment: id }, { lang: 'zh' as const, experiment: id }]);

/** The experiment that is trained, and what is done with its network; null where it is trained and no more. */
function useOf({ id, predict, generate, reported, summary }: Card): { card: Card; use: Use } | null {
	if (generate) {
		const own = cardOf(id);
		if (!own) throw new Error(`${id} is not in the book`);
		return { card: own, use: { kind: 'generate', wish: { ...generate, seed: summary?.seed ?? 0 } } };
	}
	if (!predict) return null;
	const model = cardOf(predict.model);
	if (!model) throw new Error(`${id}: there is no experiment ${predict.model}`);
	return { card: model, use: { kind: 'predict', rows: predict.rows, printed: reported[0] ?? null } };
}

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
		result: resultsOf([card.id])[0] ?? null,
		chapter: chapter ? { id: chapter.id, title: chapter.title, ready: chapter.ready } : null
	};
};
