import type { Plugin } from 'vite';

/**
 * SvelteKit's root component hides its live region with a style attribute, which our policy refuses. Take it
 * off; `base.css` hides `#svelte-announcer` instead.
 */
export function plainAnnouncer(): Plugin {
	return {
		name: 'fireside-plain-announcer',
		enforce: 'pre',
		transform(source, id) {
			if (!id.endsWith('generated/root.svelte')) return null;
			const plain = source.replace(/(<div id="svelte-announcer"[^>]*?) style="[^"]*"/, '$1');
			if (plain === source) this.error('SvelteKit has changed its live region: look at this plugin again');
			return { code: plain, map: null };
		}
	};
}
