// Where measurements run: a fresh Chromium each, or a fresh Node each.

/** @import { Options, Outcome } from './types.ts' */
/** @import { Entry } from './engines/table.js' */

import { execFileSync, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { download } from './download.js';
import { peak } from './memory.js';
import { serve } from './server.js';

/**
 * @typedef {{
 *   version: string,
 *   run: (engine: Entry, workload: string, options: Options, limit: number) => Promise<Outcome>,
 *   close: () => Promise<void>
 * }} Running
 */

const FLAGS = [
	'--no-sandbox',
	'--enable-unsafe-webgpu',
	'--ignore-gpu-blocklist',
	'--enable-unsafe-swiftshader',
	'--disable-background-networking',
	'--disable-background-timer-throttling',
	'--disable-renderer-backgrounding',
	'--disable-quic',
	'--no-first-run',
	'--disable-component-update',
	'--disable-sync'
];

/** @param {string} work @returns {Promise<Running>} */
export async function chromium(work) {
	const { chromium: playwright } = await import('@playwright/test');
	const executablePath = process.env['CHROMIUM'] || '/usr/bin/chromium';
	const server = await serve(work);
	/** @type {import('@playwright/test').Browser | null} */
	let open = null;
	return {
		version: versionOf(executablePath),
		async run(engine, workload, options, limit) {
			server.forget();
			const browser = await playwright.launch({
				executablePath,
				args: FLAGS,
				timeout: 120_000,
				handleSIGINT: false
			});
			open = browser;
			try {
				const page = await browser.newPage();
				/** @type {string[]} */
				const said = [];
				page.on('pageerror', (error) => said.push(error.message));
				page.on('console', (message) => {
					if (message.type() === 'error') said.push(message.text());
				});
				await page.goto(server.url);
				await page.addScriptTag({ url: '/chromium/page.js', type: 'module' });
				await page.waitForFunction('globalThis.bench');
				const call = `bench(${JSON.stringify(engine.id)}, ${JSON.stringify(workload)}, ${JSON.stringify(options)})`;
				const outcome = await within(limit, page.evaluate(call));
				if ('failed' in outcome)
					return { ...outcome, failed: [outcome.failed, ...said.slice(0, 2)].join(' | ') };
				const memory_mb = peak(process.pid);
				return { ...outcome, download: download(work, server.asked()), memory_mb };
			} catch (error) {
				// A page or a browser that crashed is this engine's failure, not the end of the bench.
				return { failed: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
			} finally {
				open = null;
				await browser.close().catch(() => {});
			}
		},
		async close() {
			await open?.close().catch(() => {});
			server.close();
		}
	};
}

/** @param {string} program -- its start script may grumble, which is not for us */
const versionOf = (program) =>
	execFileSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
		.trim()
		.split(' ')
		.slice(0, 2)
		.join(' ');

/** Where Chromium keeps the software Vulkan that Dawn can use too. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** @param {string} work @returns {Promise<Running>} */
export async function node(work) {
	const env = { ...process.env };
	// Without a card's driver there is only the software one; a driver that is there is left alone.
	if (!env['VK_DRIVER_FILES'] && !hasDriver() && existsSync(SWIFTSHADER))
		env['VK_DRIVER_FILES'] = SWIFTSHADER;
	const dawn = JSON.parse(readFileSync(join(work, 'node_modules/webgpu/package.json'), 'utf8')).version;
	/** @type {import('node:child_process').ChildProcess | null} */
	let child = null;
	return {
		version: `Node ${process.version} with Dawn (webgpu ${dawn})`,
		async run(engine, workload, options, limit) {
			const task = { work, engine: engine.id, workload, webgpu: engine.class === 'gpu', ...options };
			const fresh = fork(join(work, 'node/child.mjs'), [JSON.stringify(task)], {
				env,
				stdio: ['ignore', 'ignore', 'pipe', 'ipc']
			});
			child = fresh;
			let said = '';
			fresh.stderr?.on('data', (text) => (said = (said + text).slice(-400)));
			/** @type {Promise<Outcome>} */
			const answer = new Promise((resolve) => {
				fresh.once('message', (message) => resolve(/** @type {Outcome} */ (message)));
				fresh.once('exit', (code, signal) =>
					setTimeout(() => resolve({ failed: `ended with ${signal ?? code}: ${said.trim()}` }), 100)
				);
			});
			try {
				const outcome = await within(limit, answer);
				return 'failed' in outcome ? outcome : { ...outcome, memory_mb: peak(process.pid, /child\.mjs/) };
			} finally {
				child = null;
				fresh.kill('SIGKILL');
			}
		},
		async close() {
			child?.kill('SIGKILL');
		}
	};
}

/** Whether this machine has a Vulkan driver of its own. */
function hasDriver() {
	return existsSync('/proc/driver/nvidia/version') || existsSync('/dev/dri/renderD128');
}

/**
 * @template T
 * @param {number} limit -- ms
 * @param {Promise<T>} answer
 * @returns {Promise<T | { failed: string, late: true }>}
 */
async function within(limit, answer) {
	/** @type {NodeJS.Timeout | undefined} */
	let timer;
	/** @type {Promise<{ failed: string, late: true }>} */
	const late = new Promise((resolve) => {
		timer = setTimeout(() => resolve({ failed: `not done after ${limit / 1000} s`, late: true }), limit);
	});
	try {
		return await Promise.race([answer, late]);
	} finally {
		clearTimeout(timer);
	}
}
