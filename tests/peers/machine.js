// What the numbers were measured on, and which versions.

/** @import { Host, Machine, Source } from './types.ts' */
/** @import { Entry } from './engines/table.js' */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';

/** @typedef {{ machine: Machine, versions: Record<string, string>, data: Record<string, Source> }} About */

/**
 * @param {string} root
 * @param {string} work
 * @param {Host} host
 * @param {Entry[]} engines
 * @returns {Promise<About>}
 */
export async function about(root, work, host, engines) {
	/** @type {Record<string, string>} */
	const versions = { fireside: fireside(root) };
	const prepared = JSON.parse(readFileSync(join(work, 'prepared.json'), 'utf8'));
	for (const engine of engines) {
		if (engine.package) versions[engine.package] = prepared.versions[engine.package];
	}
	if (host === 'node') versions['webgpu'] = prepared.versions['webgpu'];
	return {
		machine: {
			cpu: cpus()[0]?.model.trim() ?? 'unknown',
			cores: cpus().length,
			memory_gb: Math.round(totalmem() / 2 ** 30),
			os: `${platform()} ${release().split('-')[0]}`
		},
		versions,
		data: prepared.data
	};
}

/** What our engines are made from, and with: a commit that touches nothing of it leaves them as they were. */
const MADE_FROM = [
	'Cargo.toml',
	'Cargo.lock',
	'crates',
	...['README.md', 'book', 'cli'].map((name) => `:!crates/${name}`),
	'web/package-lock.json',
	'web/src/lib/engine/fuse.ts'
];

/** The version in Cargo.toml, with the commit that last changed the engines, where git knows it. @param {string} root */
function fireside(root) {
	const version =
		/^version = "(.+)"$/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'))?.[1] ?? 'unknown';
	try {
		const commit = execFileSync('git', ['log', '-1', '--format=%h', '--', ...MADE_FROM], {
			cwd: root,
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore']
		});
		return `${version} (${commit.trim()})`;
	} catch {
		return version;
	}
}
