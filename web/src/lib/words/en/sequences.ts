/** Words of the figures about sequences and words: recurrent units, LSTM, embeddings, windows over words. */

/** A word and its three numbers. */
type Entry = readonly [string, readonly [number, number, number]];

const lexicon: readonly Entry[] = [
	['good', [1, 0, 0]],
	['bad', [-1, 0, 0]],
	['very', [0, 1, 0]],
	['really', [0, 1, 0]],
	['not', [0, 0, 1]],
	['never', [0, 0, 1]]
];

export const sequences = {
	table: 'As a table',
	activation: 'Activation',
	activations: { tanh: 'tanh', sigmoid: 'sigmoid', relu: 'relu', linear: 'none (linear)' },
	bad: '“{text}” is no number from −999 to 999.',
	step: 'Step',
	stepOf: '{n} of {all}',
	embedding: {
		title: 'A table of vectors, looked up',
		sentence: 'A sentence of your own',
		first: 'the film is not bad',
		vocabulary: ['the', 'film', 'is', 'not', 'good', 'bad', 'very'],
		special: ['(padding)', '(start)', '(unknown)'],
		length: 'Length of a row',
		hint: 'Words of the table: {words}. Any other word becomes 2, “unknown”. Change numbers of the table, too.',
		ids: '1. The sentence as numbers',
		place: 'place {n}: {word}, number {id}',
		lookup: '2. The table (the weights of the layer)',
		column: 'e{n}',
		cell: 'row {id} ({word}), column {column}: {value}',
		matrix: '3. What goes on into the network',
		cellOf: 'place {place} ({word}), column {column}: {value}',
		says: 'Place {place} holds {id} (“{word}”), so row {id} of the table is taken: {row}.',
		twice:
			'The same number stands in {n} places: all of them are this one row. Whatever training does to it, it does to all.',
		shape:
			'{length} numbers in, {length} × {size} out; the table has {rows} × {size} = {weights} weights. In 16.3 it is 5,000 × 32 = 160,000, and a review of 500 words becomes 500 × 32.'
	},
	kinds: {
		title: 'Four kinds of sequence problems',
		kind: 'Kind',
		play: 'Next step',
		again: 'From the beginning',
		input: 'input',
		state: 'state',
		output: 'output',
		names: {
			many_one: 'many to one',
			one_many: 'one to many',
			many_many: 'many to many, in step',
			coder: 'many to many, one after the other'
		},
		examples: {
			many_one:
				'A review comes in word by word; after the last one a single answer goes out: positive or negative (chapters 16 and 20).',
			one_many:
				'One picture comes in; a sentence about it goes out word by word. Each word that was said is read again.',
			many_many:
				'A film comes in picture by picture; for each one there is an answer at once: what is happening here.',
			coder:
				'A sentence comes in to its end; only then its translation goes out. Between the two stands one state: all that was understood.'
		},
		reads: 'Step {n} of {all}: reads input {x}.',
		writes: 'Step {n} of {all}: gives output {y}.',
		both: 'Step {n} of {all}: reads input {x} and gives output {y}.',
		label: '{name}: {inputs} inputs, {steps} steps, {outputs} outputs. Lit up to step {n}.'
	},
	unrolled: {
		title: 'A loop, unrolled',
		weights: 'Weights of the unit',
		weight: { w: 'input w', u: 'state u', b: 'bias b' },
		inputs: 'Inputs x',
		cell: 'input {n}',
		add: 'One step more',
		remove: 'One step less',
		loop: 'the loop',
		chain: 'the same unit, once for each step',
		label: 'The loop on the left, unrolled on the right: {states}.',
		formula: 'state {n} = {f}({w} · {x} + {u} · {before} + {b}) = {f}({sum}) = {state}',
		shared:
			'All {n} copies have the same three weights: unrolled, the loop is a network of {n} layers with three weights in all.',
		x: 'input',
		before: 'state before',
		sum: 'sum',
		state: 'state'
	},
	gradient: {
		title: 'What is left of a gradient',
		u: 'Weight of the state u',
		x: 'Every input',
		steps: 'Steps T',
		forget: 'LSTM: forget gate',
		clip: 'Clip the gradient at',
		clips: { 0: 'not at all', 0.1: '0.1', 1: '1', 10: '10' },
		back: 'steps back from the end',
		recurrent: 'recurrent unit',
		lstm: 'LSTM memory',
		label: 'On a logarithmic axis, how much the last state depends on the one k steps before: {rows}.',
		says: 'Over {steps} steps back, {left} is left of a gradient of 1 in the recurrent unit, {lstm} in the LSTM’s memory.',
		vanished: 'It has vanished: what stood at the beginning no longer counts in training.',
		exploded: 'It has exploded: a single step of training would throw the weights far away.',
		between: 'It is still of a useful size.',
		weight: 'The gradient for u, summed over all steps: {raw}.',
		clipped: 'The gradient for u, summed over all steps: {raw}; clipped to {cut}.',
		clipNote: 'Clipping tames what is too large. It cannot bring back what has vanished.',
		k: 'Steps back'
	},
	lstm: {
		title: 'One LSTM cell, step by step',
		start: 'Start from',
		presets: {
			keep: 'keep the first',
			overwrite: 'overwrite at step 4',
			add: 'count',
			hidden: 'remember, but say nothing until the end'
		},
		gates: 'Gates of step {n}',
		forget: 'Forget gate f: keep',
		input: 'Input gate i: write',
		output: 'Output gate o: show',
		candidate: 'Candidate g',
		memory: 'Memory c',
		out: 'Output h',
		memoryIs: 'memory = f · memory before + i · g = {f} · {before} + {i} · {g} = {c}',
		outIs: 'output = o · tanh(memory) = {o} · tanh({c}) = {h}',
		label: 'Memory and output over {n} steps: {rows}.',
		row: 'step {n}: memory {c}, output {h}',
		learned:
			'Here you are the gates. In a network each gate is a small unit of its own: a sigmoid of the input and of the last output, with weights that are learned.'
	},
	window: {
		title: 'A window that reads',
		sentence: 'Sentence',
		own: 'or your own',
		kernel: 'Window',
		lexicon,
		dimensions: ['good', 'strong', 'not'],
		sentences: ['this film is not good at all', 'not good this film is', 'the good film is not long'],
		kernels: [
			{
				name: '“not good”',
				values: [
					[0, 0, 1],
					[1, 0, 0]
				]
			},
			{
				name: '“very good”',
				values: [
					[0, 1, 0],
					[1, 0, 0]
				]
			},
			{
				name: '“not … good”',
				values: [
					[0, 0, 1],
					[0, 0, 0],
					[1, 0, 0]
				]
			}
		],
		matrix: 'The text as a matrix: a row for each word',
		weights: 'The window’s weights',
		word: 'word {n}',
		cell: '{word}, {dimension}: {value}',
		place: 'Place of the window',
		placeOf: '{n} of {all}: {words}',
		sum: 'relu({sum}) = {value}',
		found: 'What it finds at each place',
		foundCell: '{words}: {value}',
		largest:
			'The largest of all places goes on: {value}, at “{words}”. Where in the text it stood is forgotten; that it stood there is not.',
		short: 'The sentence has fewer words than the window. Write a few more.',
		note: 'Words with numbers: {words}. All others are 0, 0, 0 here. The numbers are made up so that you can read them; a network learns its own.'
	},
	order: {
		title: 'The same words in another order',
		pair: 'Two sentences',
		pairs: [
			['good not bad at all', 'bad not good at all'],
			['fun and not boring', 'boring and not fun']
		],
		good: ['good', 'fun'],
		bad: ['bad', 'boring'],
		turn: ['not'],
		shuffle: 'Shuffle both',
		back: 'As they were',
		sentence: 'Sentence {n}',
		bag: 'The bag: how often each word occurs',
		word: 'Word',
		says: 'Says',
		turns: 'turns the next',
		bagSays:
			'Both bags are the same, so a network that only counts words must give both the same answer: {sum}.',
		reading: 'Read in order',
		state: 'state',
		verdict: { 1: 'positive', 0: 'undecided', '-1': 'negative' },
		readSays: 'Read in order, the first ends at {a} ({averdict}), the second at {b} ({bverdict}).',
		note: 'The rule here is written by hand: “not” turns the next word that says something. An LSTM has to learn such a rule from examples; a bag of words could not even hold it.'
	}
};
