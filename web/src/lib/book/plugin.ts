import type { Plugin } from 'vite';
import { chapterBlocks } from './markdown.ts';

/** Vite: `import prose from '/content/13/en.md'` gives a `ProseFile`. */
export function prose(): Plugin {
	return {
		name: 'fireside-prose',
		enforce: 'pre',
		transform(source, id) {
			if (!id.endsWith('.md')) return null;
			try {
				return { code: `export default ${JSON.stringify(chapterBlocks(source))};`, map: null };
			} catch (error) {
				return this.error(`${id}: ${error instanceof Error ? error.message : String(error)}`);
			}
		}
	};
}
