// 2,000 steps: a reader lets an experiment run for an hour, and neither its memory nor the time of a step may grow.

import { expect, test } from '@playwright/test';
import { longRun } from '../gpu/dawn.ts';

/** A machine that does something else for a while is not an engine that slows down. */
const SLOWER = 1.5;

test('2,000 steps of 13.4 on the CPU engine: memory stays, a step takes as long at the end as at the beginning', async () => {
	test.setTimeout(5 * 60_000);
	const { parts } = await longRun('cpu', 2_000);
	for (const { ms, loss, bytes } of parts)
		console.log(
			`${ms.toFixed(1)} ms, loss ${loss}, ${bytes.map((one) => (one / 1e6).toFixed(1)).join(' / ')} MB`
		);
	expect(parts).toHaveLength(10);
	const module = parts.map(({ bytes }) => bytes[0]);
	expect(module.at(-1), 'memory of the module').toBe(module[0]);
	const fastest = (some: typeof parts) => Math.min(...some.map(({ ms }) => ms));
	expect(fastest(parts.slice(-3)), 'time of a step').toBeLessThan(SLOWER * fastest(parts.slice(0, 3)));
	expect(parts.at(-1)?.loss, 'it learns').toBeLessThan((parts[0]?.loss ?? 0) / 2);
});
