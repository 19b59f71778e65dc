// The engine's generator of random numbers (`crates/spec/src/random.rs`): Philox 4x32-10, addressed and without a state.
// The page draws with it what the engine would draw, so that a seed means the same text in both.

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** The upper half of the product of two words, in pieces of 16 bits. */
function upper(a: number, b: number): number {
	const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
	const middle = a1 * b0 + Math.floor((a0 * b0) / 65_536);
	const carry = (middle % 65_536) + a0 * b1;
	return (a1 * b1 + Math.floor(middle / 65_536) + Math.floor(carry / 65_536)) >>> 0;
}

type Block = [number, number, number, number];

/** Ten rounds. */
export function philox(counter: Readonly<Block>, key: readonly [number, number]): Block {
	let [c0, c1, c2, c3] = counter;
	let [k0, k1] = key;
	for (let round = 0; round < 10; round++) {
		const [high0, low0] = [upper(M0, c0), Math.imul(M0, c0) >>> 0];
		const [high1, low1] = [upper(M1, c2), Math.imul(M1, c2) >>> 0];
		[c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
		k0 = (k0 + W0) >>> 0;
		k1 = (k1 + W1) >>> 0;
	}
	return [c0, c1, c2, c3];
}

/** `Purpose::Generate`. */
const GENERATE = 7;

/** The number in [0, 1) that decides about token `step` of a text: `Stream::new(seed, Generate, step, 0).uniform(0)`. */
export function tokenNumber(seed: number, step: number): number {
	const [word] = philox([0, step >>> 0, 0, 0], [seed >>> 0, GENERATE]);
	return (word >>> 8) / 16_777_216;
}
