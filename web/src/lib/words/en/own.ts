/** Words of the card that takes the reader's own texts. */
export const own = {
	id: 'own',
	title: {
		'own-text': 'Train it on a text of your own',
		'own-reviews': 'Train it on labelled texts of your own'
	},
	lede: {
		'own-text':
			'Any plain text will do: a novel, letters, notes, song lyrics. Chinese goes character by character, English word by word or character by character.',
		'own-reviews':
			'A table with a column of texts and a column of labels: two kinds of remarks, ten kinds of news, whatever you want told apart.'
	},
	sample: {
		'own-text':
			'Until you bring a file, the card below trains on a little Chinese story that a grammar wrote.',
		'own-reviews':
			'Until you bring a file, the card below trains on 800 Chinese remarks about snack bars that a grammar made.'
	},
	like: 'Such a table looks like this (first row: names of the columns, may be missing; commas, semicolons or tabs):',
	example: 'text,label\n"Warm bread, quick service",good\nThe soup was cold,bad',
	drop: {
		'own-text': 'Drop a text file (.txt) here, or choose:',
		'own-reviews': 'Drop a table (.csv, .tsv, .txt) here, or choose:'
	},
	dropNow: 'Let go: the file is read here.',
	choose: 'Choose a file',
	another: 'Another file',
	private: 'It stays on this page: nothing of it is sent anywhere.',
	busy: 'While it trains, the file stays as it is. Pause or stop the run to bring another one.',
	reading: 'Reading {file} …',
	fitting: 'Fitting the experiment to it …',
	cancel: 'Cancel',
	ready: 'Read: the card below now trains on {file}.',
	back: 'Back to the sample',
	stale:
		'The card below is set for a file that is not here any more. Bring the file again, or go back to the sample.',
	large: '{file} has {size} MB. At most 20 MB are read at once.',
	takePart: 'Read the first 20 MB',
	leave: 'Leave it',
	settings: 'How to read it',
	level: 'A token is',
	levels: { auto: 'as the text suggests', char: 'a character', word: 'a word' },
	keep: 'Train on the first',
	signs: '{n} characters',
	textColumn: 'Column of texts',
	labelColumn: 'Column of labels',
	column: 'Column {n}',
	header: 'The first row names the columns',
	unsure: 'It is not clear which columns are meant. Please check the two choices below.',
	report: 'What was read',
	encoding: 'Encoding',
	encodings: {
		'utf-8': 'UTF-8',
		'utf-16le': 'UTF-16 (little-endian)',
		'utf-16be': 'UTF-16 (big-endian)',
		gb18030: 'GB18030 (GBK)'
	} as Record<string, string>,
	marked: '{name}, as its first bytes say',
	found: '{name}, recognised by its bytes',
	size: 'Length',
	sizeText: '{n} characters in {lines} lines, the longest has {longest}',
	part: 'Only the first {read} MB of {size} MB were read.',
	lost: 'Left out',
	replaced: '{n} places that are no text in this encoding (shown as \uFFFD)',
	controls: '{n} control characters',
	nothing: 'nothing',
	used: 'For training',
	usedText: 'the first {n} characters; the other {rest} are not used',
	usedAll: 'all of it',
	tokens: 'Tokens',
	tokensText: '{n}, of {different} different kinds ({level})',
	cut: 'The network knows the {known} most frequent kinds; {n} rarer tokens are skipped.',
	frequent: 'Most frequent',
	rows: 'Rows',
	rowsText: '{used} of {rows} can be used: {train} to train on, {test} to test on',
	more: '{n} rows beyond the first 200,000 were not read.',
	between: 'Between columns',
	separators: { ',': 'commas', ';': 'semicolons', '\t': 'tabs' } as Record<string, string>,
	classes: 'Classes',
	classText: '{name}: {n}',
	manyClasses: 'and {n} more',
	skipped: 'Skipped rows',
	reasons: {
		columns: '{n} with another number of columns',
		no_text: '{n} without a text',
		no_label: '{n} without a label',
		long_text: '{n} with more than 20,000 characters: perhaps a quote is never closed',
		long_label: '{n} whose label is longer than 60 characters or has a “|” in it',
		alone: '{n} whose label occurs only once'
	},
	lines: ' (first: line {lines})',
	lengths: 'Lengths',
	lengthsText: '{min} to {max} tokens, half have at most {median}; rows are cut at {steps}',
	vocabulary: 'Vocabulary',
	vocabularyText: '{words} kinds of tokens in the training rows ({level}); the network knows {known}',
	sep: ', ',
	fitted: 'What follows from this is set in the card below: {what}. Everything else is as printed.',
	fittedText:
		'how many tokens the Embedding knows and the last layer answers with, how far apart rows begin, the prompt',
	fittedLabelled:
		'how many tokens the Embedding knows, how long a row is, how many classes the last layer has'
};
