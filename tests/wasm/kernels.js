// Which of our kernels a device was given: their files, looked for in the texts that it compiles.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Rooms with kernels. */
const ROOMS = ['crates/network/src', 'crates/optimizers/src'];
/** Behind it stands a line that is written out several times: see `crates/gpu/src/kernel.rs`. */
const EACH = '// each row: ';

/** @type {Set<string>} */
const compiled = new Set();

/** Listens from now on. */
export function listen() {
	const original = GPUDevice.prototype.createShaderModule;
	GPUDevice.prototype.createShaderModule = function (/** @type {GPUShaderModuleDescriptor} */ description) {
		compiled.add(description.code);
		return original.call(this, description);
	};
}

/** The files of kernels that no device was given. @param {string} root */
export function untouched(root) {
	const files = ROOMS.flatMap((room) => {
		const names = readdirSync(join(root, room), { recursive: true, encoding: 'utf8' });
		return names.filter((name) => name.endsWith('.wgsl')).map((name) => `${room}/${name}`);
	});
	if (!files.length) throw new Error('there are no kernels');
	const texts = [...compiled];
	return files.filter((file) => {
		/** @type {string[]} */
		const parts = [''];
		for (const line of readFileSync(join(root, file), 'utf8').split('\n'))
			if (line.includes(EACH)) parts.push('');
			else parts.push(`${parts.pop()}${line}\n`);
		const known = parts.map((text) => text.trim());
		return !texts.some((text) => known.every((part) => text.includes(part)));
	});
}
