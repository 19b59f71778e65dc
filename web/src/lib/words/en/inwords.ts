/** Words of the panel "Looking inside" of networks on words. */
export const inwords = {
	waiting: 'Looking inside …',
	running: 'The training goes on meanwhile. What you see is the network after update {at}.',
	at: 'The network after update {at}.',
	shipped:
		'The network that comes with this page: experiment {id}, seed {seed}, trained for {epochs} {epochs|epoch|epochs}.',
	again: 'Look again',
	lacking:
		'This network has a layer ({layer}) that these views do not work out. Its words can be looked at; memory, order and reach cannot.',
	views: {
		label: 'What to look at',
		near: 'Words',
		plane: 'Map of the words',
		memory: 'Memory',
		order: 'Order',
		reach: 'Reach'
	},
	word: {
		none: '(filling)',
		start: '(start)',
		unknown: '(unknown word)',
		unused: '(unused)',
		space: '(space)',
		line: '(new line)',
		missing: '“{word}” is not among the {n} words of this network.',
		field: 'Word',
		hint: 'Begin to type …'
	},
	near: {
		about:
			'Every word is a row of {width} numbers. Two rows that point the same way (cosine near 1) are the same to the network, whatever the dictionary says: it has only learned what it needed for its task.',
		go: 'Show its neighbours',
		now: 'Now',
		before: 'Before the training',
		lost: 'How this table began is not known here, so there is no “before”.',
		rank: 'place',
		word: 'word',
		cosine: 'cosine',
		table: 'Nearest to “{word}”: now, and before the training',
		chance:
			'With {width} numbers a word, the nearest of {n} random rows has a cosine of about {cosine} by chance alone. What lies below says little.',
		sum: 'Adding words',
		sumAbout:
			'The famous sum is king − man + woman ≈ queen. It came from networks that had read a hundred billion words. This table has learned from a few million at most, and for one task only: expect nonsense, and be surprised where it works.',
		a: 'From',
		b: 'take away',
		c: 'and add',
		add: 'Add up',
		sumTable: '{a} − {b} + {c}: the nearest words, the three themselves left out'
	},
	plane: {
		about:
			'Words on a plane. PCA keeps the two directions in which they differ most. UMAP keeps neighbours together; how far groups lie from each other means little there.',
		most: 'Most frequent words',
		first: 'Words, from the first of the list on',
		method: 'Laid out by',
		seed: 'Seed',
		when: 'Table',
		go: 'Draw the map',
		find: 'Mark words that begin with',
		found: 'Marked: {n}.',
		label: '{n} words on a plane, by {method}',
		keys: 'Arrow keys walk from word to word, Enter shows its neighbours.',
		explained: 'These two directions hold {share} of the spread ({first} and {second}).',
		partly: 'Stopped before it was settled.',
		nothing: 'Stopped before there was anything to see.',
		table: 'As a table',
		neighbour: 'nearest here',
		showing: 'The first {n} words.'
	},
	read: {
		title: 'What is read',
		number: 'Test text, 1 to {n}',
		go: 'Read it',
		own: 'Or your own text',
		ownOnly: 'Your own text',
		ownGo: 'Read mine',
		sample: 'The story is weak, but the actors are wonderful and I was never bored. I would watch it again.',
		shown: 'Test text {n}, its label: {label}.',
		mine: 'Your text.',
		noLabel: 'none',
		says: 'The network says {share} for “{label}”.',
		saysClass: 'The network says “{label}” ({share}).',
		next: 'It goes on with “{word}” ({share}).',
		filled: 'The {n} places before them hold “{word}”, the first of its list: it has no sign for “nothing”.',
		counts: '{words} of {steps} places hold a word, {unknown} of them an unknown one.'
	},
	memory: {
		none: 'This network has no LSTM, GRU or SimpleRNN, so there is no memory to look into. Chapter 20 has some.',
		about:
			'A column is a step (a word), a row is a unit. Walk over the picture: what happens at that word in that unit stands below it.',
		layer: 'Layer',
		way: 'Direction',
		forwards: 'forwards',
		backwards: 'backwards',
		part: 'What to show',
		sort: 'Units sorted by',
		number: 'number',
		last: 'last value',
		change: 'how much they change',
		parts: {
			i: 'input gate i',
			f: 'forget gate f',
			o: 'output gate o',
			k: 'candidate k',
			c: 'memory c',
			h: 'state h',
			z: 'update gate z',
			r: 'reset gate r'
		},
		means: {
			i: '1: the candidate is written into the memory. 0: it is not.',
			f: '1: the memory is kept. 0: it is wiped.',
			o: '1: the memory is told on. 0: the unit keeps it to itself.',
			k: 'What could be written, between −1 and 1.',
			c: 'What the unit remembers: f times the old memory plus i times the candidate.',
			h: 'What the unit tells the next step and, at the end, the next layer.',
			z: '1: the old state stays. 0: the candidate takes its place.',
			r: '0: the candidate is made without looking at the old state.'
		},
		label: '{part} of {layer}: {units} units over {steps} steps',
		keys: 'Left and right walk along the steps, up and down over the units; Home and End go to the first and the last step, Page up and Page down ten steps.',
		here: 'Step {step}, “{word}”, unit {unit}: {part} = {value}',
		cell: 'Unit {unit} at step {step}, “{word}”',
		name: 'what',
		value: 'value',
		scale: 'from {low} to {high}',
		moves: 'Where unit {unit} changes most',
		step: 'step',
		from: 'before',
		to: 'after',
		span: 'words {from} to {to}',
		wide: 'A step of this layer stands for several words: the layers before it have pooled them.',
		close: 'Worked out here from the weights; the engine’s own numbers differ by at most {apart}.',
		apart:
			'Worked out here, this differs from the engine’s own numbers by {apart}: do not trust the picture.',
		moving: 'The training goes on, so it is not compared with the engine.',
		fit: 'Jump to the words'
	},
	order: {
		about:
			'The same words in other orders. A network that only counts words cannot notice; one that reads them in order may change its mind.',
		times: 'Orders',
		seed: 'Seed',
		go: 'Shuffle and ask',
		table: 'Who minds? All networks that have read this text in this visit',
		experiment: 'Experiment',
		layers: 'Layers',
		own: 'in order',
		mean: 'mean, shuffled',
		sd: 'spread (sd)',
		range: 'lowest to highest',
		flips: 'changed its mind',
		bag: 'any bag of words',
		bagLayers: 'adds up its words',
		bagNote: 'by construction',
		picture: '{experiment}: {n} other orders, answers from {low} to {high}; in the right order {own}',
		calm: 'This network does not mind at all: every order gives the same answer.',
		minds: 'The answer to other orders spreads by ±{sd} around {mean}; in the right order it is {own}.',
		stopped: 'Stopped after {n} orders.',
		others:
			'Open “Looking inside” of another experiment on the same texts, read the same text there, and it stands here, too. To see a true bag of words, put GlobalAveragePooling1D in the place of Flatten or LSTM in the text of an experiment and train it.'
	},
	reach: {
		about:
			'How much the answer would change if the word at a step changed a little: the length of the gradient of the score by that step’s word vector. The scale is logarithmic.',
		beside: 'Beside it: a SimpleRNN, a GRU and an LSTM as large, fresh from their initial weights',
		seed: 'Seed',
		go: 'Follow the gradient back',
		fresh: '{kind}, untrained',
		picture: 'Length of the gradient at each of {steps} steps, logarithmic, from {low} to {high}',
		step: 'step',
		table: 'Length of the gradient by step',
		ratio: '{name}: at the first step {times} times as much as at the last.',
		zero: '{name}: at step {step} nothing arrives (it is below 10⁻⁴⁵, or a pooling layer has passed it over).',
		not: 'How far a fresh cell reaches is decided by how it begins. Keras’s SimpleRNN begins with an orthogonal matrix, which keeps lengths as long as tanh is nearly straight; an LSTM’s forget gates begin near 0.7 (bias 1), and 0.7 to the power of 100 is 3·10⁻¹⁶. The difference is what they can learn: an LSTM can open its gates to 1 where it pays, a SimpleRNN has one matrix for everything.'
	},
	doing: {
		pca: 'Finding the main directions: {done} of {total}',
		neighbours: 'Seeking neighbours: {done} of {total}',
		layout: 'The map settles: {done} of {total}',
		orders: 'Other orders: {done} of {total}',
		gradients: 'Following gradients: {done} of {total}',
		begin: 'Beginning …',
		cancel: 'Cancel'
	}
};
