/** Words of the card where the reader's own word is drawn as a CAPTCHA and read. */
export const captcha = {
	title: 'Write your own word',
	lede: 'Your word is drawn like the letters that the network learned from, cut into connected pieces, and each piece is read.',
	word: 'A word of up to {n} letters, A to Z',
	font: 'Font',
	fonts: { block: 'block', thin: 'thin', serif: 'slanted, with serifs' },
	shear: 'Shear',
	noise: 'Noise',
	another: 'Another picture',
	picture: 'The word {word} as a CAPTCHA picture',
	cut: 'Piece {n}: 20 × 20 pixels',
	nothing: 'Type a word: the letters A to Z can be drawn.',
	others: 'Only the letters A to Z can be drawn. Left out: {list}',
	beyond: 'Only the first {n} letters are drawn.',
	untrained: 'Train the network above: then it reads the pieces.',
	reading: 'Reading …',
	says: 'The network reads {read}.',
	right: 'All {n} letters are right.',
	wrong: '{right} of {n} letters are right.',
	pieces:
		'The picture falls into {found} connected pieces instead of {wanted} letters. Noise or clipping have joined or broken some; the network can only read what it is given.',
	table: 'What the network reads',
	piece: 'piece',
	letter: 'reads',
	sure: 'probability',
	output: 'output',
	then: 'next',
	outputs:
		'This network has no softmax: its outputs are no probabilities. The largest of the 26 numbers counts; 1 was the target of the right letter, 0 that of the others.',
	foreign: 'This network learned from one font without noise. Other fonts are new to it.'
};
