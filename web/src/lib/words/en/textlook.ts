/** Words of a look at reviews: lengths, vocabulary, what padding and truncation do. */
export const textlook = {
	reading: 'Reading the reviews …',
	stop: 'Stop',
	open: 'Read the reviews',
	drop: 'Use the real {name} files',
	dropHint:
		'Both are needed: imdb.npz (the numbers) and imdb_word_index.json (the words). Choose both, or drop them here. They are read on this device and go nowhere.',
	sample:
		'This site has no files of {name}. What you see are {n} short reviews that a program made of 40 words: the arithmetic is the same, the figures are not.',
	official: 'Your {name} files, read on this device.',
	other:
		'Your own files, read on this device. They are not the official {name} files, so figures may differ.',
	unnamed:
		'The numbers came without their words: imdb_word_index.json is missing, so a review can only be shown as integers. Drop both files together.',

	facts: 'All reviews, in figures',
	what: 'What',
	here: 'Counted here',
	printed: 'The source',
	reviews: 'Reviews',
	reviewsOf: '{all} = {train} to train + {test} to test',
	classes: 'Classes',
	classesOf: '0 and 1: {zero} negative, {one} positive',
	distinct: 'Different word numbers',
	mean: 'Length, mean',
	sd: 'Length, standard deviation',
	median: 'Length, median',
	quartiles: 'Length, quartiles',
	quartilesOf: '{low} and {high}',
	range: 'Shortest and longest',
	running: 'Running words in all',
	counted:
		'A length counts the start mark, and the number of different words counts start and unknown, as in the source: the data set itself has one word number less.',

	lengths: 'How long the reviews are',
	lengthsLabel:
		'Box plot and histogram of {n} lengths. Half of the reviews have {low} to {high} words, the middle one {median}; the whiskers reach from {first} to {last}, {outside} are longer. The tallest bar holds {top} reviews of {from} to {to} words.',
	words: 'words',
	table: 'As a table',
	bin: 'Length',
	count: 'Reviews',
	share: 'Share',
	boxNote:
		'Box: the middle half, with the median as a line and the mean as a dot. Whiskers: the last review within 1.5 box lengths of the box. {outside} reviews ({share}) are longer and are drawn as a thin line.',

	coverage: 'How many words it takes',
	vocabulary: 'Vocabulary size (num_words)',
	allWords: 'all {n}',
	coverageLabel:
		'Share of all running words that the most frequent words cover, on a logarithmic axis: {rows}.',
	coverageSays:
		'Numbers below {bound}: the {n} most frequent words. They are {share} of the vocabulary and {covered} of all running words; {lost} running words become “unknown”.',
	frequent: 'most frequent words',
	covered: 'of the running words',

	cut: 'What length and vocabulary do',
	length: 'Length (sequence_length)',
	side: 'Cut and fill up',
	sides: { pre: 'at the beginning (Keras)', post: 'at the end' },
	cutSays:
		'{longer} of {reviews} reviews ({share}) are longer than {length} and lose words: {lost} in all, {lostShare} of everything written.',
	rowsSays:
		'Each row has {length} places. On average {kept} hold a word that is known, {unknown} an unknown one, {padding} are filled up with zeros.',
	kept: 'known words and start marks',
	unknown: 'unknown words (2)',
	padding: 'padding (0)',
	counting: 'Counting …',

	review: 'A review and its numbers',
	part: 'Part',
	parts: { train: 'training', test: 'test' },
	row: 'Review',
	badRow: 'A whole number from 1 to {n}, please.',
	previous: 'Previous',
	next: 'Next',
	random: 'Any other',
	label: 'Class {n}: {name}',
	names: ['negative', 'positive'],
	reviewSays: '{all} numbers with the start mark; {cut} cut off, {unknown} unknown, {padding} zeros.',
	zeros: '{n} × 0',
	zerosLabel: 'filled up: {n} zeros',
	cutLabel: 'cut off: {n} words',
	start: 'start',
	legend:
		'Number below each word: its rank by frequency plus 3. Grey and struck out: cut off. Framed: unknown, the network gets 2.',
	matrix: 'The row that the network gets',
	show: 'Show the numbers alone'
};
