/** Words of the augmentation workshop. */
export const augmentation = {
	title: 'Augmentation workshop',
	lede: 'Every epoch the network can be shown pictures that are a little different, made from the same ones. Move a slider and see what it would get.',
	open: 'Open the workshop',
	preset: 'Start from',
	presets: {
		'14.2': 'unchanged',
		'14.3': 'standardised',
		'14.4': 'whitened',
		'14.5a': 'turned',
		'14.5b': 'shifted',
		'14.5c': 'sheared',
		'14.5d': 'flipped',
		'14.6': 'saved'
	} as Record<string, string>,
	dataset: { label: 'Pictures', mnist: 'digits', cifar10: 'CIFAR-10' },
	view: { label: 'Show', one: 'one picture, nine times', nine: 'nine pictures' },
	row: 'picture number',
	seed: 'seed',
	draw: 'Draw again',
	drawHint: 'The next epoch: same pictures, other random numbers.',
	random: 'By chance, training pictures only',
	fixed: 'The same for every picture',
	numbers: 'Range',
	sliderOf: '{name}, slider',
	name: {
		rotation_range: 'rotate',
		width_shift_range: 'shift sideways',
		height_shift_range: 'shift up and down',
		shear_range: 'shear',
		zoom_range: 'zoom',
		channel_shift_range: 'channel shift',
		brightness_range: 'brightness',
		horizontal_flip: 'mirror left and right',
		vertical_flip: 'turn upside down',
		fill_mode: 'fill gaps with',
		cval: 'constant value',
		samplewise_center: 'centre each picture',
		samplewise_std_normalization: 'scale each picture',
		featurewise_center: 'centre by all pictures',
		featurewise_std_normalization: 'scale by all pictures',
		zca_whitening: 'ZCA whitening',
		zca_epsilon: 'epsilon'
	} as Record<string, string>,
	unit: {
		rotation_range: 'up to ± degrees',
		width_shift_range: 'up to ± of the width',
		height_shift_range: 'up to ± of the height',
		shear_range: 'up to ± radians',
		zoom_range: 'factor 1 ± this',
		channel_shift_range: 'up to ± of 255',
		brightness_range: 'factor 1 ± this'
	} as Record<string, string>,
	hint: {
		samplewise:
			'Keras 2.0.8 takes mean and deviation of a “sample” over the channels of each cell: a grey picture becomes 0.',
		zca: 'Takes out what neighbouring cells have in common. It is learned from the pictures, which takes a while; with CIFAR-10 about ten times as long as with digits.'
	},
	fill: {
		nearest: 'the nearest cell',
		constant: 'one value',
		reflect: 'the picture in a mirror',
		wrap: 'the picture once more'
	},
	learn: 'learn from so many pictures',
	learnHint: 'of {n}; fewer are faster and give rougher numbers',
	wait: {
		data: 'Fetching the pictures',
		dataShare: 'Fetching the pictures: {share}',
		learning: 'Learning from {rows} pictures, {cells} numbers each',
		pictures: 'Making the pictures',
		seconds: '{n} s so far'
	},
	cancel: 'Cancel',
	cancelled: 'Called off. What is learned from all pictures was switched off.',
	cancelledPlain: 'Called off.',
	grid: 'Pictures',
	original: 'original',
	originalAlt: 'Original of training picture {row}, class {label}',
	madeAlt: 'Training picture {row}, class {label}, as in epoch {epoch}',
	epoch: 'epoch {n}',
	rowN: 'no. {row}',
	live: 'New pictures are there: {what}.',
	plain: 'Black is 0 and white is 255, as in the data.',
	stretched:
		'These are no picture values any more: they reach from {least} to {most}. To be seen, each picture is moved up until its smallest value is 0, if that lies below, and scaled until its largest is white. The network gets the values themselves.',
	some: 'In {n} of {all} pictures values leave 0 to 255 (they reach from {least} to {most}). Each of these is moved and scaled to be seen; the others are shown as they are.',
	sample: 'The official pictures are not on this site: these were drawn by a program.',
	text: {
		label: 'As text',
		table: '[augmentation]',
		whole: 'whole experiment',
		keras: 'Keras 2.0.8',
		tableHint: 'Paste this table into the text of any experiment with pictures.',
		wholeHint: 'The terminal makes the same pictures: save this as a file, then fireside train FILE.',
		wholeHintOne:
			'The terminal makes nine pictures of this epoch with it: save this as a file, then fireside train FILE.',
		kerasHint: 'The same settings. Keras draws other random numbers.',
		keras_brightness: 'Not in 2.0.8; later versions have it:',
		area: 'Text of the settings',
		copy: 'Copy',
		copied: 'Copied.',
		byHand: 'Copying is not allowed here: the text is marked, press Ctrl+C.'
	},
	save: {
		title: 'Save the pictures',
		hint: 'A zip of PNG files, exactly as they are shown, and a JSON file with settings, seed, rows and epochs. Keras’s save_to_dir names files the same way: prefix, number, four digits.',
		count: 'how many',
		prefix: 'name begins with',
		go: 'Save as PNG zip',
		working: 'Making {n} pictures …',
		done: '{n} pictures, {bytes}: {name}'
	},
	flips: {
		title: 'Is a flipped digit still the same digit?',
		lede: 'The label stays what it was when a picture is flipped. With a cat that is right. Choose a digit and ask a network that has only ever seen digits the right way up.',
		begin: 'Ask the network',
		digit: 'Digit',
		again: 'Another {digit}',
		way: {
			as: 'as written',
			mirrored: 'mirrored',
			upside: 'upside down',
			both: 'turned by half'
		},
		alt: 'A {digit}, {way}',
		says: 'It says {digit}: {share}',
		next: 'then {digit}: {share}',
		empty: 'It sees no digit.',
		waiting: 'asking …',
		none: 'The shipped model is missing on this site, so nobody can answer.',
		loading: 'Fetching digits and model …',
		verdict: {
			kept: 'All four are read as {digit}: this one may be flipped.',
			changed:
				'Written as {digit}, read as {others} when flipped. Whoever flips it in training teaches the network that this is a {digit}, too.'
		},
		join: ', '
	}
};
