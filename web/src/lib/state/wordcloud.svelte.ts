// The words of Alice, from the official file that a built site has where its data had it.

import { siteRoot } from '$lib/engine/client';
import { asFailure, fail } from '$lib/engine/failure';
import { fetchTwice, type Fetch } from '$lib/engine/fetching';
import { words } from '$lib/engine/treebank';
import type { Failure } from '$lib/engine/wire';

const FILE = 'texts/alice.txt';
const LIMIT = 1 << 20;

/**
 * Tokens of the story as chapter 22 takes them (`crates/datasets/src/sets/alice.rs`): without Gutenberg's frame and without
 * headings, in lower case.
 */
export function running(file: string): string[] {
	const lines = file.split(/\r?\n/);
	const begun = lines.findIndex((line) => line.startsWith('*** START OF'));
	const told = lines.findIndex((line, at) => begun >= 0 && at >= begun && line.startsWith('CHAPTER I.'));
	const ended = lines.findIndex((line, at) => told >= 0 && at > told && line.trim() === 'THE END');
	if (ended < 0) throw fail('unexpected', { message: `${FILE}: the story's beginning or end is missing` });
	const story = lines.slice(told, ended).map((line) => line.replace(/CHAPTER.*$/, ''));
	return words(story.join('\n'), true);
}

export class WordCloudState {
	readonly #fetch: Fetch;
	readonly #root: () => string;
	tokens = $state.raw<readonly string[] | null>(null);
	failure = $state.raw<Failure | null>(null);

	constructor(fetcher: Fetch = (url, init) => fetch(url, init), root: () => string = siteRoot) {
		this.#fetch = fetcher;
		this.#root = root;
	}

	async load(): Promise<void> {
		if (this.tokens) return;
		this.failure = null;
		try {
			const got = await fetchTwice(this.#fetch, this.#root() + FILE, LIMIT, () => {});
			if (!got.ok) throw fail('pack_unreachable', { file: FILE, status: String(got.status) });
			this.tokens = running(new TextDecoder().decode(got.bytes));
		} catch (error) {
			this.failure = asFailure(error);
		}
	}
}
