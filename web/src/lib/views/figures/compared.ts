// What 22-LSTM-CHARS and 22-TRANSFORMER came to, epoch after epoch, on this project's build machine:
// `fireside train 22-LSTM-CHARS --json`, `fireside train 22-TRANSFORMER --json`.

export type Measured = {
	id: string;
	parameters: number;
	/** CPU seconds of an epoch, with the measuring at its end. */
	seconds: number;
	/** On the test rows, after each epoch. */
	perplexity: readonly number[];
};

export const SETTINGS = { seed: 7, batch: 64, rate: 0.002 };

export const lstm: Measured = {
	id: '22-LSTM-CHARS',
	parameters: 48_251,
	seconds: 7,
	perplexity: [10.053, 8.139, 7.308, 6.679, 6.253, 6.022, 5.845, 5.649, 5.573, 5.454]
};

export const transformer: Measured = {
	id: '22-TRANSFORMER',
	parameters: 47_339,
	seconds: 25.6,
	perplexity: [8.5, 7.246, 6.915, 6.26, 6.263, 5.939, 5.773, 5.786, 5.673, 5.637]
};

/** How far each is when both have had as long as the quicker one took for everything. */
export function atEqualTime(
	a: Measured,
	b: Measured
): { seconds: number; epochs: [number, number]; perplexity: [number, number] } {
	const seconds = Math.min(a.seconds * a.perplexity.length, b.seconds * b.perplexity.length);
	const epochs = (of: Measured) => Math.floor(seconds / of.seconds + 1e-9);
	const found = (of: Measured) => of.perplexity[epochs(of) - 1] ?? NaN;
	return { seconds, epochs: [epochs(a), epochs(b)], perplexity: [found(a), found(b)] };
}
