/** What is used of d3-cloud 1.2.9. */
declare module 'd3-cloud' {
	/** Middle, and the edges seen from there. */
	type Box = { x: number; y: number; x0: number; y0: number; x1: number; y1: number };
	type Word = { text: string; size: number };
	interface Layout<W extends Word> {
		size(size: [number, number]): Layout<W>;
		words(words: W[]): Layout<W>;
		padding(pixels: number): Layout<W>;
		rotate(degrees: number): Layout<W>;
		font(name: string): Layout<W>;
		fontWeight(weight: number): Layout<W>;
		fontSize(size: (word: W) => number): Layout<W>;
		random(random: () => number): Layout<W>;
		timeInterval(ms: number): Layout<W>;
		on(type: 'end', heard: (placed: (W & Box)[]) => void): Layout<W>;
		start(): Layout<W>;
	}
	export default function cloud<W extends Word>(): Layout<W>;
}
