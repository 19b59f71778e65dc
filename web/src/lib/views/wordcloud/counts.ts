// How often each word of a text occurs. Tokens come in lower case, as the engine's rules cut them.

export type Count = { word: string; count: number };

/** What the source takes out of its tokens before it counts. */
const PRINTED = new Set(['.', ',', '?', '!', ';', ':', "'", '(', ')']);
/** Ends of contractions, which are tokens of their own. */
const ENDINGS = new Set(["'s", "'m", "'d", "'ll", "'re", "'ve", "'t"]);

/** The word of a token, null where it is none: a quotation mark in front belongs to no word. */
export function bare(token: string): string | null {
	if (!/[\p{L}\p{N}]/u.test(token)) return null;
	return ENDINGS.has(token) ? token : token.replace(/^['`"“‘*_]+|[*_]+$/gu, '');
}

/** Words of grammar, which every English text is full of. */
const STOP = new Set(
	"a about above after again against ain all am an and any are as at be because been before being below between both but by ca can could d did do does doing don down during each few for from further had has have having he her here hers herself him himself his how i if in into is it its itself just ll m me might more most must my myself n't no nor not now o of off on once only or other our ours ourselves out over own re s same sha shall she should so some such t than that the their theirs them themselves then there these they this those through to too under until up upon ve very was we were what when where which while who whom why will with wo would yet you your yours yourself yourselves 's 'm 'd 'll 're 've 't".split(
		' '
	)
);

export type Wish = { how: 'printed' | 'mended'; stop: boolean };

/** The most frequent first; of equally frequent ones the one that comes first in the alphabet. */
export function counted(tokens: readonly string[], { how, stop }: Wish): Count[] {
	const counts = new Map<string, number>();
	for (const token of tokens) {
		const word = how === 'mended' ? bare(token) : PRINTED.has(token) ? null : token;
		if (!word || (stop && STOP.has(word))) continue;
		counts.set(word, (counts.get(word) ?? 0) + 1);
	}
	return [...counts]
		.map(([word, count]) => ({ word, count }))
		.sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
}
