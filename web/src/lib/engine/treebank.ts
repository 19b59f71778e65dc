// English text as words and punctuation marks, as the engine cuts it (`crates/datasets/src/treebank.rs`, where the rules are
// explained): for naming words that a network does not know, and for counting words. `sampling.json` is compared on both
// sides.

const BLANK = /[\p{White_Space}]+/u;
const CLOSES = /[)\]}>"'»”’]+$/u;

/** A piece of text between blanks, with blanks around its marks. */
function spaced(chunk: string): string {
	const body = chunk.replace(CLOSES, '');
	const stops = body.endsWith('.') && body.length > 1 && !body.endsWith('..');
	const stop = stops ? body.length - 1 : -1;
	let out = '';
	let previous = ' ';
	for (let at = 0; at < chunk.length; at++) {
		const c = chunk[at] ?? '';
		const rest = chunk.slice(at + 1);
		if (c === '"') out += ' ([{<'.includes(previous) ? ' `` ' : " '' ";
		else if (c === '.' && at === stop) out += ' . ';
		else if (c === '.' && rest.startsWith('..')) {
			at += 2;
			out += ' ... ';
		} else if (c === '-' && rest.startsWith('-')) {
			at += 1;
			out += ' -- ';
		} else if ((c === ':' || c === ',') && /^[0-9]/.test(rest)) out += c;
		else if (/[:,;@#$%&?!()[\]{}<>«»“”‘’]/u.test(c)) out += ` ${c} `;
		else out += c;
		previous = c;
	}
	return out;
}

const ENDINGS = ["'s", "'S", "'m", "'M", "'d", "'D", "'ll", "'LL", "'re", "'RE", "'ve", "'VE"];
/** Words that are two, and the length of the first. */
const PAIRS: Readonly<Record<string, number>> = {
	cannot: 3,
	"d'ye": 1,
	gimme: 3,
	gonna: 3,
	gotta: 3,
	lemme: 3,
	wanna: 3,
	"'tis": 2,
	"'twas": 2
};

/** Cuts contractions: `isn't` is `is` and `n't`. */
function ends(part: string, out: string[]): void {
	const ending = ["'", ...ENDINGS, "n't", "N'T"].find((end) => {
		const start = part.slice(0, part.length - end.length);
		return part.endsWith(end) && start !== '' && !start.endsWith("'");
	});
	if (ending !== undefined) {
		ends(part.slice(0, part.length - ending.length), out);
		out.push(part.slice(part.length - ending.length));
		return;
	}
	const key = part.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
	const at = Object.hasOwn(PAIRS, key) ? PAIRS[key] : undefined;
	if (at === undefined) out.push(part);
	else out.push(part.slice(0, at), part.slice(at));
}

/** Words and marks of a text. */
export function words(text: string, lower: boolean): string[] {
	const out: string[] = [];
	for (const chunk of text.split(BLANK)) {
		if (chunk === '') continue;
		for (const part of spaced(chunk).split(' ')) if (part !== '') ends(part, out);
	}
	return lower ? out.map((token) => token.toLowerCase()) : out;
}

/** Tokens of a text as `tokenize` of the engine gives them. */
export function tokens(text: string, level: 'char' | 'word', lower: boolean): string[] {
	if (level === 'word') return words(text, lower);
	return [...(lower ? text.toLowerCase() : text)];
}

/** The ids of a text's tokens, `known[id]`, and the tokens that have none, each once. */
export function encoded(
	text: string,
	{ level, lower, words: known }: { level: 'char' | 'word'; lower: boolean; words: readonly string[] }
): { ids: number[]; unknown: string[] } {
	const ids = new Map(known.map((word, id) => [word, id]));
	const all = tokens(text, level, lower);
	return {
		ids: all.flatMap((token) => ids.get(token) ?? []),
		unknown: [...new Set(all.filter((token) => !ids.has(token)))]
	};
}
