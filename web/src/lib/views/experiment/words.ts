// Words of the card in the reader's language. Failure and problem codes have one table.

import { t, type Lang } from '../../words';
import { experiment as en } from '../../words/en/experiment';
import { problems as enProblems, terms as enTerms } from '../../words/en/problems';
import { experiment as zh } from '../../words/zh/experiment';
import { problems as zhProblems, terms as zhTerms } from '../../words/zh/problems';

export type CardWords = typeof en;

export function cardWords(lang: Lang): CardWords {
	return lang === 'zh' ? zh : en;
}

/** Arguments that are lists of names are long; what fits into a sentence is enough. */
const LONGEST = 160;

function clip(text: string): string {
	return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The words of a failure or problem. A code without words gets the general sentence: the code stands beside it. */
export function problemWords(lang: Lang, problem: { code: string; args: { [key: string]: string } }): string {
	const table: Record<string, string> = lang === 'zh' ? zhProblems : enProblems;
	const terms = lang === 'zh' ? zhTerms : enTerms;
	// A fuller sentence for an argument that isn't always there: `unknown_field_suggestion`.
	const fuller = Object.keys(problem.args).map((name) => `${problem.code}_${name}`);
	const key = fuller.find((name) => Object.hasOwn(table, name)) ?? problem.code;
	const message = Object.hasOwn(table, key) ? table[key] : table['unknown'];
	const args: Record<string, string> = {};
	for (const [name, value] of Object.entries(problem.args)) {
		args[name] = clip(Object.hasOwn(terms, value) ? (terms[value] ?? value) : value);
	}
	// A missing argument must not show its braces.
	return t(message ?? '', args).replace(/\{\w+\}/g, '?');
}

/** The name of a setting; Keras's own where we have none. */
export function settingName(lang: Lang, name: string): string {
	const table: Record<string, string> = cardWords(lang).setting;
	return Object.hasOwn(table, name) ? (table[name] ?? name) : name;
}
