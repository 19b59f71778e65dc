// Multiplication and addition as one instruction, where the browser has it: a matrix product takes a third less time. The
// file of an engine does not name that instruction, because a browser that does not know it would refuse the whole module;
// beside the file lies a list of bytes to change (`crates/xtask/src/fuse.rs`), which are changed while the file comes in.
// Only workers import this file.

/** Where in the file, and what is written there. */
export type Edit = readonly [at: number, ...bytes: number[]];

/** The smallest module with `f32x4.relaxed_madd`. */
const probe = new Uint8Array([
	0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0, 65, 0, 253, 15, 65, 0,
	253, 15, 65, 0, 253, 15, 253, 133, 2, 11
]);

export const canFuse = () => WebAssembly.validate(probe);

/** Writes what falls into a piece of the file that begins at `from`. */
export function change(piece: Uint8Array, from: number, edits: readonly Edit[]): void {
	for (const [at, ...bytes] of edits) {
		bytes.forEach((byte, index) => {
			const place = at + index - from;
			if (place >= 0 && place < piece.length) piece[place] = byte;
		});
	}
}
