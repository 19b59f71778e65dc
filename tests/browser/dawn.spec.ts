// The WebGPU engine against the CPU engine, layer by layer and step by step, in Node with Dawn: seconds, not minutes.

import { expect, test } from '@playwright/test';
import { dawn, dawnAsCard } from '../gpu/dawn.ts';

/** Of the design's table: the GPU against the CPU. */
const TOLERANCE = 1e-3;
/** Kernels that a step of 13.4 may launch; jax-js launches 57 for a step with a simpler optimizer. */
const DISPATCHES = 57;

test('the WebGPU engine computes what the CPU engine computes', async () => {
	test.setTimeout(10 * 60_000);
	const found = await dawn();
	console.log(`WebGPU in Node: ${found.adapter}`);
	for (const [id, { layers, losses, pipelines }] of Object.entries(found.experiments)) {
		const worst = layers.reduce((a, b) => (b[1] > a[1] ? b : a));
		console.log(
			`${id}: ${layers.length} layers, worst ${worst[0]} ${worst[1].toExponential(1)}; ` +
				`three losses ${losses.toExponential(1)}; ${pipelines} new kernels`
		);
		for (const [name, difference] of layers)
			expect(difference, `${id}, ${name}`).toBeLessThanOrEqual(TOLERANCE);
		expect(losses, `${id}: three losses`).toBeLessThanOrEqual(TOLERANCE);
	}
	expect(Object.keys(found.rules)).toHaveLength(10);
	for (const [rule, difference] of Object.entries(found.rules)) {
		console.log(`13.3 with ${rule}: five losses ${difference.toExponential(1)}`);
		expect(difference, rule).toBeLessThanOrEqual(TOLERANCE);
	}
	const { step, growth, moved, counts } = found;
	console.log(
		`13.4 at batch 8: ${step.dispatches} kernels, ${step.submits} submits, ${step.uploads} uploads a step, ` +
			`${step.ms.toFixed(0)} ms; memory ${(growth.live / 1e6).toFixed(1)} MB, ${growth.bytes} B more after 40 steps`
	);
	expect(step.dispatches).toBeGreaterThan(10);
	expect(step.dispatches).toBeLessThanOrEqual(DISPATCHES);
	expect(step.pipelines, 'nothing is compiled after the warm-up').toBe(0);
	expect(growth.bytes, 'memory does not grow').toBeLessThanOrEqual(1 << 20);
	expect(moved, 'a run that moves to the CPU goes on alike').toBeLessThanOrEqual(TOLERANCE);
	expect(counts.dispatches).toBeGreaterThan(step.dispatches);
});

test('so do the kernels that a card gets', async () => {
	test.setTimeout(5 * 60_000);
	const { experiments } = await dawnAsCard();
	for (const [id, { layers }] of Object.entries(experiments)) {
		const worst = layers.reduce((a, b) => (b[1] > a[1] ? b : a));
		console.log(
			`${id}, as on a card: ${layers.length} layers, worst ${worst[0]} ${worst[1].toExponential(1)}`
		);
		for (const [name, difference] of layers)
			expect(difference, `${id}, ${name}`).toBeLessThanOrEqual(TOLERANCE);
	}
});
