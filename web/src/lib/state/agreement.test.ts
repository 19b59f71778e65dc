import { expect, it } from 'vitest';
import { fakeLayers } from '$lib/engine/fakes';
import { compare, difference } from './agreement';

const numbers = (...values: number[]) => new Float32Array(values);

it('measures the largest difference against the largest number', () => {
	expect(difference(numbers(1, 2), numbers(1, 2))).toBe(0);
	expect(difference(numbers(1, -4.5), numbers(1, -4))).toBeCloseTo(0.125);
	expect(difference(numbers(0, 0), numbers(0, 0))).toBe(0);
	expect(difference(numbers(), numbers())).toBe(0);
});

it('knows what cannot be compared', () => {
	for (const [a, b] of [
		[numbers(1), numbers(1, 2)],
		[numbers(NaN, 1), numbers(1, 1)],
		[numbers(1, 1), numbers(1, NaN)],
		[numbers(Infinity), numbers(Infinity)],
		[numbers(0.1), numbers(0)]
	] as const) {
		expect(difference(a, b)).toBe(Infinity);
	}
});

it('judges layer by layer, forward and backward', () => {
	const right = fakeLayers(4);
	const close = compare(fakeLayers(4, 2e-5), right);
	expect(close.ok).toBe(true);
	expect(close.worst).toBeCloseTo(1e-5);
	expect(close.layers.map(({ name, ok }) => [name, ok])).toEqual([
		['conv2d_1', true],
		['flatten_1', true],
		['loss', true]
	]);
	expect(close.layers[0]?.parts.map(({ what, weight }) => [what, weight])).toEqual([
		['forward', ''],
		['input', ''],
		['weights', 'kernel']
	]);

	const far = compare(fakeLayers(4, 0.1), right);
	expect([far.ok, far.layers.map(({ ok }) => ok)]).toEqual([false, [false, true, true]]);
});

it('does not call it agreement where something is missing', () => {
	const right = fakeLayers(4);
	expect(compare([], []).ok).toBe(false);
	expect(compare(right.slice(0, 2), right)).toMatchObject({ ok: false, worst: Infinity });
	expect(compare([...right, ...right.slice(0, 1)], right).ok).toBe(false);
	const bare = right.map((layer) => ({ ...layer, weight_gradients: [] }));
	expect(compare(bare, right)).toMatchObject({ ok: false });
});
