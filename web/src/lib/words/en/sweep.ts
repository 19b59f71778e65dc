/** Words of the chart of a sweep, and of fits that are repeated with other seeds. */
export const sweep = {
	title: '{metric} by {axis}',
	label: '{metric} by {axis}: {list}. The table below has all figures.',
	series: '{name} from {first} to {last}',
	whole: 'all',
	bars: 'Bars reach one standard deviation up and down, over the runs of a setting that are done.',
	log: 'Equal distances on the horizontal axis are equal ratios.',
	printed: 'printed',
	meanOf: 'mean of {n} of {folds} runs with other seeds, spread {sd}',
	runN: 'run {n}'
};
