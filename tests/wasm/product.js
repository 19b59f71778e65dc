// How fast the CPU engine multiplies two matrices, beside a loop that reads and writes nothing: in the same run, because
// machines differ, and one differs from itself an hour later.

import { registers } from './registers.js';

const SIZE = 1024;
/** The least share of that loop that one thread must reach. */
const LEAST = 0.6;

/** Billions of operations a second, the best of some. @param {number} flops @param {() => void} work */
function best(flops, work) {
	let shortest = Infinity;
	for (let round = 0; round < 20; round++) {
		const since = performance.now();
		work();
		shortest = Math.min(shortest, performance.now() - since);
	}
	return flops / shortest / 1e6;
}

/**
 * @param {any} alone -- the checks' module
 * @param {any} helped -- with a second thread
 * @param {(line: string) => void} print
 */
export function speed(alone, helped, print) {
	const rounds = 1_000_000;
	const { run, flops } = registers(true);
	const most = best(flops(rounds), () => run(rounds, 0.999, 0.001));
	const [one, two] = [alone, helped].map((wasm) => {
		const product = new wasm.Product(SIZE);
		return best(2 * SIZE ** 3, () => product.multiply());
	});
	const share = one / most;
	print(
		`${SIZE} x ${SIZE}: ${one.toFixed(1)} GFLOP/s on one thread, ${two.toFixed(1)} on two; in registers ${most.toFixed(1)} ` +
			`on one: ${(share * 100).toFixed(0)} % of it`
	);
	if (share < LEAST) throw new Error(`less than ${LEAST * 100} %`);
}
