// Words of a sentence that a reader types, and their places in a small table.

/** At most this many words of it are used. */
export const MOST_WORDS = 12;

/**
 * Words between blanks, in small letters, without marks around them. Chinese is written without blanks: of a piece of it
 * the longest words of the table are taken, else single characters.
 */
export function wordsOf(text: string, table: readonly string[]): string[] {
	const pieces = text
		.slice(0, 400)
		.toLowerCase()
		.split(/[\s.,;:!?"“”()，。；：！？、]+/)
		.filter(Boolean);
	return pieces.flatMap((piece) => (/\p{Script=Han}/u.test(piece) ? hanWords(piece, table) : [piece]));
}

function hanWords(piece: string, table: readonly string[]): string[] {
	const longest = [...table].sort((a, b) => b.length - a.length);
	const found: string[] = [];
	let rest = piece;
	while (rest !== '') {
		const word = longest.find((one) => one !== '' && rest.startsWith(one)) ?? Array.from(rest)[0]!;
		found.push(word);
		rest = rest.slice(word.length);
	}
	return found;
}

export const PAD = 0;
export const START = 1;
export const UNKNOWN = 2;
/** Words have ids from here on. */
export const FIRST = 3;

/** The row that an Embedding gets: a start mark, ids, cut and filled up at the beginning. */
export function idsOf(words: readonly string[], table: readonly string[], length: number): number[] {
	const ids = words.map((word) => {
		const at = table.indexOf(word);
		return at < 0 ? UNKNOWN : at + FIRST;
	});
	const all = [START, ...ids].slice(-length);
	return [...Array.from({ length: length - all.length }, () => PAD), ...all];
}

/** How often each word stands in it: all that a bag of words knows. */
export function bag(words: readonly string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
	return counts;
}

/** What a word says, and whether it turns what follows. */
export type Meaning = { value: number; turns: boolean };
export type Reading = { word: string; value: number; turned: boolean; state: number };

/** The sum of what the words say, in whatever order. */
export const sumOf = (words: readonly string[], meaning: (word: string) => Meaning): number =>
	words.reduce((sum, word) => sum + meaning(word).value, 0);

/** One after the other: after a word that turns, the next that says something counts the other way round. */
export function inOrder(words: readonly string[], meaning: (word: string) => Meaning): Reading[] {
	let [state, turn] = [0, false];
	return words.map((word) => {
		const { value, turns } = meaning(word);
		const turned = turn && value !== 0;
		state += turned ? -value : value;
		if (turned) turn = false;
		if (turns) turn = true;
		return { word, value, turned, state };
	});
}

/** Another order, the same for the same number. */
export function shuffled<T>(list: readonly T[], seed: number): T[] {
	const mixed = [...list];
	let random = seed >>> 0;
	for (let at = mixed.length - 1; at > 0; at--) {
		random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
		const other = Math.floor((random / 2 ** 32) * (at + 1));
		[mixed[at], mixed[other]] = [mixed[other]!, mixed[at]!];
	}
	return mixed;
}
