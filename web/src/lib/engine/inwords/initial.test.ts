import { expect, it } from 'vitest';
import { initialTable, philox } from './initial';
import { reference } from './testdata';

const random = reference('random') as {
	blocks: { counter: number[]; key: number[]; words: number[] }[];
	streams: { seed: number; purpose: number; step: number; tag: number; uniform: number[] }[];
};

it('draws the numbers that the engine draws', () => {
	expect(random.blocks.length).toBeGreaterThan(2);
	for (const { counter, key, words } of random.blocks) expect(philox(counter, key)).toEqual(words);
});

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
