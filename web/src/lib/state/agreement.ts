// The self-check's arithmetic: two engines' numbers of the same layers, compared.

import type { ProbeLayer } from '$lib/engine/probe-layer';

/** Largest difference allowed, as a share of the largest number: the GPU adds in another order. */
export const TOLERANCE = 1e-3;

export type What = 'forward' | 'input' | 'weights';
export type LayerCheck = {
	/** `conv2d_1` */
	name: string;
	kind: string;
	/** `weight`: which one, `kernel` or `bias`. */
	parts: { what: What; weight: string; difference: number }[];
	/** Of the parts. Infinity: not comparable. */
	worst: number;
	ok: boolean;
};
export type Agreement = { layers: LayerCheck[]; worst: number; ok: boolean };

/** max|a-b| / max|b|; Infinity where that says nothing. */
export function difference(a: Float32Array, b: Float32Array): number {
	if (a.length !== b.length) return Infinity;
	let apart = 0;
	let largest = 0;
	for (let i = 0; i < b.length; i++) {
		const [x, y] = [a[i] ?? NaN, b[i] ?? NaN];
		// `Math.max` of a NaN stays one: a number that is none can't agree.
		apart = Math.max(apart, Math.abs(x - y));
		largest = Math.max(largest, Math.abs(y));
	}
	if (!Number.isFinite(apart) || !Number.isFinite(largest)) return Infinity;
	if (apart === 0) return 0;
	return largest > 0 ? apart / largest : Infinity;
}

function check(a: ProbeLayer | undefined, b: ProbeLayer): LayerCheck {
	const parts: LayerCheck['parts'] = [];
	const add = (what: What, weight: string, x: Float32Array | undefined, y: Float32Array) =>
		parts.push({ what, weight, difference: x ? difference(x, y) : Infinity });
	add('forward', '', a?.forward, b.forward);
	add('input', '', a?.input_gradient, b.input_gradient);
	for (const { name, values } of b.weight_gradients) {
		add('weights', name, a?.weight_gradients.find((other) => other.name === name)?.values, values);
	}
	const worst = Math.max(...parts.map((part) => part.difference));
	return { name: b.name, kind: b.kind, parts, worst, ok: worst <= TOLERANCE };
}

/** `b` is what counts as right. */
export function compare(a: ProbeLayer[], b: ProbeLayer[]): Agreement {
	const layers = b.map((layer, at) => {
		const other = a[at];
		return check(other?.name === layer.name ? other : undefined, layer);
	});
	// No layers at all prove nothing.
	const ok = layers.length > 0 && a.length === b.length && layers.every((layer) => layer.ok);
	return { layers, worst: Math.max(0, ...layers.map((layer) => layer.worst)), ok };
}
