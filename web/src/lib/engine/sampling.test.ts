import { describe, expect, it } from 'vitest';
import { philox, tokenNumber } from './philox';
import { candidates, circle, draw, perplexity, windowOf } from './sampling';
import stored from './sampling.json';
import { encoded, tokens } from './treebank';

describe('as the engine does it', () => {
	it('Philox 4x32-10 gives the known answers of its authors', () => {
		expect(philox([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
		const all = 0xffffffff;
		expect(philox([all, all, all, all], [all, all])).toEqual([
			0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd
		]);
		expect(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
			0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1
		]);
	});
	it('a seed and a place give the same number', () => {
		for (const { seed, step, number } of stored.numbers) expect(tokenNumber(seed, step)).toBe(number);
	});
	it('the same token is drawn', () => {
		for (const { of, temperature, top_k, seed, step, token } of stored.draws) {
			const shares = Float32Array.from(stored.shares[of] ?? []);
			const all = candidates(shares, { temperature, topK: top_k, topP: 1 });
			expect(draw(all, tokenNumber(seed, step)), JSON.stringify({ of, temperature, top_k })).toBe(token);
		}
	});
	it('a text falls into the same tokens', () => {
		for (const { text, tokens: expected } of stored.texts)
			expect(tokens(text, 'word', true)).toEqual(expected);
		expect(tokens('Éa🔥\n', 'char', true)).toEqual(['é', 'a', '🔥', '\n']);
		const known = { level: 'word', lower: true, words: ['alice', 'was'] } as const;
		expect(encoded('Was Alice Bob, Bob?', known)).toEqual({ ids: [1, 0], unknown: ['bob', ',', '?'] });
	});
});

describe('what is drawn from', () => {
	const shares = [0.1, 0.6, 0.3];
	const chances = (temperature: number, topK: number, topP: number) =>
		candidates(shares, { temperature, topK, topP }).map(({ token, chance }) => [token, +chance.toFixed(3)]);

	it('temperature, top-k and top-p', () => {
		expect(chances(1, 0, 1)).toEqual([
			[1, 0.6],
			[2, 0.3],
			[0, 0.1]
		]);
		expect(chances(0.5, 0, 1).map(([, chance]) => chance)).toEqual([0.783, 0.196, 0.022]);
		expect(chances(0, 0, 1).map(([, chance]) => chance)).toEqual([1, 0, 0]);
		expect(chances(1, 2, 1).map(([, chance]) => chance)).toEqual([0.667, 0.333, 0]);
		expect(chances(1, 0, 0.6).map(([, chance]) => chance)).toEqual([1, 0, 0]);
		expect(chances(1, 0, 0.61).map(([, chance]) => chance)).toEqual([0.667, 0.333, 0]);
		expect(chances(1, 0, 0).map(([, chance]) => chance)).toEqual([1, 0, 0]);
	});
	it('equal ones stand in the order of their ids; what is no number is never drawn', () => {
		expect(candidates([0.5, 0.5, 0], { temperature: 1, topK: 0, topP: 1 }).map(({ token }) => token)).toEqual(
			[0, 1, 2]
		);
		const broken = candidates([NaN, 0.5, 0.5], { temperature: 1, topK: 0, topP: 1 });
		expect(draw(broken, 0.999)).toBe(2);
		expect(draw(broken, 0)).toBe(1);
	});
	it('every number draws some token, the whole range in proportion', () => {
		const all = candidates(shares, { temperature: 1, topK: 0, topP: 1 });
		const counts = [0, 0, 0];
		for (let i = 0; i < 1000; i++) counts[draw(all, i / 1000)]! += 1;
		expect(counts).toEqual([100, 600, 300]);
		expect(draw(all, 1)).toBe(0);
	});
});

it('a window is filled in front', () => {
	expect(windowOf([5, 6], 4)).toEqual([0, 0, 5, 6]);
	expect(windowOf([1, 2, 3, 4, 5], 3)).toEqual([3, 4, 5]);
	expect(windowOf([], 2)).toEqual([0, 0]);
});

it('a circle is one only when the whole window comes back', () => {
	expect(circle([1, 2, 3, 4], 2, 2)).toBeNull();
	// 8 9 comes back, and with it everything that follows.
	expect(circle([1, 2, 8, 9, 3, 8, 9], 2, 2)).toEqual({ from: 4, length: 3 });
	// One token of it is not enough.
	expect(circle([1, 2, 8, 9, 3, 9], 2, 2)).toBeNull();
	expect(circle([7, 7, 7], 2, 2)).toEqual({ from: 2, length: 1 });
});

it('perplexity is the number of tokens that it hesitates between', () => {
	expect(perplexity([])).toBeNull();
	expect(perplexity([0.25, 0.25])).toBeCloseTo(4);
	expect(perplexity([1, 0.01])).toBeCloseTo(10);
	expect(perplexity([0])).toBeGreaterThan(1e29);
});
