// What `child.js`, `steps.js` and `long.js` find, and starting them.

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
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

/** Three losses of an experiment on the GPU engine, on the CPU engine, and how far they are apart. */
export interface Steps {
	id: string;
	mine: number[];
	yours: number[];
	apart: number;
	ms: number;
}

/** Of every experiment that learns, in the order of their files. */
export async function stepsOfAll(): Promise<{ ids: string[]; found: Steps[] }> {
	const folder = join(root, 'crates/book/experiments');
	const learns = (name: string) =>
		/^kind = "(train|sweep|generate)"$/m.test(readFileSync(join(folder, name), 'utf8'));
	const ids = readdirSync(folder).sort().filter(learns);
	const lines = await node('steps.js');
	return {
		ids: ids.map((name) => name.replace(/\.toml$/, '')),
		found: lines.map((line) => JSON.parse(line) as Steps)
	};
}

/** A long run in tenths: medians and means of each, and the bytes of the module, of the device and of the process after it. */
export interface LongRun {
	engine: 'cpu' | 'gpu';
	steps: number;
	parts: { ms: number; loss: number; bytes: [module: number, device: number, process: number] }[];
}

/** 13.4 on real digits, in batches of 8. */
export async function longRun(engine: LongRun['engine'], steps: number): Promise<LongRun> {
	const lines = await node('long.js', engine, `${steps}`);
	return JSON.parse(lines.at(-1) ?? '') as LongRun;
}

async function run(adapterIs: string): Promise<Compared> {
	const lines = await node('child.js', adapterIs);
	return JSON.parse(lines.at(-1) ?? '') as Compared;
}

/** What a script of this folder prints, in a Node of its own. */
async function node(script: string, ...more: string[]): Promise<string[]> {
	const data = process.env['FIRESIDE_DATA'] ?? join(root, '../shared/data');
	const args = [join(import.meta.dirname, script), root, data, ...more];
	const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 24 });
	return stdout.trim().split('\n');
}
