import { expect, it } from 'vitest';
import { initialTable } from './initial';
import { reference } from './testdata';

const random = reference('random') as {
	streams: { seed: number; purpose: number; step: number; tag: number; uniform: number[] }[];
};

it('builds the table of before the training', () => {
	const stream = random.streams.find(({ purpose, step, tag }) => purpose === 1 && step + tag === 0);
	const { seed = 0, uniform = [] } = stream ?? {};
	const found = initialTable(seed, {}, uniform.length) ?? [];
	expect(uniform.length).toBeGreaterThan(8);
	uniform.forEach((value, at) => expect(found[at]).toBeCloseTo((2 * value - 1) * 0.05, 7));
	const wide = initialTable(
		seed,
		{ embeddings_initializer: { name: 'random_uniform', minval: 0, maxval: 2 } },
		3
	);
	expect(wide?.[1]).toBeCloseTo(2 * (uniform[1] ?? NaN), 6);
	expect(initialTable(seed, { embeddings_initializer: 'normal' }, 3)).toBeNull();
});
