// How fast the CPU engine multiplies two matrices, beside a loop that reads and writes nothing: in the same run, because
// machines differ, and one differs from itself an hour later.

import { median } from '../peers/numbers.js';
import { registers } from './registers.js';

const SIZE = 1024;
/**
 * The least share of that loop that one thread must reach. On a quiet machine it reaches 0.78; beside others that use the
 * memory 0.55 was seen. Below this something is wrong.
 */
const LEAST = 0.4;

/** As many times as take the loop about as long as one product. */
const LOOPS = 20_000_000;
const ROUNDS = 20;

/** Billions of operations a second. @param {number} flops @param {() => unknown} work */
async function rate(flops, work) {
	const since = performance.now();
	await work();
	return flops / (performance.now() - since) / 1e6;
}

/**
 * @param {any} alone -- the checks' module
 * @param {any} helped -- with a second thread
 * @param {(line: string) => void} print
 */
export async function speed(alone, helped, print) {
	const { run, flops } = registers(true);
	const numbers = Float32Array.from({ length: SIZE ** 2 }, (_, at) => (at % 1013) / 1013);
	const [one, two] = [alone, helped].map((wasm) => new wasm.Product(SIZE, numbers, numbers));
	/** @type {Record<'most' | 'one' | 'two', number[]>} */
	const rates = { most: [], one: [], two: [] };
	// In turns: the processor's clock changes.
	for (let round = 0; round < ROUNDS; round++) {
		rates.most.push(await rate(flops(LOOPS), () => run(LOOPS, 0.999, 0.001)));
		rates.one.push(await rate(2 * SIZE ** 3, () => one.multiply(1)));
		rates.two.push(await rate(2 * SIZE ** 3, () => two.multiply(1)));
	}
	const share = median(rates.one.map((reached, round) => reached / (rates.most[round] ?? NaN)));
	const [most, single, both] = [rates.most, rates.one, rates.two].map((all) => median(all).toFixed(1));
	print(
		`${SIZE} x ${SIZE}: ${single} GFLOP/s on one thread, ${both} on two; in registers ${most} on one: ` +
			`${(share * 100).toFixed(0)} % of it`
	);
	if (!(share >= LEAST)) throw new Error(`less than ${LEAST * 100} %`);
}
