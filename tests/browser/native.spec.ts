// One seed, one run: the wasm engine and the terminal give the same first losses, on real MNIST.
//
// The engine runs in this process (Node has Chromium's V8), because no page may import it outside of a worker.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import { parcel } from './parcel.js';

const root = resolve(import.meta.dirname, '../..');
const modules = join(root, 'web/src/lib/engine/wasm');
const engine = join(modules, 'cpu');
const target = process.env['CARGO_TARGET_DIR'] ?? join(root, 'target');
const program = join(target, 'release/fireside');
const data = process.env['FIRESIDE_DATA'] ?? join(root, '../shared/data');

/** Of the design's table: losses of a run over ten steps. */
const TOLERANCE = 1e-4;
const STEPS = 10;

interface Step {
	type: string;
	loss: number;
}
interface Rows {
	free(): void;
}
interface Engine {
	initSync(bytes: { module: Uint8Array }): unknown;
	open(lost: (reason: string) => void): Promise<void>;
	edit(text: string, path: string, value: string): string;
	Data: { from_parcel(bytes: Uint8Array): Rows };
	Session: new (text: string, data: Rows) => { advance(steps: number): Promise<Step[]>; free(): void };
}

const files = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'].map(
	(name) => `${name}-ubyte.gz`
);

async function load(): Promise<{ wasm: Engine; rows: Rows }> {
	const wasm = (await import(pathToFileURL(join(engine, 'fireside.js')).href)) as Engine;
	wasm.initSync({ module: readFileSync(join(engine, 'fireside_bg.wasm')) });
	await wasm.open(() => {});
	const paths = files.map((name) => join(data, 'mnist', name));
	return { wasm, rows: wasm.Data.from_parcel(await parcel(modules, 'mnist', paths)) };
}

function native(id: string): number[] {
	const args = ['train', id, '--steps', `${STEPS}`, '--data', data, '--json'];
	const lines = execFileSync(program, args, {
		cwd: root,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore']
	});
	const steps = lines
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as Step);
	return steps.filter((step) => step.type === 'step').map((step) => step.loss);
}

// With the seed that each file states (7). Not every seed can pass: where a unit's sum lies within rounding of
// zero, its relu opens on one machine and not on the other, and later losses part. LENET with seed 8 is such a
// case (1.5e-4 within ten steps); of five seeds and four networks tried it was the only one above the bound.
test('the first ten losses agree natively and in wasm', async () => {
	const { wasm, rows } = await load();
	for (const id of ['13.3', '13.4', '13.5', '002-LENET']) {
		const text = readFileSync(join(root, `crates/book/experiments/${id}.toml`), 'utf8');
		const session = new wasm.Session(text, rows);
		const expected = native(id);
		expect(expected, `${id} natively`).toHaveLength(STEPS);
		let worst = 0;
		for (const loss of expected) {
			const [step] = await session.advance(1);
			expect(step?.type, id).toBe('step');
			worst = Math.max(worst, Math.abs((step?.loss ?? NaN) - loss));
		}
		session.free();
		console.log(`${id}: largest difference of ${STEPS} losses ${worst.toExponential(1)}`);
		expect(worst, `${id}: largest difference of ${STEPS} losses`).toBeLessThanOrEqual(TOLERANCE);
	}
});

test('a step of 13.4 at batch 64 keeps its pace', async () => {
	const { wasm, rows } = await load();
	const text = readFileSync(join(root, 'crates/book/experiments/13.4.toml'), 'utf8');
	const session = new wasm.Session(wasm.edit(text, 'training.batch_size', '64'), rows);
	const times: number[] = [];
	for (let step = 0; step < 60; step += 1) {
		const began = performance.now();
		await session.advance(1);
		times.push(performance.now() - began);
	}
	session.free();
	// The first steps run in V8's baseline compiler.
	const later = times.slice(20).sort((a, b) => a - b);
	const median = later[Math.floor(later.length / 2)] ?? Infinity;
	console.log(`13.4, batch 64: median step ${median.toFixed(1)} ms`);
	// The prototype took 135 to 165 ms on an idle machine; without SIMD it is far above this.
	expect(median).toBeLessThan(165);
});
