/** Words of the figure that lays a Transformer beside an LSTM. */
export const compared = {
	title: 'LSTM and Transformer on the same letters',
	lede: 'Both read 32 characters of Alice and guess the next one; both have nearly the same number of weights. Perplexity on the last tenth of the book, which neither has seen: between how many equally likely characters it hesitates.',
	by: 'Compare',
	epochs: 'at equal epochs',
	seconds: 'at equal time',
	epoch: 'epoch',
	perplexity: 'perplexity',
	time: 'seconds',
	second: 's',
	chart: 'Perplexity against {axis}. LSTM: {lstm}. Transformer: {transformer}.',
	weights: '{n} weights',
	table: 'The measured figures',
	same: 'At equal time, after {seconds} s: LSTM {lstm} ({a} {a|epoch|epochs}), Transformer {transformer} ({b} {b|epoch|epochs}).',
	equal: 'At equal epochs, after {n}: LSTM {lstm}, Transformer {transformer}.',
	why: 'Through the first epochs the Transformer learns more from the same rows; then the LSTM passes it, and it is nearly four times as quick. Why are the large models Transformers all the same? Here every row asks for one next character only. A Transformer works out all 32 places at once and could be asked at each of them: 32 answers for the price of one, with no waiting from step to step. This comparison gives that away, and with 48,000 weights and 130 kB of text there is little else to gain.',
	note: 'Measured with “fireside train”, {id}: seed {seed}, batches of {batch}, Adam at {rate}, one core of this project’s build machine, CPU seconds of training and of measuring after every epoch. One run each; another seed gives somewhat other figures.'
};
