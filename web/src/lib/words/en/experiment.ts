/** Words of the experiment card. `{name}` is filled in by `fill`. */
export const experiment = {
	header: {
		rows: { pictures: '{n} pictures', other: '{n} rows' },
		parameters: '{n} parameters',
		time: 'about {time} on this device',
		label: 'Experiment {id}: {title}'
	},
	data: {
		other: {
			sample:
				'This site has no files of {name}. The card works on a built-in sample: {n} rows of the same kind, made by a program. Figures from it cannot be compared with the printed ones.',
			drop: 'Use the real {name} files',
			dropHint: 'Choose the original files, or drop them here. They are read on this device and go nowhere.',
			official: 'Works on your {name} files, read on this device.',
			subset:
				'Works on your {name} files, read on this device. They are a part of the official ones, so figures cannot be compared with the printed ones.',
			unverified:
				'Works on your own files, read on this device. They are not the official {name} files, so figures may differ.'
		},
		sample:
			'{name} is not on this site. This card trains on the built-in sample: {n} digits drawn by a program. Figures from it cannot be compared with the printed one.',
		drop: 'Use the official {name} files',
		dropHint: 'Choose the four .gz files, or drop them here. They are read on this device and go nowhere.',
		official: 'Trains on your {name} files, read on this device.'
	},
	net: {
		label: 'The network, layer by layer',
		hint: 'Choose a layer to see its numbers.',
		input: 'input',
		noParameters: 'no parameters',
		layer: '{type}, output {shape}, {parameters}',
		close: 'Close',
		shape: 'Output',
		parameters: 'Parameters',
		none: 'none: nothing to learn here',
		weights: 'weights',
		bias: 'bias',
		settings: 'Settings of this layer',
		noSettings: 'This layer has nothing to set.',
		reads: ', reads {from}',
		comma: ', ',
		carried: '{n} of them not trained',
		reference: 'In the reference',
		about: {
			Conv2D:
				'Slides small windows over the picture. Each of its {units} windows looks for one pattern and writes where it found it on a sheet of its own.',
			MaxPooling2D:
				'Keeps the largest value of every window of {detail}: a smaller picture of what was found.',
			AveragePooling2D: 'Keeps the mean of every window of {detail}: a smaller, softer picture.',
			Dropout:
				'While training, blanks a share of {detail} of its values at random, so that no single one can be relied on. In use it does nothing.',
			Flatten: 'Lays the sheets out as one row of {units} numbers.',
			Dense: '{units} units, each a weighted sum of all {inputs} inputs.',
			Activation: 'Bends each number by {detail}.',
			Conv1D:
				'Slides windows of {detail} steps along the sequence. Each of its {units} windows looks for one pattern and writes how well it fits at every place.',
			DepthwiseConv2D: 'Slides windows of {detail} over every channel by itself.',
			SeparableConv2D:
				'First windows of {detail} over every channel by itself, then a mix of the channels into {units} new ones.',
			MaxPooling1D: 'Keeps the largest value of every {detail} steps.',
			AveragePooling1D: 'Keeps the mean of every {detail} steps.',
			GlobalMaxPooling1D: 'Keeps of every feature its largest value, at whatever step.',
			GlobalMaxPooling2D: 'Keeps of every sheet its largest value, wherever it is.',
			GlobalAveragePooling1D: 'Keeps of every feature its mean over all steps.',
			GlobalAveragePooling2D: 'Keeps of every sheet its mean.',
			Reshape: 'The same numbers under other axes.',
			Permute: 'The same numbers, their axes in another order.',
			ZeroPadding2D: 'Puts a frame of zeros around every sheet.',
			UpSampling2D: 'Repeats every pixel, {detail}: a larger picture of the same.',
			SpatialDropout1D:
				'While training, blanks a share of {detail} of the features, in all steps. In use it does nothing.',
			SpatialDropout2D:
				'While training, blanks a share of {detail} of the sheets as a whole. In use it does nothing.',
			BatchNormalization:
				'Gives every channel mean 0 and spread 1 over the batch, and then a mean and a spread that are learned.',
			LayerNormalization:
				'Gives the features of every row or step mean 0 and spread 1, and then a mean and a spread that are learned.',
			Embedding: 'Looks up {units} learned numbers for every word.',
			PositionEmbedding: 'Adds learned numbers to every step that tell its place.',
			MultiHeadAttention:
				'Every step takes from all steps what answers its question; {detail} heads ask different questions at once.',
			SimpleRNN: 'Reads step by step and keeps {units} numbers in mind.',
			GRU: 'Reads step by step and keeps {units} numbers in mind; two gates decide what of them stays.',
			LSTM: 'Reads step by step and keeps {units} numbers in mind; gates decide what is forgotten, written and shown.',
			Bidirectional: 'Two copies of {detail}: one reads from the front, one from the end.',
			TimeDistributed: '{detail} on every step, always with the same weights.',
			LeakyReLU: 'Lets what is above zero pass, and a small part of what is below.',
			ELU: 'Lets what is above zero pass and bends what is below smoothly.',
			Add: 'Adds its inputs number by number.',
			Multiply: 'Multiplies its inputs number by number.',
			Concatenate: 'Puts its inputs side by side.',
			other: ''
		}
	},
	setting: {
		epochs: 'epochs',
		batch_size: 'batch',
		learning_rate: 'learning rate',
		rate: 'dropout',
		dropout: 'dropout',
		seed: 'seed',
		validation_split: 'kept aside',
		filters: 'filters',
		kernel_size: 'window',
		pool_size: 'window',
		strides: 'stride',
		padding: 'padding',
		units: 'units',
		activation: 'activation',
		kernel_initializer: 'initial weights',
		bias_initializer: 'initial bias',
		use_bias: 'bias',
		optimizer: 'optimizer',
		loss: 'loss',
		train_rows: 'training rows',
		momentum: 'momentum',
		decay: 'decay',
		output_dim: 'numbers per word',
		num_heads: 'heads',
		key_dim: 'numbers per head',
		recurrent_dropout: 'state dropout',
		alpha: 'slope',
		negative_slope: 'slope'
	},
	settings: {
		label: 'Settings',
		edited: 'changed, printed: {value}',
		restore: 'As printed',
		changed: 'Changed: {edits}.',
		changedText: 'The text is changed.',
		edit: '{name} {from} → {to}',
		locked: 'While a run is on, only the learning rate can change. Reset to change the rest.',
		notNumber: '“{value}” is not a number; {kept} is kept.',
		notInteger: '“{value}” is not a whole number; {kept} is kept.',
		problems: '{n} problems in the experiment. Mend them under “Text”, or go back to the printed one.',
		problem: 'One problem in the experiment. Mend it under “Text”, or go back to the printed one.',
		textChanged: 'You changed the experiment. Train starts a new run; the old one is in the table of runs.'
	},
	controls: {
		label: 'Run',
		train: 'Train',
		pause: 'Pause',
		go_on: 'Continue',
		again: 'Train again',
		retry: 'Try again',
		step: 'Step',
		stop: 'Stop',
		cancel: 'Cancel',
		reset: 'Reset',
		loading: 'Getting ready',
		save: 'Save network',
		stepHint: 'One update of the weights',
		stopHint: 'End the run and keep its network',
		resetHint: 'Throw the run away',
		saveHint: 'Download the trained weights (safetensors)'
	},
	progress: {
		left: '{time} left',
		label: 'Progress of the run',
		at: 'epoch {epoch} of {epochs} · step {step} of {steps}',
		evaluating: 'epoch {epoch} of {epochs} · looking at the test set',
		evaluatingValidation: 'epoch {epoch} of {epochs} · looking at the rows kept aside',
		evaluatingTrain: 'epoch {epoch} of {epochs} · looking at the training rows',
		paused: 'paused · {at}',
		finished: 'finished · {epochs} {epochs|epoch|epochs}',
		stopped: 'stopped in epoch {epoch} of {epochs}',
		engine: 'getting the engine · {loaded} of {total}',
		engineStart: 'starting the engine',
		data: 'getting the data · {loaded} of {total}',
		dataStart: 'reading the data',
		start: 'building the network',
		measure: 'timing a few steps',
		compile: 'compiling GPU kernels · {made} of {expected} · the first time only',
		compileStart: 'compiling GPU kernels · the first time only',
		step: '{ms} ms a step',
		stepOn: '{ms} ms a step on the {engine}'
	},
	forecast: {
		memory: 'Takes about {memory} of memory.',
		both: 'Takes about {time} here, and about {memory} of memory.',
		measure: 'How long will it take?',
		hint: 'Times a few steps on this device; they are thrown away'
	},
	live: {
		epoch: 'Epoch {epoch} of {epochs}: {accuracy} on the test set.',
		running: 'Training.',
		paused: 'Paused.',
		finished: 'Finished: {accuracy} on the test set.',
		loading: 'Getting ready.'
	},
	failure: {
		title: 'That did not work.',
		diverged: 'The run went astray.',
		code: 'code {code}'
	},
	crash: {
		label: 'Ways on from here',
		rate: 'Learning rate {from} → {to}, and go on',
		clip: 'Cut long gradients (clipnorm = {to}), and go on',
		rateAnew: 'Learning rate {from} → {to}, and begin again',
		clipAnew: 'Cut long gradients (clipnorm = {to}), and begin again',
		same: 'Go on unchanged'
	},
	saved: {
		text: 'You stopped in epoch {epoch} of {epochs}. The run was kept on this device.',
		other: 'It is a changed version of this experiment; continuing brings its text back.',
		finished: 'You trained this to the end on an earlier visit. The network was kept on this device.',
		resume: 'Continue',
		bring: 'Bring it back',
		discard: 'Discard'
	},
	charts: {
		loss: 'Loss',
		accuracy: 'Accuracy',
		train: 'train',
		test: 'test',
		validation: 'kept aside',
		book: 'book',
		astray: 'astray',
		astrayAt:
			'In epoch {epoch}, step {step}, the run went astray and went back to step {back} of the run. The grey line shows what is no longer part of it.',
		empty: 'Your lines appear here.',
		label: '{title} by epoch',
		readout: '{name} {value}',
		at: 'epoch {x}',
		dots: 'Dots: what the book printed for its training, epoch by epoch.',
		rings: 'Rings: on what it kept aside.',
		table: 'As a table',
		epoch: 'epoch',
		trainLoss: 'train loss',
		testLoss: 'test loss',
		validationLoss: 'kept-aside loss',
		trainAccuracy: 'train accuracy',
		testAccuracy: 'test accuracy',
		validationAccuracy: 'kept-aside accuracy',
		bookLoss: 'book loss',
		bookAccuracy: 'book accuracy',
		bookKeptLoss: 'book, kept aside',
		bookKeptAccuracy: 'book, kept aside',
		stepsTable: 'Between the epochs: means of the training so far',
		until: 'until epoch',
		noEpochs: 'No epoch is finished yet.'
	},
	claim: {
		label: 'Claim and measurement',
		book: 'printed in the book',
		bookPlace: 'printed: {place}',
		yours: 'yours',
		yoursNone: 'not trained yet',
		yoursSoFar: 'yours so far, {n} {n|epoch|epochs}',
		yoursDone: 'yours, {n} {n|epoch|epochs}',
		yoursEdited: 'yours, changed, {n} {n|epoch|epochs}',
		yoursSample: 'yours, on the sample',
		scale: 'Scale from {low} to {high}. {marks}',
		markBook: 'Book {value}.',
		markYours: 'Yours {value}.',
		markSeeds: 'Measured: {values}.',
		seeds: 'Blue: {n} seeds measured by this project after {epochs}, mean {mean}.',
		seed: 'Blue: one seed measured by this project after {epochs}, {mean}.',
		epochs: '{n} {n|epoch|epochs}',
		unmeasured: 'This project has not measured this experiment yet.',
		reproduced: 'The book’s figure lies inside their spread.',
		better: 'All in all they do better than the book by {points} points.',
		worse: 'All in all they stay {points} points below the book.',
		one_run: 'Too few to judge; the difference to the book is {points} points.',
		not_comparable: '{n|It|They} cannot be compared with the book’s figure.',
		not_finished: '{n|It has|They have} not run to the end yet.',
		nothing_printed: 'The source prints no figure to compare them with.',
		togo: 'Yours has {n} {n|epoch|epochs} to go.',
		inside: 'Yours lies inside their spread.',
		above: 'Yours lies {points} points above their mean.',
		below: 'Yours lies {points} points below their mean.',
		aboveBook: 'Yours is {points} points above the book.',
		belowBook: 'Yours is {points} points below the book.',
		equalBook: 'Yours is the book’s figure.',
		edited: 'You changed the experiment, so yours need not agree.',
		sample: 'Yours was measured on the built-in sample and cannot be compared.',
		train: 'Train, and yours stands beside it.'
	},
	tabs: {
		label: 'More about this run',
		wrong: 'What it got wrong',
		confusion: 'Confusion',
		text: 'Text',
		runs: 'Runs ({n})',
		runsNone: 'Runs'
	},
	wrong: {
		/** By what a row is. */
		of: {
			pictures: {
				summary: '{wrong} of {rows} test pictures misjudged, {shown} of them here.',
				summaryAll: '{wrong} of {rows} test pictures misjudged.',
				perfect: 'It got all {rows} test pictures right.',
				noneShown: 'None of these {n} is among the pictures kept for showing.',
				row: 'Test picture {row}'
			},
			texts: {
				summary: '{wrong} of {rows} test texts misjudged, {shown} of them here.',
				summaryAll: '{wrong} of {rows} test texts misjudged.',
				perfect: 'It got all {rows} test texts right.',
				noneShown: 'None of these {n} is among the texts kept for showing.',
				row: 'Test text {row}'
			},
			rows: {
				summary: '{wrong} of {rows} test rows misjudged, {shown} of them here.',
				summaryAll: '{wrong} of {rows} test rows misjudged.',
				perfect: 'It got all {rows} test rows right.',
				noneShown: 'None of these {n} is among the rows kept for showing.',
				row: 'Test row {row}'
			}
		},
		numbers:
			'This network answers with numbers, not with classes: how far off it is, is said by its figures above.',
		none: 'Train the network first. Then what it misjudges is shown here.',
		running: 'Pause or finish the run to see what its network gets wrong.',
		load: 'Show what it got wrong',
		loading: 'Looking at the test set …',
		says: 'is {label}, says {guess}',
		picture: 'Test picture {row}: a {label}',
		right: 'right answer',
		filter: 'Only: is {label}, says {guess}',
		filterCount: '{shown} of {n} shown',
		all: 'Show all',
		more: 'Show {n} more'
	},
	confusion: {
		caption: {
			pictures: 'Rows: what it is. Columns: what the network says. Choose a number to see the pictures.',
			texts:
				'Rows: what it is. Columns: what the network says. Choose a number to see which texts these are.',
			rows: 'Rows: what it is. Columns: what the network says. Choose a number to see which rows these are.'
		},
		corner: 'is ↓ says →',
		cell: 'is {label}, says {guess}: {n}',
		total: 'right'
	},
	text: {
		label: 'The experiment as text',
		hint: 'This text is the experiment. Change it: the drawing, the settings and the next run follow at once.',
		ok: 'Applied: {n} parameters, output {shape}.',
		checking: 'Checking …',
		problems: 'Not applied. {n} problems:',
		problem: 'Not applied. One problem:',
		kept: 'Until then the last good version stays.',
		place: 'line {line}, column {column}',
		restore: 'As printed',
		unchanged: 'As printed.',
		locked: 'The text can be changed when the run is reset.'
	},
	ask: {
		label: 'Predict, try, check',
		steps: { predict: 'Predict', try: 'Try', check: 'Check' },
		below: 'below {value}',
		between: '{low} to {high}',
		above: '{value} or more',
		pick: 'Your guess',
		try: 'Try it',
		tryHint: 'Sets {settings} and trains.',
		pickFirst: 'Pick an answer first.',
		running: 'Training with {settings} …',
		paused: 'The run is paused. Continue it in the card above to get the answer.',
		measured: 'Your own run measured {value}: {range}.',
		right: 'You had it.',
		wrong: 'You said {range}.',
		sample: 'Measured on the built-in sample, so it may differ from the real data.',
		back: 'Back to the printed settings',
		again: 'Ask me again'
	}
};
