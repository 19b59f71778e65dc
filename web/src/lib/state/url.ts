// The state of an experiment in the address: `#e=13.4&s.training.epochs=5&s.seed=9` for changed settings,
// `#e=13.4&t=<base64url of deflated text>` for a rewritten text. A link can come from anyone: sizes are bounded
// before anything is unpacked, and what is not understood is ignored with a note. Other hashes (anchors) are
// left alone.

import { failure } from '$lib/engine/failure';
import { readAll } from '$lib/engine/fetching';
import type { Failure } from '$lib/engine/wire';

export type Sets = [path: string, value: string][];
/** Either settings, or the whole text. */
export type Link = { id: string; sets: Sets; text: string | null };
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

/** With its `#`; empty when nothing was changed, or when it is too much for an address. */
export async function encodeLink(link: Link): Promise<string> {
	const parts = new URLSearchParams({ e: link.id });
	if (link.text !== null) {
		const packed = link.text.length <= TEXT_LIMIT ? await deflate(link.text) : null;
		if (!packed) return '';
		parts.set('t', toBase64Url(packed));
	} else {
		if (link.sets.length === 0 || link.sets.length > SETS_LIMIT) return '';
		for (const [path, value] of link.sets) parts.append(`s.${path}`, value);
	}
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
	const packed = parts.get('t');
	if (packed !== null) {
		try {
			const text = await inflate(fromBase64Url(packed));
			if (text === null) return ignore(failure('link_too_large', {}));
			return { link: { id, sets: [], text }, note: null };
		} catch {
			return ignore(failure('link_damaged', {}));
		}
	}
	const sets: Sets = [];
	for (const [key, value] of parts) {
		if (key === 'e') continue;
		// A path of the text (`layers[2].rate`) and one short line as its value.
		const path = key.startsWith('s.') ? key.slice(2) : '';
		const plain = /^[a-z_][\w.[\]]{0,79}$/i.test(path) && /^[\x20-\x7e]{1,200}$/.test(value);
		if (!plain || sets.length >= SETS_LIMIT) return ignore(failure('link_damaged', {}));
		sets.push([path, value]);
	}
	if (sets.length === 0) return ignore(failure('link_damaged', {}));
	return { link: { id, sets, text: null }, note: null };
}
