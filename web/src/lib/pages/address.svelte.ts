// What the reader changed lives in the address, so that it can be sent: read once when the page opens, written
// half a second after a change. Anchors and other hashes are left alone.

import { replaceState } from '$app/navigation';
import { page } from '$app/state';
import type { Card } from '$lib/engine/wire';
import { experimentFor } from '$lib/state/experiment.svelte';
import { decodeLink, encodeLink } from '$lib/state/url';

const PAUSE = 500;

/** Call while the page's component is made. */
export function followAddress(cards: () => Card[]): void {
	/** Written only after the address was read, or it would be wiped before. */
	let read = $state(false);

	function follow(runs: Card[]): void {
		void decodeLink(
			location.hash,
			runs.map(({ id }) => id)
		).then(async ({ link, note }) => {
			const target = runs.find(({ id }) => id === link?.id);
			if (target && link) {
				await experimentFor(target).applyLink(link);
				document.getElementById(`e${target.id}`)?.scrollIntoView({ block: 'start' });
				if (link.go) void experimentFor(target).trainAtOnce();
			}
			if (note && runs[0]) experimentFor(runs[0]).note = note;
			read = true;
		});
	}

	$effect(() => {
		const runs = cards().filter((card) => card.kind === 'train');
		follow(runs);
		// Another address in the same tab: what is written here by itself says nothing.
		const changed = () => location.hash.startsWith('#e=') && follow(runs);
		addEventListener('hashchange', changed);
		return () => removeEventListener('hashchange', changed);
	});

	$effect(() => {
		if (!read) return;
		const edited = cards()
			.filter((card) => card.kind === 'train')
			.map((card) => experimentFor(card))
			.filter((experiment) => experiment.linkable);
		// One address holds one experiment: the last of the page that was changed, else the last one with something open.
		const last = edited.findLast((experiment) => experiment.edited) ?? edited.at(-1);
		const link = last?.link();
		const timer = setTimeout(async () => {
			const hash = link ? await encodeLink(link) : '';
			const now = location.hash;
			if (hash === now || (hash === '' && !now.startsWith('#e='))) return;
			replaceState(`${location.pathname}${location.search}${hash}`, page.state);
		}, PAUSE);
		return () => clearTimeout(timer);
	});
}
