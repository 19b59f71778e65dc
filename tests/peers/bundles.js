// The code of every engine as a site would ship it.

/** @import { Plan } from './prepare.js' */
/** @import { Entry } from './engines/table.js' */

import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, transform } from 'esbuild';

/** The modules of the bench itself are beside this one. */
const here = import.meta.dirname;

/**
 * Our engine as the site ships it: the glue code minified, the wasm as it is.
 * @param {string} from
 * @param {string} to
 */
export async function engineFiles(from, to) {
	if (!existsSync(from)) throw new Error(`${from} is missing: \`cargo xtask generate --engines\` makes it`);
	await mkdir(to, { recursive: true });
	const { code } = await transform(await readFile(join(from, 'fireside.js'), 'utf8'), { minify: true });
	await writeFile(join(to, 'fireside.js'), code);
	for (const file of ['fireside_bg.wasm', 'fused.json']) await copyFile(join(from, file), join(to, file));
}

/**
 * Each engine as a site would ship it: bundled, minified, without what is not used. For Chromium and for Node.
 * @param {Plan} plan
 */
export async function bundles({ work, engines, dawn }) {
	const entryPoints = engines.map((engine) => join(here, 'engines', engine.file));
	const common = /** @type {const} */ ({ bundle: true, minify: true, format: 'esm', logLevel: 'warning' });
	if (!dawn) {
		for (const [at, entry] of entryPoints.entries()) {
			// Folders of their own: shared pieces would be counted for the wrong engine.
			await build({
				...common,
				entryPoints: [entry],
				outdir: join(work, 'chromium', /** @type {Entry} */ (engines[at]).id),
				entryNames: 'engine',
				splitting: true,
				platform: 'browser',
				target: 'es2022',
				external: ['node:*']
			});
		}
		await build({
			...common,
			entryPoints: [join(here, 'page.js')],
			outdir: join(work, 'chromium'),
			platform: 'browser',
			external: ['node:*']
		});
		await writeFile(join(work, 'index.html'), '<!doctype html><meta charset="utf-8"><title>bench</title>');
		return;
	}
	await build({
		...common,
		entryPoints: [join(here, 'child.js'), ...entryPoints],
		outdir: join(work, 'node'),
		entryNames: '[name]',
		outExtension: { '.js': '.mjs' },
		splitting: true,
		platform: 'node',
		target: 'node20',
		// The browser's side of packages that have two: their Node side brings other code.
		mainFields: ['module', 'main'],
		external: ['webgpu'],
		banner: {
			js: "import { createRequire as requireForTfjs } from 'node:module'; globalThis.require ??= requireForTfjs(import.meta.url);"
		}
	});
	await dawnModule(work);
}

/** Dawn for this machine alone: the package holds it for five. @param {string} work */
async function dawnModule(work) {
	const from = join(here, '../node_modules/webgpu');
	const to = join(work, 'node_modules/webgpu');
	await mkdir(to, { recursive: true });
	for (const file of ['index.js', 'package.json']) await copyFile(join(from, file), join(to, file));
	const platform = process.platform === 'darwin' ? 'darwin-universal' : `${process.platform}-${process.arch}`;
	await cp(join(from, 'dist', platform), join(to, 'dist', platform), { recursive: true });
}
