/** Words of the figures that stand in the text of chapters. */
export const figures = {
	convolution: {
		title: 'A window that slides',
		start: 'Start from',
		preset: {
			printed: 'the sources’ own example',
			edges: 'edge, from left to right',
			edgesAcross: 'edge, from top to bottom',
			blur: 'blur',
			sharpen: 'sharpen',
			nothing: 'a kernel that changes nothing'
		},
		size: 'Picture',
		kernelSize: 'Kernel',
		square: '{n} × {n}',
		stride: 'Stride',
		padding: 'Padding',
		dilation: 'Dilation',
		turn: 'Turn the kernel (strict convolution)',
		after: 'Then',
		relu: 'relu',
		pool: 'Pooling',
		poolKind: { none: 'none', max: 'largest of 2 × 2', average: 'mean of 2 × 2' },
		input: 'Picture',
		kernel: 'Kernel',
		turned: 'Kernel, turned by half a turn',
		output: 'Result',
		afterRelu: 'After relu',
		afterPool: 'After pooling',
		cell: 'row {row}, column {column}',
		result: 'row {row}, column {column}: {value}',
		keys: 'Type numbers such as −1, 0.5 or 1/9. Arrow keys go from cell to cell.',
		bad: '“{text}” is no number from −999 to 999.',
		buttons: 'The window',
		play: 'Play',
		pause: 'Pause',
		before: 'Back',
		next: 'Next',
		at: 'stop {n} of {all}: row {row}, column {column}',
		none: 'The window reaches over {reach} cells and does not fit into {size}. Make it smaller, or choose padding “same”.',
		shape:
			'Places in a row: ⌊({size} + {zeros} − {reach}) / {stride}⌋ + 1 = {places}. The window reaches over ({kernel} − 1) · {dilation} + 1 = {reach} cells; {zeros} zeros are added in all, {before} before and {after} behind.',
		both: 'Keras refuses a stride above 1 together with a dilation above 1. The arithmetic has no such limit, so it is done here.'
	}
};
