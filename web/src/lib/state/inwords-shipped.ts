// Looking inside the network that a page comes with: its file is there, and the worker that answers holds it. There is no run, so
// there are no test rows: what is read is the reader's own text.

import { DeskClient } from '$lib/engine/inwords/client';
import type { Requester } from '$lib/engine/requester';
import type { Answering, Shipped } from './answering.svelte';
import { asksOf, InwordsState } from './inwords.svelte';

export type Inside = { state: InwordsState; end(): void };
/** Of whatever is asked: only its model matters. */
type Asking = Pick<Answering<never, unknown>, 'dataset' | 'bytes' | 'withModel'>;

/** `text`: what is read first. */
export function insideShipped(
	asking: Asking,
	{ card, layers }: Shipped & { layers: readonly { name: string; type: string }[] },
	text: () => string,
	desk = new DeskClient()
): Inside {
	const ask: Requester['request'] = (request) => asking.withModel((client) => client.request(request));
	const state = new InwordsState(
		{
			id: card.experiment,
			dataset: asking.dataset,
			// It stands still for ever.
			at: () => 0,
			layers: () => layers,
			take: () => Promise.resolve(),
			weights: () => asking.bytes(),
			...asksOf(ask, null),
			look: null,
			text
		},
		desk
	);
	return {
		state,
		end: () => {
			state.clear();
			desk.end();
		}
	};
}
