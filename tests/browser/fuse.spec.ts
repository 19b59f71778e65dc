// Multiplication and addition as one instruction, where the browser has it: the engine that the worker compiles is the file with
// the listed bytes changed, and learns the same numbers but for their rounding. A browser without it gets the file as it is.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { recordLosses, takeLosses } from './losses.ts';
import { cardOf, expect, test } from './site.ts';
import { inTrainWorker, trainWorker } from './worker-code.ts';

const engine = resolve(import.meta.dirname, '../../web/src/lib/engine/wasm/cpu');
const edits: number[][] = JSON.parse(readFileSync(join(engine, 'fused.json'), 'utf8'));
const UPDATES = 5;

type Looking = { compiled: Uint8Array };

/** Keeps what is compiled. */
const KEEP = `
	const compile = WebAssembly.compileStreaming;
	WebAssembly.compileStreaming = async (coming) => {
		const response = await coming;
		globalThis.compiled = new Uint8Array(await response.clone().arrayBuffer());
		return compile(response);
	};`;
/** An older browser: it refuses modules of the one instruction. */
const REFUSE = `
	const valid = WebAssembly.validate;
	WebAssembly.validate = (code) => !code.join().includes('253,133,2') && valid(code);`;

/** Trains a little; what the worker has compiled at the places of the list, and the losses. */
async function train(page: Page, code: string) {
	await inTrainWorker(page, code);
	await recordLosses(page);
	const card = await cardOf(page, '13.4');
	await card.train();
	await card.reaches(UPDATES);
	const places = edits.map(([at = 0, ...bytes]) => [at, bytes.length]);
	const found = await trainWorker(page).evaluate((places) => {
		const { compiled } = globalThis as unknown as Looking;
		return places.map(([at = 0, length = 0]) => [at, ...compiled.subarray(at, at + length)]);
	}, places);
	const losses = (await takeLosses(page)).slice(0, UPDATES).map(({ loss }) => loss);
	return { found, losses };
}

test('multiplication and addition are one instruction where the browser has it', async ({
	page,
	context
}) => {
	// Each of the eight sums of a tile: three bytes that do nothing, and the one instruction.
	expect(edits.filter(([, ...bytes]) => `${bytes}` === '253,133,2').length).toBeGreaterThanOrEqual(8);
	const fused = await train(page, KEEP);
	expect(fused.found).toEqual(edits);
	const older = await train(await context.newPage(), KEEP + REFUSE);
	const file = readFileSync(join(engine, 'fireside_bg.wasm'));
	expect(older.found).toEqual(edits.map(([at = 0]) => [at, ...file.subarray(at, at + 3)]));
	for (const [at, loss] of fused.losses.entries())
		expect(Math.abs(loss - (older.losses[at] ?? NaN))).toBeLessThanOrEqual(1e-5);
	expect(fused.losses, 'rounded once, not twice').not.toEqual(older.losses);
});
