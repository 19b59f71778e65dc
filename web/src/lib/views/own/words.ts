// Words of the card that takes the reader's own texts, and what was read in sentences.

import type { LabelledReport, TextReport } from '../../own/report';
import { count, sentences, t, type Lang } from '../../words';
import { own as en } from '../../words/en/own';
import { own as zh } from '../../words/zh/own';
import { shownToken } from '../shown-token';

export type OwnWords = typeof en;

export function ownWords(lang: Lang): OwnWords {
	return lang === 'zh' ? zh : en;
}

export type Fact = { name: string; text: string };
/** How a file came: its encoding, and how many of its bytes were read. */
export type Came = {
	encoding: { name: string; marked: boolean } | null;
	bytes: number;
	read: number;
};

const MEGABYTE = 1 << 20;
/** Classes that are told one by one. */
const TOLD = 20;

export const megabytes = (bytes: number) => (bytes / MEGABYTE).toFixed(1);

function came(lang: Lang, { encoding, bytes, read }: Came): Fact[] {
	const w = ownWords(lang);
	const facts: Fact[] = [];
	if (encoding) {
		const name = w.encodings[encoding.name] ?? encoding.name;
		facts.push({ name: w.encoding, text: t(encoding.marked ? w.marked : w.found, { name }) });
	}
	if (read < bytes) {
		facts.push({ name: w.size, text: t(w.part, { read: megabytes(read), size: megabytes(bytes) }) });
	}
	return facts;
}

/** What was read of a running text. */
export function textFacts(lang: Lang, report: TextReport, how: Came): Fact[] {
	const w = ownWords(lang);
	const n = (value: number) => count(value, lang);
	const level = w.levels[report.level];
	const lost = [
		report.replaced > 0 && t(w.replaced, { n: n(report.replaced) }),
		report.controls > 0 && t(w.controls, { n: n(report.controls) })
	].filter((part) => part !== false);
	const length = { n: n(report.characters), lines: n(report.lines), longest: n(report.longest_line) };
	const rest = report.characters - report.kept - report.replaced - report.controls;
	// What ends lines on Windows is no loss.
	const whole = report.kept < report.characters * 0.9 && rest > 0;
	const skipped = report.tokens - report.known_tokens;
	return [
		...came(lang, how),
		{ name: w.size, text: t(w.sizeText, length) },
		{ name: w.lost, text: lost.length > 0 ? lost.join(w.sep) : w.nothing },
		{ name: w.used, text: whole ? t(w.usedText, { n: n(report.kept), rest: n(rest) }) : w.usedAll },
		{
			name: w.tokens,
			text: sentences(
				lang,
				t(w.tokensText, { n: n(report.tokens), different: n(report.different), level }),
				skipped > 0 && t(w.cut, { known: n(report.known), n: n(skipped) })
			)
		},
		{
			name: w.frequent,
			text: report.frequent.map(([token, times]) => `${shownToken(token)} ${n(times)}`).join(' · ')
		}
	];
}

/** What was read of labelled texts. */
export function labelledFacts(lang: Lang, report: LabelledReport, how: Came): Fact[] {
	const w = ownWords(lang);
	const n = (value: number) => count(value, lang);
	const rows = { used: n(report.used), rows: n(report.rows), train: n(report.train), test: n(report.test) };
	const classes = report.classes.slice(0, TOLD).map(([name, of]) => t(w.classText, { name, n: n(of) }));
	const others = report.classes.length - classes.length;
	if (others > 0) classes.push(t(w.manyClasses, { n: n(others) }));
	const skipped = report.reasons.map(([why, of]) => t(w.reasons[why], { n: n(of) }));
	const first = report.skipped.map(({ line }) => line).sort((a, b) => a - b);
	if (report.replaced > 0) skipped.push(t(w.replaced, { n: n(report.replaced) }));
	const where = first.length > 0 ? t(w.lines, { lines: first.join(w.sep) }) : '';
	const [min, median, , max] = report.lengths;
	const level = w.levels[report.level];
	// Beside the words there are the ids of filling, start, unknown, and one that is never used.
	const known = n(report.num_words - 4);
	return [
		...came(lang, how),
		{ name: w.between, text: w.separators[report.separator] ?? report.separator },
		{
			name: w.rows,
			text: sentences(lang, t(w.rowsText, rows), report.more > 0 && t(w.more, { n: n(report.more) }))
		},
		{ name: w.classes, text: classes.join(w.sep) },
		{ name: w.skipped, text: skipped.length > 0 ? skipped.join(w.sep) + where : w.nothing },
		{
			name: w.lengths,
			text: t(w.lengthsText, { min: n(min), median: n(median), max: n(max), steps: n(report.steps) })
		},
		{ name: w.vocabulary, text: t(w.vocabularyText, { words: n(report.words), known, level }) }
	];
}
