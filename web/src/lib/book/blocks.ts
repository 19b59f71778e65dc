// What a chapter is made of, as the page sees it. Made from Markdown at build time (`markdown.ts`).

/**
 * A stretch of prose with the margin notes that stand beside it: beside `html`, and before `rest` where there
 * is no room beside it. HTML of our own files, rendered at build time.
 */
export type Prose = { type: 'prose'; html: string; notes: Note[]; rest: string };
/** `source`: an error of the source (ochre). `aside`: anything else worth a side remark. */
export type Note = { kind: 'source' | 'aside'; html: string };

export type Block =
	| Prose
	| { type: 'experiment'; id: string }
	| { type: 'wall'; id: string }
	| { type: 'play'; what: string }
	| { type: 'figure'; name: string }
	| { type: 'photo'; dataset: string }
	| { type: 'captcha'; dataset: string }
	| { type: 'continue'; dataset: string }
	| { type: 'owntexts'; id: string }
	| { type: 'review'; dataset: string }
	| { type: 'results'; ids: string[] };

export type ProseFile = { title: string; lede: string; blocks: Block[] };
