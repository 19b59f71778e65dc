// Every experiment of the book that learns: its first three losses on the WebGPU engine are those of the CPU engine.

import { expect, test } from '@playwright/test';
import { stepsOfAll } from '../gpu/dawn.ts';

/** Of the design's table: the GPU against the CPU. */
const TOLERANCE = 1e-3;

test('the first three losses of every experiment agree on both engines', async () => {
	test.setTimeout(10 * 60_000);
	const { ids, found } = await stepsOfAll();
	for (const { id, apart, ms } of found)
		console.log(`${id}: three losses ${apart.toExponential(1)} apart, ${ms} ms`);
	expect(found.map(({ id }) => id)).toEqual(ids);
	for (const { id, mine, apart } of found) {
		expect(mine, id).toHaveLength(3);
		expect(apart, id).toBeLessThanOrEqual(TOLERANCE);
	}
});
