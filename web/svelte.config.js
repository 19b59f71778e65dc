import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { versionOf, withOffline } from './offline.js';

/** '' or '/fireside': the folder of the host that the site is served from. */
const base = /** @type {'' | `/${string}`} */ ((process.env.BASE_PATH ?? '').replace(/\/+$/, ''));
const build = 'build';
const version = versionOf(base);

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	compilerOptions: { runes: true },
	kit: {
		adapter: withOffline(adapter({ pages: build, assets: build, fallback: '404.html', strict: true }), {
			build,
			version
		}),
		version: { name: version },
		// Registered by `lib/state/offline.svelte.ts`, after everything that the page itself needs.
		serviceWorker: { register: false },
		files: { assets: '../static' },
		paths: { base, relative: true },
		// A strict policy from the first day: nothing but our own files, no inline style, inline scripts by hash.
		csp: {
			mode: 'hash',
			directives: {
				'default-src': ['none'],
				'script-src': ['self', 'wasm-unsafe-eval'],
				'style-src': ['self'],
				'img-src': ['self', 'data:', 'blob:'],
				'font-src': ['self'],
				'connect-src': ['self'],
				'worker-src': ['self'],
				'manifest-src': ['self'],
				'base-uri': ['none'],
				'form-action': ['none']
			}
		},
		prerender: { entries: ['*'], handleMissingId: 'fail', handleHttpError: 'fail' },
		output: { bundleStrategy: 'split' }
	}
};
