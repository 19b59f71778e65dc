import type { textlook } from './textlook';

/** What a look at the reader's own texts says otherwise than one at reviews; `{tokens}`: characters or words, as they are cut. */
export const textlookOwn = {
	fold: 'Your texts in figures',
	sampleFold: 'These texts in figures',
	teaser: 'How long they are, how many {tokens} it takes, what is cut off',
	tokens: { char: 'characters', word: 'words' },
	classOf: '{name}: {n}',
	instead: {
		reading: 'Counting …',
		open: 'Count',
		facts: 'All texts, in figures',
		reviews: 'Texts',
		distinct: 'Different {tokens}',
		running: 'Running {tokens} in all',
		counted: 'A length counts the start mark that the network gets before every text.',
		lengths: 'How long the texts are',
		lengthsLabel:
			'Box plot and histogram of {n} lengths. Half of the texts have {low} to {high} {tokens}, the middle one {median}; the whiskers reach from {first} to {last}, {outside} are longer. The tallest bar holds {top} texts of {from} to {to} {tokens}.',
		words: '{tokens}',
		count: 'Texts',
		boxNote:
			'Box: the middle half, with the median as a line and the mean as a dot. Whiskers: the last text within 1.5 box lengths of the box. {outside} texts ({share}) are longer and are drawn as a thin line.',
		coverage: 'How many {tokens} it takes',
		coverageLabel:
			'Share of everything written that the most frequent {tokens} cover, on a logarithmic axis: {rows}.',
		coverageSays:
			'Numbers below {bound}: the {n} most frequent {tokens}. They are {share} of the vocabulary and {covered} of everything written; {lost} places become “unknown”.',
		frequent: 'most frequent {tokens}',
		covered: 'of everything written',
		length: 'Length (maxlen)',
		cutSays:
			'{longer} of {reviews} texts ({share}) are longer than {length} and lose {tokens}: {lost} in all, {lostShare} of everything written.',
		rowsSays:
			'Each row has {length} places. On average {kept} hold something known, {unknown} an unknown one, {padding} are filled up with zeros.',
		kept: 'known {tokens} and start marks',
		unknown: 'unknown {tokens} (2)'
	} satisfies Partial<typeof textlook>
};
