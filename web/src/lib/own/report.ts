// What is read of a file of the reader's own, as `crates/datasets/src/own` says it.

/** The two data sets that are the reader's own. */
export type OwnKind = 'own-text' | 'own-reviews';

export type TextReport = {
	characters: number;
	replaced: number;
	controls: number;
	lines: number;
	longest_line: number;
	kept: number;
	level: 'char' | 'word';
	tokens: number;
	different: number;
	known: number;
	known_tokens: number;
	frequent: [token: string, count: number][];
	prompt: string;
};

export type SkipReason = 'columns' | 'no_text' | 'no_label' | 'long_text' | 'long_label' | 'alone';

export type LabelledReport = {
	rows: number;
	used: number;
	separator: string;
	header: boolean;
	columns: [name: string, example: string][];
	text_column: number;
	label_column: number;
	sure: boolean;
	classes: [name: string, rows: number][];
	replaced: number;
	reasons: [why: SkipReason, rows: number][];
	skipped: { line: number; why: SkipReason }[];
	more: number;
	level: 'char' | 'word';
	lengths: [shortest: number, median: number, most: number, longest: number];
	steps: number;
	words: number;
	num_words: number;
	train: number;
	test: number;
};
