// Types of the wire that are written by hand: they hold typed arrays, which the Rust types do not know.
// `data.rs` and `augment.rs` of `crates/browser/src` make them.

/**
 * A strip of pictures for the wall: `pixels` is count x channels x height x width, 0 to 255. One channel is ink on paper,
 * three are red, green and blue; how many there are is what the length tells.
 */
export type Wall = {
	first: number;
	count: number;
	height: number;
	width: number;
	pixels: Uint8Array;
	labels: Uint8Array;
};

/** Training pictures as a text augments them. `values`: of each row channels x height x width, whatever the numbers came to. */
export type Augmented = {
	epoch: number;
	rows: number[];
	labels: number[];
	height: number;
	width: number;
	values: Float32Array;
};
