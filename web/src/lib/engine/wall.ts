// The one type of the wire that is written by hand: it holds typed arrays, which the Rust types do not know.
// `crates/browser/src/data.rs` makes it.

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
