// What `child.js` finds, and starting it.

import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const root = resolve(import.meta.dirname, '../..');

export interface Compared {
	adapter: string;
	/** Largest difference of every layer, forward and backward, and of the first losses of a run. */
	experiments: Record<string, { layers: [string, number][]; losses: number; pipelines: number }>;
}
export interface Found extends Compared {
	/** Largest difference of five losses under every update rule. */
	rules: Record<string, number>;
	step: { dispatches: number; submits: number; pipelines: number; uploads: number; ms: number };
	growth: { bytes: number; live: number };
	moved: number;
	counts: { dispatches: number; pipelines: number };
}

/** Runs the engines in a Node of their own. Fails when there is no WebGPU. */
export const dawn = (): Promise<Found> => run('') as Promise<Found>;

/** Only the layers, with the kernels that a card gets. */
export const dawnAsCard = (): Promise<Compared> => run('card');

async function run(adapterIs: string): Promise<Compared> {
	const data = process.env['FIRESIDE_DATA'] ?? join(root, '../shared/data');
	const child = join(import.meta.dirname, 'child.js');
	const { stdout } = await promisify(execFile)(process.execPath, [child, root, data, adapterIs], {
		maxBuffer: 1 << 24
	});
	return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Compared;
}
