import { error } from '@sveltejs/kit';
import type { Block, ProseFile } from '$lib/book/blocks';
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
import type { Card } from '$lib/engine/wire';
import { isPlan } from '$lib/views/lab/shelf';
import type { EntryGenerator, PageServerLoad } from './$types';

const files = import.meta.glob<ProseFile>('/src/content/*/*.md', { eager: true, import: 'default' });

/** Experiments that a block shows or names. */
function named(block: Block): string[] {
	if (block.type === 'experiment' || block.type === 'wall' || block.type === 'owntexts') return [block.id];
	return block.type === 'results' ? block.ids : [];
}

/** The digit model answers in it. */
const drawn = (block: Block) =>
	block.type === 'play' || (block.type === 'figure' && block.name === 'augmentation');

/** Only what is shown becomes part of the page. */
function card(id: string, chapter: string): Card {
	const found = cardOf(id);
	// A wrong name in a text must not become a page.
	if (!found) throw new Error(`content/${chapter}: there is no experiment ${id}`);
	return found;
}

export const entries: EntryGenerator = () =>
	book.chapters.filter((chapter) => chapter.ready).flatMap(({ id }) => [{ id }, { lang: 'zh' as const, id }]);

export const load: PageServerLoad = ({ params }) => {
	const chapter = book.chapters.find(({ id, ready }) => id === params.id && ready);
	if (!chapter) error(404);
	const prose = files[`/src/content/${chapter.id}/${params.lang === 'zh' ? 'zh' : 'en'}.md`];
	if (!prose) throw new Error(`content/${chapter.id}: the chapter is ready but has no text`);
	const ids = [...new Set(prose.blocks.flatMap(named))];
	const { id, theme, title } = chapter;
	const cards = Object.fromEntries(ids.map((name) => [name, card(name, id)]));
	/** Shown as an experiment, but no single training run. */
	const others = prose.blocks.flatMap((block) => {
		const shown = block.type === 'experiment' ? cards[block.id] : undefined;
		return shown && (shown.kind !== 'train' || isPlan(shown)) ? [shown] : [];
	});
	const ready = book.chapters.filter((other) => other.ready);
	const next = ready[ready.findIndex((other) => other.id === id) + 1];
	return {
		chapter: { id, theme, title },
		prose,
		cards,
		others: Object.fromEntries(others.map((other) => [other.id, useOf(other)])),
		concepts: book.concepts.filter((concept) => concept.chapter === id),
		results: resultsOf(ids),
		model: prose.blocks.some(drawn) ? digitModel : null,
		photoModel: prose.blocks.some((block) => block.type === 'photo') ? photoModel : null,
		writers: Object.fromEntries(
			prose.blocks.flatMap((block) =>
				block.type === 'continue' ? [[block.dataset, writerOf(block.dataset)]] : []
			)
		),
		reviewModel: prose.blocks.some((block) => block.type === 'review') ? reviewModel : null,
		next: next ? { id: next.id, title: next.title } : null
	};
};
