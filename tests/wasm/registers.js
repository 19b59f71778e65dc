// How fast this machine multiplies and adds in a browser's WebAssembly when nothing is read or written: a loop over numbers that
// stay in registers, as a module made by hand. What a matrix product reaches is a share of it.

/** Sums that don't wait for each other: more than a processor has multiply-adds under way, fewer than it has registers. */
const SUMS = 12;
/** `f32x4.splat`, `f32x4.mul`, `f32x4.add`, `f32x4.relaxed_madd`, `f32x4.extract_lane 0` */
const [SPLAT, MUL, ADD, MADD, LANE] = [
	[0xfd, 0x13],
	[0xfd, 0xe6, 0x01],
	[0xfd, 0xe4, 0x01],
	[0xfd, 0x85, 0x02],
	[0xfd, 0x1f, 0]
];
const get = (/** @type {number} */ local) => [0x20, local];
const set = (/** @type {number} */ local) => [0x21, local];
/** A section, or a body: its length first, which is below 2^14 here. @param {number[]} bytes */
const sized = (bytes) => [(bytes.length & 127) | 128, bytes.length >> 7, ...bytes];

/**
 * `(rounds: i32, a: f32, b: f32) -> f32`: so many times `sum a + b` for every sum of four numbers, none of which
 * the browser's compiler can know before.
 * @param {boolean} fused -- in one instruction
 */
export function registers(fused) {
	const [rounds, a, b, left, right, first] = [0, 1, 2, 3, 4, 5];
	const sums = Array.from({ length: SUMS }, (_, at) => first + at);
	const step = (/** @type {number} */ sum) =>
		fused
			? [...get(sum), ...get(left), ...get(right), ...MADD, ...set(sum)]
			: [...get(sum), ...get(left), ...MUL, ...get(right), ...ADD, ...set(sum)];
	const body = [
		// As many locals of v128 as there are factors and sums.
		...[1, 2 + SUMS, 0x7b],
		...[...get(a), ...SPLAT, ...set(left), ...get(b), ...SPLAT, ...set(right)],
		// loop; rounds -= 1; again while it is not 0
		...[0x03, 0x40, ...sums.flatMap(step), ...get(rounds), 0x41, 1, 0x6b, 0x22, rounds, 0x0d, 0, 0x0b],
		...[...get(first), ...sums.slice(1).flatMap((sum) => [...get(sum), ...ADD]), ...LANE, 0x0b]
	];
	const module = new Uint8Array([
		...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
		...[1, ...sized([1, 0x60, 3, 0x7f, 0x7d, 0x7d, 1, 0x7d])],
		...[3, ...sized([1, 0])],
		...[7, ...sized([1, 3, 0x72, 0x75, 0x6e, 0, 0])],
		...[10, ...sized([1, ...sized(body)])]
	]);
	const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module));
	const run = /** @type {(rounds: number, a: number, b: number) => number} */ (exports['run']);
	return { run, flops: (/** @type {number} */ rounds) => rounds * SUMS * 4 * 2 };
}
