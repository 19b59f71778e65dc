// Networks on words: four questions that a model file and the network of a run answer alike, so that both workers share
// what is here. Rows of ids are made by whoever asks (`rowOf`), because only he knows which words they stand for.

import type { EngineWords, Vocabulary } from './engine-types';

/** `id`: the run's experiment; null: the model that was loaded (answer worker). */
export type WordsRequest =
	| { type: 'vocabulary'; id: string | null }
	/** The ids of a text, as many as it has tokens: those behind its start mark, where it has one. */
	| { type: 'encode'; id: string | null; text: string }
	/** What the network gives for rows of ids (`steps` each), row after row: `outputs` numbers each. */
	| { type: 'answer'; id: string | null; ids: Uint32Array }
	/** How a class's score hangs on each step of one row. Of a single output class 1 is what it speaks for, 0 the opposite. */
	| { type: 'slope'; id: string | null; ids: Uint32Array; class: number };

export type WordsReply =
	| { type: 'vocabulary'; vocabulary: Vocabulary }
	| { type: 'ids'; ids: Uint32Array }
	| { type: 'shares'; shares: Float32Array }
	| { type: 'slope'; slope: Float32Array };

export const wordsAnswers = {
	vocabulary: 'vocabulary',
	encode: 'ids',
	answer: 'shares',
	slope: 'slope'
} as const;

/** Lines in front of the words. */
const HEAD = 7;

/** The engine tells it line by line: four on its rows, then what a model file says. */
export function vocabularyOf(text: string): Vocabulary {
	const lines = text.split('\n');
	const [steps, outputs, padsEnd, cutsEnd, level, lower, special] = lines;
	// A token that is the end of a line itself leaves its line empty.
	const tokens = lines.slice(HEAD).map((token) => token || '\n');
	return {
		level: level === 'char' ? 'char' : 'word',
		lower: lower === 'lower',
		special: Number(special),
		words: special === '0' ? tokens : ['', '<start>', '<unknown>', '<unused>', ...tokens],
		steps: Number(steps),
		outputs: Number(outputs),
		pads_end: padsEnd === '1',
		cuts_end: cutsEnd === '1'
	};
}

/** What the network says of rows of ids, or how the class `slope` hangs on each step of one. */
export type Numbers = (ids: Uint32Array, slope: number | null) => Promise<Float32Array>;

export async function answerWords(
	request: WordsRequest,
	of: EngineWords,
	numbers: Numbers
): Promise<WordsReply> {
	switch (request.type) {
		case 'vocabulary':
			return { type: 'vocabulary', vocabulary: vocabularyOf(String(of.words())) };
		case 'encode':
			return { type: 'ids', ids: of.words(request.text) as Uint32Array };
		case 'answer':
			return { type: 'shares', shares: await numbers(request.ids, null) };
		case 'slope':
			return { type: 'slope', slope: await numbers(request.ids, request.class) };
	}
}

export function isWords(request: { type: string }): request is WordsRequest {
	return request.type in wordsAnswers;
}

/** What fills up a row that is too short. */
const PAD = 0;

/**
 * A row of `steps` ids: a longer text loses its beginning (or its end), a shorter one is filled up there. `from`: which id
 * comes first in it, `pads`: how many places in front of it hold no token.
 */
export function rowOf(
	ids: ArrayLike<number>,
	{ steps, pads_end, cuts_end }: Pick<Vocabulary, 'steps' | 'pads_end' | 'cuts_end'>
): { row: Uint32Array; from: number; pads: number } {
	const kept = Math.min(ids.length, steps);
	const from = cuts_end ? 0 : ids.length - kept;
	const pads = pads_end ? 0 : steps - kept;
	const row = new Uint32Array(steps).fill(PAD);
	for (let at = 0; at < kept; at++) row[pads + at] = ids[from + at] ?? PAD;
	return { row, from, pads };
}
