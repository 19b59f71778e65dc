import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default defineConfig(
	globalIgnores([
		'.svelte-kit',
		'build',
		'src/lib/engine/wasm',
		'src/lib/engine/wire.ts',
		'src/lib/generated'
	]),
	js.configs.recommended,
	ts.configs.recommended,
	svelte.configs.recommended,
	{
		languageOptions: { globals: { ...globals.browser, ...globals.node } },
		rules: {
			// TypeScript knows better.
			'no-undef': 'off',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/no-explicit-any': 'error',
			eqeqeq: 'error',
			'no-console': 'error',
			// The only raw HTML is our own Markdown, rendered at build time (Prose.svelte says so again).
			'svelte/no-at-html-tags': 'error',
			// Links are made by `lib/book/links.ts`, which resolves the base itself.
			'svelte/no-navigation-without-resolve': 'off'
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: {
			parserOptions: { extraFileExtensions: ['.svelte'], parser: ts.parser, svelteConfig }
		}
	},
	{
		// Views are functions of data: no engine, no state. (Types of the wire are data.)
		files: ['src/lib/views/**'],
		rules: {
			'no-restricted-imports': [
				'error',
				{
					patterns: [
						{ regex: '(^|/)state/', message: 'views are functions of data' },
						{ regex: '(^|/)engine/(?!(wire|wall|failure)$)', message: 'views are functions of data' }
					]
				}
			]
		}
	},
	{
		// Only workers touch the wasm.
		files: ['src/**'],
		ignores: ['src/lib/engine/*worker*', 'src/lib/views/**'],
		rules: {
			'no-restricted-imports': [
				'error',
				{ patterns: [{ regex: 'engine/wasm|(^|\\./)wasm/', message: 'only workers touch the wasm' }] }
			]
		}
	}
);
