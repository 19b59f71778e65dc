import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { prose } from './src/lib/book/plugin.ts';
import { plainAnnouncer } from './src/lib/look/plugin.ts';

export default defineConfig({
	plugins: [prose(), plainAnnouncer(), sveltekit()],
	worker: { format: 'es' },
	build: {
		target: 'es2022',
		// Inlined assets would need data: in the policy and are counted twice; keep them as files.
		assetsInlineLimit: 0
	},
	server: { fs: { allow: ['..'] } },
	test: { include: ['src/**/*.test.ts'], environment: 'node' }
});
