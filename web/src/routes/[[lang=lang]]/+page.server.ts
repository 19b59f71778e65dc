import { book, cardOf, digitModel, results } from '$lib/book/shelf.server';
import { isAccuracy, percentDecimals, stripOf, type Strip } from '$lib/book/shelf';
import type { Chapter } from '$lib/engine/wire';
import type { EntryGenerator, PageServerLoad } from './$types';

export const entries: EntryGenerator = () => [{}, { lang: 'zh' }];

/** The one measured claim that stands for a chapter: of its experiments the one with the most seeds. */
function headline({ experiments, ready }: Chapter): Strip | null {
	if (!ready) return null;
	const measured = results
		.filter((result) => experiments.includes(result.id) && isAccuracy(result) && result.printed !== null)
		.sort((a, b) => b.measured.length - a.measured.length);
	if (measured[0]) return stripOf(measured[0]);
	for (const id of experiments) {
		const claim = cardOf(id)?.reported.find(isAccuracy);
		if (!claim) continue;
		return { id, printed: claim.value * 100, decimals: percentDecimals(claim.decimals), measured: [] };
	}
	return null;
}

export const load: PageServerLoad = () => {
	const ready = book.chapters.filter((chapter) => chapter.ready);
	const live = ready.flatMap((chapter) => chapter.experiments).filter((id) => cardOf(id));
	const printed = live.filter((id) => (cardOf(id)?.reported.length ?? 0) > 0);
	const measured = results.filter(({ id, measured }) => printed.includes(id) && measured.length > 0);
	return {
		strips: Object.fromEntries(ready.map((chapter) => [chapter.id, headline(chapter)])),
		facts: {
			live: live.length,
			printed: printed.length,
			measured: measured.length,
			reproduced: measured.filter(({ verdict }) => verdict === 'reproduced').length
		},
		model: digitModel
	};
};
