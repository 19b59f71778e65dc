// The published run of the peers bench, read once while the site is built.

import { join } from 'node:path';
import { type BenchRun, shownRuns, type Written } from './bench';
import { assets, optional } from './shelf.server';

/** None when the bench has not run. */
export const benchRuns: BenchRun[] = shownRuns(
	optional<Written>(join(assets, 'bench.json')) ?? { schema: 2, runs: [] }
);
