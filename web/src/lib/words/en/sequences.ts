/** Words of the figures about sequences and words: recurrent units, LSTM, embeddings, windows over words. */
export const sequences = {
	embedding: { title: 'A table of vectors, looked up' },
	kinds: { title: 'Four kinds of sequence problems' },
	unrolled: { title: 'A loop, unrolled' },
	gradient: { title: 'What is left of a gradient' },
	lstm: { title: 'One LSTM cell, step by step' },
	window: { title: 'A window that reads' },
	order: { title: 'The same words in another order' }
};
