// The engines as Vite knows them.
// Globs, not imports: before the engine was built both are simply empty, and the site still type-checks, lints
// and runs its unit tests. The wasm's address is the hashed asset that the generated module names, too.
// Only workers import this file.

import type { Edit } from './fuse';

export const modules = import.meta.glob('./wasm/*/fireside.js');
export const addresses = import.meta.glob<string>('./wasm/*/fireside_bg.wasm', {
	query: '?url',
	import: 'default'
});
/** Bytes to change where the browser can multiply and add at once. */
export const fusions = import.meta.glob<Edit[]>('./wasm/*/fused.json', { import: 'default' });
