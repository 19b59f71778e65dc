// Fills the work folder with everything that the processes need: it can be carried to a machine that has only Node.

/** @import { Entry } from './engines/table.js' */
/** @import { Task } from './workloads.js' */

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parcel } from '../browser/parcel.js';
import { bundles, engineFiles } from './bundles.js';
import { ENGINES } from './engines/table.js';
import { store } from './stored.js';

/**
 * @typedef {{
 *   root: string, work: string, wasm: string, checks: string, dawn: boolean, data: Record<string, string[]>,
 *   engines: Entry[], workloads: Task[], batches: number
 * }} Plan -- `data`: the official files of every data set that is trained on; `checks`: our engines with `tests/wasm`
 */

/** @param {Plan} plan */
export async function prepare(plan) {
	// Only what this makes: somebody may name a folder of theirs.
	for (const folder of ['data', 'workloads', 'ours', 'chromium', 'node', 'node_modules/webgpu']) {
		await rm(join(plan.work, folder), { recursive: true, force: true });
	}
	for (const folder of ['data', 'workloads', 'ours']) {
		await mkdir(join(plan.work, folder), { recursive: true });
	}
	const own = plan.engines.filter((engine) => engine.package === null);
	// The CPU engine gives every other one its weights.
	for (const name of new Set(['cpu', ...own.map((engine) => engine.class)])) {
		await engineFiles(join(plan.wasm, name), join(plan.work, 'ours', name));
	}
	if (plan.workloads.some(({ product }) => product !== undefined)) {
		for (const name of new Set(own.map((engine) => engine.class)))
			await engineFiles(join(plan.checks, name), join(plan.work, 'ours', `${name}-checks`));
	}
	for (const [name, files] of Object.entries(plan.data)) {
		await writeFile(join(plan.work, `data/${name}.parcel`), await parcel(plan.wasm, name, files));
	}
	await bundles(plan);
	const data = await store(plan);
	await writeFile(join(plan.work, 'prepared.json'), JSON.stringify({ data, versions: await versions() }));
}

/** Of the peers, as they are installed. */
async function versions() {
	const packages = ENGINES.flatMap((engine) => engine.package ?? []);
	/** @type {Record<string, string>} */
	const found = {};
	for (const name of new Set([...packages, 'webgpu'])) {
		const file = join(import.meta.dirname, '../node_modules', name, 'package.json');
		found[name] = JSON.parse(await readFile(file, 'utf8')).version;
	}
	return found;
}
