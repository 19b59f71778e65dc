/** Words of the word cloud. */
export const wordcloud = {
	title: 'The words of Alice',
	lede: 'The larger a word, the more often it stands in the book: its height grows with the root of its count. Where it lies means nothing.',
	how: 'What counts as a word',
	printed: 'as printed',
	mended: 'mended',
	printedHint:
		"The source removes . , ? ! ; : ' ( ). Dashes (--) and stars (*) stay and count as words, and a word behind an opening quotation mark ('i) is another one than without it.",
	mendedHint: 'Only what has letters or digits, without quotation marks in front.',
	stop: 'Hide words of grammar',
	stopHint: 'the, and, to, she, it, of …: they stand in every English text as often.',
	loading: 'Counting …',
	cloud: 'Word cloud: {n} words of {all}. Use the arrow keys to go through them.',
	word: '{word}: {count} times',
	said: '“{word}” stands {count} times in the book: number {rank} of {all} different words, {share} of them all.',
	hint: 'Point at a word, or tap it, for its count.',
	table: 'The {n} most frequent words',
	columns: { rank: 'rank', word: 'word', count: 'count', share: 'share' },
	retry: 'Try again'
};
