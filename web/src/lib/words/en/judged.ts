/** Words for what a network judged: names of classes, the scale of the confusion matrix, the report on its classes. */
export const judged = {
	picture: 'Test picture {row}: {label}',
	pick: 'Picture {row}: {label}',
	scale: 'Colour by',
	linear: 'count (linear)',
	log: 'logarithm',
	scaleHint: {
		linear: 'The colour is the count, measured by the largest cell: what is rare stays pale.',
		log: 'The colour is the logarithm of the count: a single mistake can be seen beside a thousand right answers.'
	},
	confused: {
		title: 'The most frequent mistakes',
		hint: 'A table of so many classes could not be read. Instead, what is taken for what most often; choose a number to see where. ({n} pairs)',
		is: 'is',
		says: 'says',
		rows: { pictures: 'pictures', texts: 'times', rows: 'rows' }
	},
	report: {
		title: 'Report on the classes: precision, recall, F1',
		hint: 'Precision: of all that are called so, the share that is. Recall: of all that are, the share that is called so. F1: their harmonic mean. Support: how many test rows there are.',
		class: 'class',
		precision: 'precision',
		recall: 'recall',
		f1: 'f1-score',
		support: 'support',
		accuracy: 'accuracy',
		macro: 'macro avg',
		weighted: 'weighted avg',
		nothing: 'A class that is never named, or has no rows, counts as 0.00, as scikit-learn does it.'
	}
};
