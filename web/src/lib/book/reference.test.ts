// The page Reference: everything of the generated file renders, in both languages, and can be found.

import { describe, expect, it } from 'vitest';
import { draw, HEIGHT, label, WIDTH } from './figure';
import { bound, type EntryView, found, matches, sourceLinks } from './reference';
import { reference, referenceIn } from './reference.server';

const entries = (lang: 'en' | 'zh'): EntryView[] =>
	referenceIn(lang).flatMap(({ sections }) => sections.flatMap((section) => section.entries));

describe.each(['en', 'zh'] as const)('in %s', (lang) => {
	it('has every entry once, under an anchor of its own', () => {
		const ids = entries(lang).map(({ id }) => id);
		expect(ids.length).toBe(reference.entries.length);
		expect(new Set(ids).size).toBe(ids.length);
	});
	it('renders every formula, without a style and without a copy of its TeX', () => {
		const all = JSON.stringify(referenceIn(lang));
		// Not `toContain`: a failure would print everything.
		expect((all.match(/<math/g) ?? []).length).toBeGreaterThan(300);
		for (const bad of ['katex-error', '<annotation', '<semantics']) expect(all.includes(bad)).toBe(false);
		expect(/\sstyle=/.test(all)).toBe(false);
		// No dollar, backtick or brace of the files is left.
		for (const entry of entries(lang)) {
			const shown = [entry.summary, entry.symbols, ...entry.fields.map(({ meaning }) => meaning)].join(' ');
			expect([entry.id, /[$`]/.test(shown)]).toEqual([entry.id, false]);
			expect([entry.id, /\{\w+\}/.test(entry.fields.map(({ takes }) => takes).join())]).toEqual([
				entry.id,
				false
			]);
		}
	});
	it('links only to what is on the page', () => {
		const ids = new Set([...entries(lang).map(({ id }) => id), ...reference.groups.map(({ id }) => id)]);
		const links = [...JSON.stringify(referenceIn(lang)).matchAll(/href=\\"#([^"\\]+)/g)].map(([, id]) => id);
		expect(links.length).toBeGreaterThan(10);
		expect(links.filter((id) => !ids.has(id ?? ''))).toEqual([]);
	});
	it('shows the three fields of a tensor as one', () => {
		const dense = entries(lang).find(({ id }) => id === 'layers-Dense');
		const kernel = dense?.fields.find(({ names }) => names[0]?.name === 'kernel_initializer');
		expect(kernel?.names.map(({ name }) => name)).toEqual([
			'kernel_initializer',
			'kernel_regularizer',
			'kernel_constraint'
		]);
		expect(kernel?.names[0]?.value).toBe('"glorot_uniform"');
	});
});

describe('the filter', () => {
	const groups = referenceIn('en');
	it('finds names, other names, fields, problems and words, all of them at once', () => {
		const names = (query: string) =>
			[...found(groups, query)].map((id) => id.replace(/^.*?-/, '')).sort((a, b) => a.localeCompare(b));
		expect(names('conv2d layers').slice(0, 3)).toEqual(['Conv2D', 'DepthwiseConv2D', 'SeparableConv2D']);
		expect(names('silu')).toEqual(['swish']);
		expect(names('nesterov')).toContain('sgd');
		expect(names('reshape_mismatch')).toEqual(['Reshape']);
		expect(names('optimizers beta_1')).toEqual(['adam', 'adamax', 'adamw', 'nadam']);
		expect(names('')).toHaveLength(reference.entries.length);
		expect(names('zzz')).toEqual([]);
	});
	it('does not mind capitals and blanks', () => {
		expect(matches({ words: 'conv2d layers' }, 'LAYERS   Conv')).toBe(true);
	});
});

it('draws every figure inside its box', () => {
	const figures = reference.entries.flatMap(({ plot }) => (plot ? [plot] : []));
	expect(figures.length).toBeGreaterThan(25);
	for (const figure of figures) {
		for (const { path } of draw(figure).curves) {
			const numbers = [...path.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
			expect(numbers.length).toBeGreaterThan(20);
			for (const [x = NaN, y = NaN] of numbers) {
				expect(x >= 0 && x <= WIDTH && y >= 0 && y <= HEIGHT).toBe(true);
			}
		}
	}
});

it('writes the numbers beside a figure inside its box and not over each other', () => {
	for (const { plot } of reference.entries) {
		if (!plot) continue;
		const beside = draw(plot).labels.filter(({ anchor, y }) => anchor === 'end' && y < HEIGHT - 4);
		for (const { text, x } of beside) expect(x - 6.2 * text.length, text).toBeGreaterThan(-2);
		const heights = beside.map(({ y }) => y).sort((a, b) => a - b);
		for (const [at, y] of heights.slice(1).entries()) expect(y - (heights[at] ?? 0)).toBeGreaterThan(10);
	}
});

it('writes numbers as a reader reads them', () => {
	expect([1e-12, 0.99, 100_000, 1e12, -4, 0.0000001].map(bound)).toEqual([
		'1e-12',
		'0.99',
		'100,000',
		'1e12',
		'−4',
		'1e-7'
	]);
	expect([0, -1, 0.01, 0.000025].map(label)).toEqual(['0', '−1', '0.01', '2.5e-5']);
	expect(sourceLinks('He et al. 2015 (arXiv:1502.01852)')).toEqual([
		{ text: 'He et al. 2015 (', href: '' },
		{ text: 'arXiv:1502.01852', href: 'https://arxiv.org/abs/1502.01852' },
		{ text: ')', href: '' }
	]);
});
