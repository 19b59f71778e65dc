// After the site is built: lists its files with their checksums, for the worker that keeps them (src/service-worker.ts),
// and gives the site a version that follows from what it is made of, not from when.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param {string | Buffer} bytes */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/**
 * All files below a folder, sorted, with forward slashes.
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(folder, inner = '') {
	/** @type {string[]} */
	const found = [];
	for (const name of readdirSync(join(folder, inner)).sort()) {
		if (name.startsWith('.')) continue;
		const path = inner ? `${inner}/${name}` : name;
		if (statSync(join(folder, path)).isDirectory()) found.push(...filesBelow(folder, path));
		else found.push(path);
	}
	return found;
}

/**
 * The same sources, the same version: a site that was only built again is no update.
 * @param {string} base
 */
export function versionOf(base) {
	const digest = createHash('sha256').update(base);
	for (const folder of ['src', '../static']) {
		for (const path of filesBelow(folder))
			digest.update(path).update(sha256(readFileSync(join(folder, path))));
	}
	for (const file of ['package-lock.json', 'svelte.config.js', 'vite.config.ts', 'offline.js']) {
		if (existsSync(file)) digest.update(readFileSync(file));
	}
	return digest.digest('hex').slice(0, 16);
}

/** Answered by the host itself, or asked for only to learn what the host has now. */
const NOT_KEPT =
	/^(404\.html|service-worker\.js|_app\/version\.json|screenshot\.png|MANIFEST\.json|packs\/.*)$/;
/** What every page needs: kept as soon as the site was opened once. The rest is kept when it is used. */
const SHELL =
	/^((zh\/)?(index\.html|__data\.json)|offline\.json|first-paint\.js|fonts\/.*\.woff2|icons\/.*|_app\/.*\.(js|css))$/;

/** @typedef {{ path: string, bytes: number, sha256: string }} Listed */

/**
 * @param {string} build folder of the built site
 * @param {string} version
 */
function list(build, version) {
	/** @param {string} path @returns {Listed} */
	const listed = (path) => {
		const bytes = readFileSync(join(build, path));
		return { path, bytes: bytes.length, sha256: sha256(bytes) };
	};
	const found = filesBelow(build).map(listed);
	// Which of the hashed names is which engine, for whoever takes a chapter along.
	/** @type {Record<string, Listed>} */
	const engines = {};
	for (const kind of ['cpu', 'gpu']) {
		const wasm = join('src/lib/engine/wasm', kind, 'fireside_bg.wasm');
		const sum = existsSync(wasm) ? sha256(readFileSync(wasm)) : '';
		const file = found.find((one) => one.sha256 === sum);
		if (file) engines[kind] = file;
	}
	writeFileSync(join(build, 'offline.json'), `${JSON.stringify({ version, engines }, null, '\t')}\n`);
	const kept = [...found, listed('offline.json')].filter(({ path }) => !NOT_KEPT.test(path));
	const files = Object.fromEntries(kept.map(({ path, sha256 }) => [path, sha256]));
	const shell = kept.map(({ path }) => path).filter((path) => SHELL.test(path));
	return { version, files, shell };
}

/**
 * An adapter that gives the built service worker its list of files.
 * @param {import('@sveltejs/kit').Adapter} adapter
 * @param {{ build: string, version: string }} options
 * @returns {import('@sveltejs/kit').Adapter}
 */
export function withOffline(adapter, { build, version }) {
	return {
		...adapter,
		async adapt(builder) {
			await adapter.adapt(builder);
			const file = join(build, 'service-worker.js');
			const place = /(["'`])__FIRESIDE_FILES__\1/;
			const code = readFileSync(file, 'utf8');
			if (!place.test(code)) throw new Error(`${file} has no place for the list of files`);
			const listed = JSON.stringify(JSON.stringify(list(build, version)));
			writeFileSync(
				file,
				code.replace(place, () => listed)
			);
		}
	};
}
