import { describe, expect, it } from 'vitest';
import type { Prose } from './blocks';
import { chapterBlocks } from './markdown';

const head = '---\ntitle: Title\nsubtitle: The lede, with *emphasis*.\n---\n\n# Title\n\n';
const prose = (source: string) => chapterBlocks(head + source).blocks as Prose[];

describe('chapterBlocks', () => {
	it('takes title and lede off and keeps the order of the blocks', () => {
		const file = chapterBlocks(
			`${head}## One\n\nText.\n\n::wall{13.2}\n\nMore.\n\n::results{13.3 002-LENET}\n`
		);
		expect(file.title).toBe('Title');
		expect(file.lede).toBe('The lede, with <em>emphasis</em>.');
		expect(file.blocks.map((block) => block.type)).toEqual(['prose', 'wall', 'prose', 'results']);
		expect(file.blocks[3]).toEqual({ type: 'results', ids: ['13.3', '002-LENET'] });
	});

	it('knows what a photo is shown to', () => {
		const { blocks } = chapterBlocks(`${head}::photo{cifar10}\n\n::play{digit}\n`);
		expect(blocks).toEqual([
			{ type: 'photo', dataset: 'cifar10' },
			{ type: 'play', what: 'digit' }
		]);
	});

	it('knows whose letters a word is drawn with', () => {
		const { blocks } = chapterBlocks(`${head}::captcha{captcha-fonts}\n`);
		expect(blocks).toEqual([{ type: 'captcha', dataset: 'captcha-fonts' }]);
		expect(chapterBlocks(`${head}::continue{alice}\n`).blocks).toEqual([
			{ type: 'continue', dataset: 'alice' }
		]);
	});

	it('knows which experiment takes own texts', () => {
		const { blocks } = chapterBlocks(`${head}::owntexts{OWN-TEXT}\n`);
		expect(blocks).toEqual([{ type: 'owntexts', id: 'OWN-TEXT' }]);
	});

	it('puts a note beside the paragraph before it, heading included', () => {
		const blocks = prose('First.\n\n## Two\n\nSecond.\n\n> [!source] Off *here*.\n\nThird.\n');
		expect(blocks).toHaveLength(2);
		expect(blocks[0]!.html).toBe('<p>First.</p>\n');
		expect(blocks[1]!.html).toBe('<h2>Two</h2>\n<p>Second.</p>\n');
		expect(blocks[1]!.notes).toEqual([{ kind: 'source', html: '<p>Off <em>here</em>.</p>\n' }]);
		expect(blocks[1]!.rest).toBe('<p>Third.</p>\n');
	});

	it('keeps every paragraph once and in order, whatever notes stand between', () => {
		const blocks = prose(
			'One.\n\n> [!note] a\n\n> [!note] b\n\nTwo.\n\n> [!note] c\n\nThree.\n\nFour.\n\n> [!note] d\n'
		);
		expect(blocks.map(({ html, notes, rest }) => [html, notes.length, rest])).toEqual([
			['<p>One.</p>\n', 2, ''],
			['<p>Two.</p>\n', 1, '<p>Three.</p>\n'],
			['<p>Four.</p>\n', 1, '']
		]);
	});

	it('breaks no line between a number and its unit, nor between a formula and its comma', () => {
		const { html } = prose('From 39.4 % to 154 MB, 5 × 5 of 3 Bytes, `4 %`, and ($x$), $y$ 。\n')[0]!;
		expect(html).toContain('39.4\u00a0% to 154\u00a0MB, 5\u00a0×\u00a05 of 3 Bytes');
		expect(html).toContain('<code>4 %</code>');
		expect(html).toMatch(
			/and <span class="tied">\(<span class="katex"><math.*?<\/math><\/span>\),<\/span> <span class="katex"><math/
		);
	});

	it('keeps an ordinary quotation in the text', () => {
		expect(prose('> Said.\n')[0]!.html).toContain('<blockquote>');
	});

	it('renders formulas as MathML without styles, and leaves prices alone', () => {
		const html = prose('With $y = Wx + b$ for $5 or 6 $.\n\n$$\nL = -\\sum_i t_i \\log p_i\n$$\n')[0]!.html;
		expect(html.match(/<math/g)).toHaveLength(2);
		expect(html).toContain('display="block"');
		expect(html).toContain('$5 or 6 $');
		expect(html).not.toMatch(/\sstyle=/);
	});

	it('aligns table cells by class', () => {
		const html = prose('| a | b |\n|---|--:|\n| 1 | 2 |\n')[0]!.html;
		expect(html).toContain('<td class="num">2</td>');
		expect(html).not.toMatch(/\sstyle=/);
	});

	it('names the line of the file', () => {
		expect(() => chapterBlocks(`${head}::film{13.2}\n`)).toThrow('line 8: unknown line ::film{13.2}');
	});

	it('shows raw HTML as text', () => {
		expect(prose('<script>x</script>\n')[0]!.html).toContain('&lt;script&gt;');
	});

	it.each([
		['no front matter', '# Title\n\nText.'],
		['no subtitle', '---\ntitle: A\n---\n\nText.'],
		['unknown line', `${head}::film{13.2}\n`],
		['empty line', `${head}::experiment{}\n`],
		['two ids', `${head}::experiment{13.2 13.3}\n`],
		['open formula', `${head}$$\nx\n`],
		['broken formula', `${head}$\\frac{1$ and\n`]
	])('stops at %s', (_name, source) => {
		expect(() => chapterBlocks(source)).toThrow();
	});
});

it('gives headings and paragraphs their places', () => {
	const blocks = prose(
		'## One *two* {#one}\n\nText with $x$ {#text}\n\n::figure{toy}\n\nBraces {#here} stay.\n'
	);
	expect(blocks[0]!.html).toMatch(
		/^<h2 id="one">One <em>two<\/em><\/h2>\n<p id="text">Text with <span.*<\/span><\/p>\n$/
	);
	expect(blocks[1]).toEqual({ type: 'figure', name: 'toy' });
	expect(blocks[2]!.html).toBe('<p>Braces {#here} stay.</p>\n');
	expect(() => prose('A {#a}\n\nB {#a}\n')).toThrow('line 10: {#a} stands twice');
});
