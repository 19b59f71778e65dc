// The engines as Vite knows them.
// Globs, not imports: before the engine was built both are simply empty, and the site still type-checks, lints
// and runs its unit tests. The wasm's address is the hashed asset that the generated module names, too.
// Only workers import this file.

export const modules = import.meta.glob('./wasm/*/fireside.js');
export const addresses = import.meta.glob<string>('./wasm/*/fireside_bg.wasm', {
	query: '?url',
	import: 'default'
});
