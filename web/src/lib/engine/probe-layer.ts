// Written by hand, as `wall.ts` is: it holds typed arrays, which the Rust types do not know. `crates/browser` makes it.

/** A layer on its own, forward and backward, on numbers that the experiment's seed gives; the last one is `loss`. */
export type ProbeLayer = {
	/** `conv2d_1` */
	name: string;
	/** `Conv2D`, `Dense` ... */
	kind: string;
	forward: Float32Array;
	input_gradient: Float32Array;
	weight_gradients: { name: string; values: Float32Array }[];
};
