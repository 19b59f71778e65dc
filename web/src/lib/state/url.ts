// The state of an experiment in the address: `#e=13.4&s.training.epochs=5&s.seed=9` for changed settings,
// `#e=13.4&t=<base64url of deflated text>` for a rewritten text; behind them what is shown: `&tab=text`,
// `&hide=settings,text` (for a class), `&go=1` (train at once). A link can come from anyone: sizes are bounded
// before anything is unpacked, and what is not understood is ignored with a note. Other hashes (anchors) are
// left alone.

import { failure } from '$lib/engine/failure';
import { readAll } from '$lib/engine/fetching';
import type { Failure } from '$lib/engine/wire';

export type Sets = [path: string, value: string][];
/** Parts of a card that a link can hide. */
export const hideable = ['settings', 'text'] as const;
export type Hidden = (typeof hideable)[number];
/** Either settings, or the whole text; neither: as printed. */
export type Link = {
	id: string;
	sets: Sets;
	text: string | null;
	/** The open tab, where it is not the first. */
	tab?: string;
	hide?: readonly Hidden[];
	/** Train at once. */
	go?: boolean;
};
export type Decoded = { link: Link | null; note: Failure | null };

const HASH_LIMIT = 16_384;
const TEXT_LIMIT = 65_536;
const SETS_LIMIT = 64;

function toBase64Url(bytes: Uint8Array): string {
	let binary = '';
	for (const byte of bytes) binary += String.fromCharCode(byte);
	return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
	const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
	return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

async function deflate(text: string): Promise<Uint8Array | null> {
	const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
	return readAll(stream, TEXT_LIMIT, () => {});
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<string | null> {
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
	const plain = await readAll(stream, TEXT_LIMIT, () => {});
	return plain && new TextDecoder('utf-8', { fatal: true }).decode(plain);
}

/** What of a link is not the text. */
function shown({ tab, hide = [], go }: Link): Sets {
	const parts: Sets = [];
	if (tab) parts.push(['tab', tab]);
	if (hide.length > 0) parts.push(['hide', hide.join(',')]);
	if (go) parts.push(['go', '1']);
	return parts;
}

/**
 * With its `#`; empty when nothing was changed, or when it is too much for an address. `whole`: also of a card as
 * printed.
 */
export async function encodeLink(link: Link, whole = false): Promise<string> {
	const parts = new URLSearchParams({ e: link.id });
	if (link.text !== null) {
		const packed = link.text.length <= TEXT_LIMIT ? await deflate(link.text) : null;
		if (!packed) return '';
		parts.set('t', toBase64Url(packed));
	} else {
		if (link.sets.length > SETS_LIMIT) return '';
		for (const [path, value] of link.sets) parts.append(`s.${path}`, value);
	}
	for (const [key, value] of shown(link)) parts.set(key, value);
	if (!whole && [...parts].length === 1) return '';
	const hash = `#${parts}`;
	return hash.length <= HASH_LIMIT ? hash : '';
}

/** `known`: the experiments of this page. */
export async function decodeLink(hash: string, known: string[]): Promise<Decoded> {
	if (!hash.startsWith('#e=')) return { link: null, note: null };
	const ignore = (note: Failure): Decoded => ({ link: null, note });
	if (hash.length > HASH_LIMIT) return ignore(failure('link_too_large', {}));
	const parts = new URLSearchParams(hash.slice(1));
	const id = parts.get('e') ?? '';
	if (!known.includes(id)) {
		return ignore(failure('link_unknown_experiment', { id: id.replace(/[^\w.-]/g, '').slice(0, 24) }));
	}
	// What is shown; whatever else stands there says nothing.
	const view: Pick<Link, 'tab' | 'hide' | 'go'> = {};
	const tab = parts.get('tab');
	if (tab && /^[a-z]{1,16}$/.test(tab)) view.tab = tab;
	const asked = (parts.get('hide') ?? '').split(',');
	const hide = hideable.filter((part) => asked.includes(part));
	if (hide.length > 0) view.hide = hide;
	if (parts.get('go') === '1') view.go = true;
	const packed = parts.get('t');
	if (packed !== null) {
		try {
			const text = await inflate(fromBase64Url(packed));
			if (text === null) return ignore(failure('link_too_large', {}));
			return { link: { id, sets: [], text, ...view }, note: null };
		} catch {
			return ignore(failure('link_damaged', {}));
		}
	}
	const sets: Sets = [];
	for (const [key, value] of parts) {
		if (['e', 'tab', 'hide', 'go'].includes(key)) continue;
		// A path of the text (`layers[2].rate`) and one short line as its value.
		const path = key.startsWith('s.') ? key.slice(2) : '';
		const plain = /^[a-z_][\w.[\]]{0,79}$/i.test(path) && /^[\x20-\x7e]{1,200}$/.test(value);
		if (!plain || sets.length >= SETS_LIMIT) return ignore(failure('link_damaged', {}));
		sets.push([path, value]);
	}
	return { link: { id, sets, text: null, ...view }, note: null };
}
