/** The prompt that an experiment's text asks for; null where it can't be told without a parser. */
export function promptOf(text: string): string | null {
	const found = /^prompt = ("(?:[^"\\]|\\.)*")$/m.exec(text)?.[1];
	if (found === undefined) return null;
	try {
		// A basic string of TOML with JSON's escapes is one of JSON; the few others are not.
		return String(JSON.parse(found));
	} catch {
		return null;
	}
}

/** What a token of the text is that an experiment learns from; words, where it does not say. */
export const levelOf = (text: string): 'word' | 'char' => (/^level = "char"$/m.test(text) ? 'char' : 'word');
