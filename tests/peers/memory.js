// How much memory the processes of a measurement had at most, as Linux counts it; elsewhere it is not known.

import { readdirSync, readFileSync } from 'node:fs';

/** @param {string} path */
function read(path) {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		// The process has ended, or there is no such file on this system.
		return '';
	}
}

/** Those that a process started, and those that they started. @param {number} root */
function descendants(root) {
	/** @type {Map<number, number[]>} */
	const children = new Map();
	for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
		// "pid (command) state parent": a command may hold brackets.
		const parent = Number(read(`/proc/${name}/stat`).split(') ').at(-1)?.split(' ')[1]);
		if (parent) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
	}
	/** @type {number[]} */
	const found = [];
	for (const list = [root]; list.length > 0;) {
		const next = children.get(/** @type {number} */ (list.pop())) ?? [];
		found.push(...next);
		list.push(...next);
	}
	return found;
}

/** A browser's processes that compute: those of pages, and the one that speaks to the GPU. */
const COMPUTES = /--type=(renderer|gpu-process)/;

/**
 * Megabytes of what computes below a process, each at its peak; null where it is not known.
 * @param {number} root
 * @param {RegExp} [which] -- of the command lines
 */
export function peak(root, which = COMPUTES) {
	if (process.platform !== 'linux') return null;
	const kilobytes = descendants(root)
		.filter((pid) => which.test(read(`/proc/${pid}/cmdline`)))
		.map((pid) => Number(/^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0));
	const sum = kilobytes.reduce((all, one) => all + one, 0);
	return sum > 0 ? Math.round(sum / 1024) : null;
}
