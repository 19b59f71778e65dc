// Reads reviews and counts in them. Files are unpacked by the reading module, in a worker of its own that ends with it.

import { asFailure, EngineFailure, failure } from './failure';
import { readApart } from './reading';
import { cutOf, factsOf, reviewOf } from './textlook';
import type { TextAsk, TextReply } from './textlook-client';
import { textsIn, type Texts } from './texts';

/** The part of a worker's global scope that is used. */
const scope = self as unknown as {
	onmessage: (event: MessageEvent<{ id: number; ask: TextAsk }>) => Promise<void>;
	postMessage(reply: TextReply): void;
};

let texts: Texts | null = null;

async function answer(ask: TextAsk): Promise<unknown> {
	if (ask.type === 'open') {
		const read = textsIn(await readApart({ name: ask.name, files: ask.files }));
		const facts = factsOf(read);
		texts = read;
		return facts;
	}
	if (!texts) throw new EngineFailure(failure('unexpected', { message: 'no texts' }));
	return ask.type === 'cut' ? cutOf(texts, ask.setting) : reviewOf(texts, ask.part, ask.row);
}

scope.onmessage = async ({ data: { id, ask } }) => {
	try {
		scope.postMessage({ id, answer: await answer(ask) });
	} catch (error) {
		scope.postMessage({ id, failure: asFailure(error) });
	}
};
