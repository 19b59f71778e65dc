import { benchRuns } from '$lib/book/bench.server';
import { cardOf } from '$lib/book/shelf.server';
import type { Words } from '$lib/engine/wire';
import type { EntryGenerator, PageServerLoad } from './$types';

export const entries: EntryGenerator = () => [{}, { lang: 'zh' }];

export const load: PageServerLoad = () => {
	const ids = new Set(benchRuns.flatMap((run) => run.workloads.map(({ experiment }) => experiment)));
	const titles: Record<string, Words> = {};
	for (const id of ids) {
		const card = cardOf(id);
		if (card) titles[id] = card.title;
	}
	return { runs: benchRuns, titles };
};
