// Markdown of a chapter -> blocks. Runs at build time only (`plugin.ts`). The syntax is described in
// `src/content/README.md`; whatever is wrong in a file stops the build with the file's line.

import katex from 'katex';
import Markdown, { type MarkdownIt, type RendererRule, type Token } from 'markdown-it';
import type { Block, Note, Prose, ProseFile } from './blocks.ts';

const directive =
	/^::(experiment|wall|play|photo|captcha|continue|review|owntexts|figure|results)\{([^{}]*)\}$/;
/** Blocks that name a data set, whose networks answer in them. */
type OfData = Extract<Block, { dataset: string }>;
const shownWith: ReadonlySet<string> = new Set<OfData['type']>(['photo', 'captcha', 'continue', 'review']);
/** `{#window}` at the end of a heading or a paragraph: the place gets this id. */
const anchor = /\s*\{#([a-z][a-z0-9-]*)\}$/;
const noteStart = /^\[!(source|note)\]\s*/;

/** A function whose argument has no bracket: TeX sets a thin space there, browsers do not. */
const bareFunction = /<mo>\u2061<\/mo>(?!<mo[^>]*>[([|{])/g;

/** MathML of a formula, without the copy of its TeX that KaTeX adds. */
export function math(source: string, display: boolean): string {
	return katex
		.renderToString(source, { output: 'mathml', displayMode: display, strict: 'error' })
		.replace(/<annotation[^]*?<\/annotation>/g, '')
		.replace(/<\/?semantics>/g, '')
		.replace(bareFunction, '$&<mspace width="0.1667em"></mspace>');
}

/** `$..$` inside a line; a dollar before a space or a digit's price stays a dollar. */
function inlineMath(md: MarkdownIt): void {
	md.inline.ruler.after('escape', 'math', (state, silent) => {
		const { src, pos, posMax } = state;
		if (src[pos] !== '$') return false;
		let end = pos + 1;
		while (end < posMax && (src[end] !== '$' || src[end - 1] === '\\')) end++;
		const source = src.slice(pos + 1, end);
		if (end >= posMax || source === '' || /^\s|\s$/.test(source)) return false;
		if (!silent) state.push('math', '', 0).content = source;
		state.pos = end + 1;
		return true;
	});
}

/** `$$` on a line of its own, up to the next `$$`; or all on one line. */
function displayMath(md: MarkdownIt): void {
	md.block.ruler.before(
		'fence',
		'display_math',
		(state, startLine, endLine, silent) => {
			const text = (line: number) =>
				state.src.slice(state.bMarks[line]! + state.tShift[line]!, state.eMarks[line]!).trim();
			const first = text(startLine);
			if (!first.startsWith('$$')) return false;
			if (silent) return true;
			let line = startLine;
			let source = first.slice(2);
			while (!source.endsWith('$$')) {
				if (++line >= endLine) throw new Error(`line ${startLine + 1}: $$ is never closed`);
				source += `\n${text(line)}`;
			}
			const token = state.push('display_math', '', 0);
			token.content = source.slice(0, -2).trim();
			token.map = [startLine, line + 1];
			state.line = line + 1;
			return true;
		},
		{ alt: ['paragraph'] }
	);
	md.renderer.rules['display_math'] = (tokens, at) =>
		`<div class="math">${math(tokens[at]!.content, true)}</div>\n`;
}

/** Tables scroll in a box of their own, and their alignment is a class: the policy forbids inline styles. */
function plainTables(md: MarkdownIt): void {
	const align: RendererRule = (tokens, at, options, _env, self) => {
		const token = tokens[at]!;
		const right = /right/.test(String(token.attrGet('style') ?? ''));
		token.attrs = (token.attrs ?? []).filter(([name]) => name !== 'style');
		if (right) token.attrSet('class', 'num');
		return self.renderToken(tokens, at, options);
	};
	md.renderer.rules['th_open'] = align;
	md.renderer.rules['td_open'] = align;
	md.renderer.rules['table_open'] = () => '<div class="scroll-x"><table class="figures">\n';
	md.renderer.rules['table_close'] = () => '</table></div>\n';
}

/** A number and what belongs to it stay on one line: `39.4 %`, `154 MB`, `5 × 5`, and the `4 3 4` of a row. */
const withUnit = /(\d) (?=(?:%|‰|[kMGT]?B\b|ms\b|°|×))|([×]) (?=\d)/g;
function joined(md: MarkdownIt): void {
	const plain = md.renderer.rules['text']!;
	md.renderer.rules['text'] = (tokens, at, ...others) =>
		plain(tokens, at, ...others).replace(withUnit, '$1$2\u00a0');
}

/** Signs that may not begin a line, behind a formula; and those that may not end one, before it. */
const behind = /^[.,;:!?)\]，。；：？！、）”’」』》%]+/;
const before = /[([（“‘「『《]+$/;

/** A formula is a box, and a line may break before and behind a box: so it is tied to the sign beside it. */
function tiedMath(md: MarkdownIt): void {
	md.core.ruler.push('tied_math', (state) => {
		for (const { children } of state.tokens) {
			for (const [at, token] of (children ?? []).entries()) {
				if (token.type !== 'math') continue;
				const last = children![at - 1];
				const next = children![at + 1];
				const opened = last?.type === 'text' ? (before.exec(last.content)?.[0] ?? '') : '';
				const closed = next?.type === 'text' ? (behind.exec(next.content)?.[0] ?? '') : '';
				if (opened) last!.content = last!.content.slice(0, -opened.length);
				if (closed) next!.content = next!.content.slice(closed.length);
				token.meta = { opened, closed };
			}
		}
	});
	md.renderer.rules['math'] = (tokens, at) => {
		const { content, meta } = tokens[at]!;
		const { opened = '', closed = '' } = (meta ?? {}) as { opened?: string; closed?: string };
		const formula = opened + math(content, false) + closed;
		return opened || closed ? `<span class="tied">${formula}</span>` : formula;
	};
}

const md = new Markdown({ html: false, linkify: false, typographer: false });
md.use(inlineMath).use(displayMath).use(plainTables).use(joined).use(tiedMath);

/** A line of text with `code` and `$formulas$`. */
export function line(text: string): string {
	return md.renderInline(text);
}

/** Ranges of tokens that belong together on the top level: a paragraph, a list, a heading ... */
function pieces(tokens: Token[]): Token[][] {
	const all: Token[][] = [];
	let open: Token[] = [];
	for (const token of tokens) {
		open.push(token);
		if (token.level === 0 && token.nesting !== 1) {
			all.push(open);
			open = [];
		}
	}
	return all;
}

const textOf = (piece: Token[]): string => piece.find((token) => token.type === 'inline')?.content ?? '';
const where = (piece: Token[]): string => `line ${(piece[0]?.map?.[0] ?? 0) + 1}`;
const render = (tokens: Token[]): string => md.renderer.render(tokens, md.options, {});

/** Moves the anchor of a heading or a paragraph from its text to its tag. */
function setAnchor(piece: Token[]): string | null {
	const [open, inline] = piece;
	if (!open || !inline || !/^(heading|paragraph)_open$/.test(open.type)) return null;
	const last = inline.children?.at(-1);
	const found = last?.type === 'text' ? anchor.exec(last.content) : null;
	if (!found) return null;
	last!.content = last!.content.slice(0, found.index);
	open.attrSet('id', found[1]!);
	return found[1]!;
}

function asDirective(piece: Token[]): Block | null {
	if (piece[0]?.type !== 'paragraph_open') return null;
	const text = textOf(piece).trim();
	const found = directive.exec(text);
	if (!found) {
		if (text.startsWith('::')) throw new Error(`${where(piece)}: unknown line ${text}`);
		return null;
	}
	const ids = found[2]!.split(/\s+/).filter(Boolean);
	if (ids.length === 0) throw new Error(`${where(piece)}: ${text} names nothing`);
	if (found[1] === 'results') return { type: 'results', ids };
	if (ids.length > 1) throw new Error(`${where(piece)}: ${text} names more than one`);
	if (found[1] === 'figure') return { type: 'figure', name: ids[0]! };
	if (found[1] === 'play') return { type: 'play', what: ids[0]! };
	if (shownWith.has(found[1]!)) return { type: found[1] as OfData['type'], dataset: ids[0]! };
	return { type: found[1] as 'experiment' | 'wall' | 'owntexts', id: ids[0]! };
}

function asNote(piece: Token[]): Note | null {
	if (piece[0]?.type !== 'blockquote_open') return null;
	const first = piece.find((token) => token.type === 'inline');
	const found = first && noteStart.exec(first.content);
	if (!found) return null;
	const inner = piece.slice(1, -1);
	const text = first.content.slice(found[0].length);
	const parsed = md.parseInline(text, {});
	first.content = text;
	first.children = parsed[0]?.children ?? [];
	return { kind: found[1] === 'source' ? 'source' : 'aside', html: render(inner) };
}

/**
 * A note stands beside the paragraph before it (with that paragraph's heading), so a stretch of prose is cut
 * there: what came before is a stretch of its own, what follows runs on beside the note.
 */
function stretches(items: (Token[] | Note)[]): Prose[] {
	const all: { body: Token[][]; notes: Note[]; rest: Token[][] }[] = [{ body: [], notes: [], rest: [] }];
	for (const item of items) {
		const last = all[all.length - 1]!;
		// What follows the first note is behind it.
		const open = last.notes.length > 0 ? last.rest : last.body;
		if (Array.isArray(item)) {
			open.push(item);
			continue;
		}
		let cut = Math.max(0, open.length - 1);
		while (cut > 0 && open[cut - 1]![0]!.type === 'heading_open') cut--;
		if (open.length === 0 || (open === last.body && cut === 0)) last.notes.push(item);
		else all.push({ body: open.splice(cut), notes: [item], rest: [] });
	}
	return all
		.filter((part) => part.body.length > 0 || part.notes.length > 0)
		.map(({ body, notes, rest }) => ({
			type: 'prose',
			html: render(body.flat()),
			notes,
			rest: render(rest.flat())
		}));
}

/** `title` and `subtitle` between two lines `---`; the rest keeps its line numbers. */
function frontMatter(source: string): { title: string; lede: string; body: string } {
	const found = /^---\n([^]*?)\n---\n/.exec(source);
	if (!found) throw new Error('line 1: a chapter starts with ---, title: and subtitle:, ---');
	const value = (name: string): string => {
		const line = new RegExp(`^${name}:\\s*(.+)$`, 'm').exec(found[1]!);
		if (!line) throw new Error(`line 2: ${name}: is missing`);
		return line[1]!.trim();
	};
	const lines = found[0].split('\n').length - 1;
	const body = '\n'.repeat(lines) + source.slice(found[0].length);
	return { title: value('title'), lede: value('subtitle'), body };
}

/** Throws with the line of what is wrong. */
export function chapterBlocks(source: string): ProseFile {
	const head = frontMatter(source);
	const all = pieces(md.parse(head.body, {}));
	// The title stands in the text too, for whoever reads the file as Markdown.
	if (all[0]?.[0]?.tag === 'h1') all.shift();

	const blocks: Block[] = [];
	let prose: (Token[] | Note)[] = [];
	const anchors = new Set<string>();
	for (const piece of all) {
		const place = setAnchor(piece);
		if (place !== null && anchors.has(place)) throw new Error(`${where(piece)}: {#${place}} stands twice`);
		if (place !== null) anchors.add(place);
		const block = asDirective(piece);
		if (block) {
			blocks.push(...stretches(prose), block);
			prose = [];
		} else {
			if (piece[0]?.tag === 'h1') throw new Error(`${where(piece)}: only one "# Title"`);
			prose.push(asNote(piece) ?? piece);
		}
	}
	blocks.push(...stretches(prose));
	const file = {
		title: md.renderInline(head.title),
		lede: md.renderInline(head.lede),
		blocks
	};
	if (/\sstyle=/.test(JSON.stringify(file)))
		throw new Error('a formula needs an inline style: the page forbids it');
	return file;
}
