// The words of the page in both languages. Each part is one typed object; `zh` has the shape of `en`, so a
// missing translation does not compile. Parts are modules of their own, so that a page loads what it shows.
//
//   site.ts        rail, home page, chapter frame, drawing, wall, table of results
//   experiment.ts  the experiment card: buttons, settings, charts, tabs, questions
//   runs.ts        the table of an experiment's runs
//   inside.ts      steering a run, looking inside it, the link to a card
//   figures.ts     the figures in the text of chapters
//   sequences.ts   the figures about sequences and words
//   textlook.ts    a look at reviews: lengths, vocabulary, what is cut
//   textlook-own.ts  what that says of the reader's own texts
//   look.ts        looking inside a network: maps, evidence, what it wants, a map of the pictures
//   inwords.ts     the same of a network on words: neighbours, memory, order, reach
//   judged.ts      what it judged: the confusion matrix's colours, the report on the classes
//   classes.ts     names of the classes of a data set
//   speed.ts       the page about speed
//   reference.ts   the frame of the page Reference
//   continue.ts    the panel where a network continues the reader's sentence
//   wordcloud.ts    the word cloud
//   compared.ts    the figure that lays a Transformer beside an LSTM
//   photo.ts       the card that judges the reader's own photo
//   review.ts      the card that judges the reader's own review
//   augmentation.ts  the augmentation workshop
//   own.ts        the card that takes the reader's own texts
//   offline.ts     the site without a connection, its new versions
//   problems.ts    every failure and problem code: what happened, and what next

import type { Words } from '../engine/wire';
import { site as en } from './en/site';
import { site as zh } from './zh/site';

export type Lang = 'en' | 'zh';
export type Messages = typeof en;
type Args = Readonly<Record<string, string | number>>;

export const langs: readonly Lang[] = ['en', 'zh'];
const all: Record<Lang, Messages> = { en, zh };

/** All messages of a language. */
export function words(lang: Lang): Messages {
	return all[lang];
}

/**
 * Fill a message's `{places}`; a place without an argument stays as it is, so that it is seen. Where a number asks for
 * another form of a word, the place has both: `{n} {n|epoch|epochs}`.
 */
export function t(message: string, args: Args = {}): string {
	return message.replace(
		/\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g,
		(place, name: string, one?: string, more?: string) => {
			const value = args[name];
			if (value === undefined) return place;
			if (one === undefined || more === undefined) return String(value);
			return String(value) === '1' ? one : more;
		}
	);
}

/** Sentences one after the other, those that there are: with a space between them where the language has one. */
export function sentences(lang: Lang, ...all: (string | false | null | undefined)[]): string {
	return all.filter(Boolean).join(lang === 'zh' ? '' : ' ');
}

/** The side of a text of the book that belongs to the language. */
export function pick(text: Words, lang: Lang): string {
	return text[lang] || text.en;
}

/** Data sets as they are written in a sentence; what a model's card adds behind the name is left out. */
export function datasetName(name: string): string {
	const [short = name] = name.split(',');
	return (
		{
			mnist: 'MNIST',
			imdb: 'IMDB',
			cifar10: 'CIFAR-10',
			gtsrb: 'GTSRB',
			captcha: 'CAPTCHA',
			'captcha-fonts': 'CAPTCHA'
		}[short] ?? short
	);
}

/** `60,000` / `60,000`: both languages group by thousands. */
export function count(value: number, lang: Lang): string {
	return new Intl.NumberFormat(lang === 'zh' ? 'zh-CN' : 'en-US').format(value);
}

/** A share of one as `99.05 %`. */
export function percent(share: number, decimals = 1): string {
	return `${(share * 100).toFixed(decimals)}\u202f%`;
}

/** A length of time in words a reader says: `40 s`, `3 min`, `1.5 h`. */
export function duration(seconds: number, lang: Lang): string {
	const unit = words(lang).unit;
	if (seconds < 1) return `< 1 ${unit.second}`;
	if (seconds < 90) return `${Math.round(seconds)} ${unit.second}`;
	if (seconds < 90 * 60) return `${Math.round(seconds / 60)} ${unit.minute}`;
	return `${(seconds / 3600).toFixed(1)} ${unit.hour}`;
}
