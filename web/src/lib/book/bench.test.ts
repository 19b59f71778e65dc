import { describe, expect, it } from 'vitest';
import {
	ahead,
	type BenchEngine,
	type BenchRun,
	comparable,
	dataOf,
	measured,
	shownRuns,
	smaller,
	type Written
} from './bench';

const engine = (id: string, kind: 'cpu' | 'gpu', brotli: number): BenchEngine => ({
	...{ id, library: id, version: '1', backend: 'wasm', class: kind, adapter: null },
	download: { raw: 3 * brotli, brotli }
});
const process = (step: number) => ({
	steps_ms: [step, step],
	counts: { dispatches: 56, pipelines: 61, submits: 57 }
});
const row = (id: string, step_ms: number, ready_ms: number) => ({
	...{ engine: id, workload: 'w', step_ms, ready_ms, agrees: true },
	processes: [process(step_ms)]
});

const workload = (id: string, date: string, processes: number, sha256: string) => ({
	...{ id, experiment: '13.4', batch: 8, date, processes },
	data: { name: 'mnist', origin: 'official', sha256 }
});
const workloads = [
	workload('w', '2026-11-28', 5, 'ab'),
	workload('before', '2026-11-27', 3, 'cd'),
	workload('too', '2026-11-27', 5, 'ab')
];

function runs(rows: Written['runs'][number]['rows']): BenchRun[] {
	const run = {
		...{ host: 'chromium' as const, host_version: 'Chromium 156' },
		machine: { cpu: 'a CPU', cores: 2, memory_gb: 24, os: 'linux' },
		...{ adapter: null, software: false },
		...{ tolerance: 1e-3, compared_losses: 5, workloads },
		engines: [
			engine('ours-cpu', 'cpu', 441_000),
			{ ...engine('ours-threads', 'cpu', 441_000), library: 'ours-cpu' },
			engine('peer', 'cpu', 74_000),
			engine('card', 'gpu', 88_000)
		],
		rows
	};
	return shownRuns({ schema: 2, runs: [run] });
}

describe('a published run', () => {
	const [run] = runs([
		...[row('ours-cpu', 20, 500), row('ours-threads', 11, 400)],
		...[row('peer', 10, 2_000), row('card', 1, 9_000)]
	]);
	if (!run) throw new Error('no run');

	it('is shown without its single processes', () => {
		expect(run.rows[0]).toMatchObject({
			engine: 'ours-cpu',
			step_ms: 20,
			steps: 2,
			processes: 1,
			counts: { dispatches: 56 }
		});
		expect(JSON.stringify(run)).not.toContain('steps_ms');
	});
	it('says where others are ahead, within a class and for each measure on its own', () => {
		expect(ahead(run, 'step_ms')).toMatchObject([{ engine: { id: 'peer' }, workload: 'w', times: 2 }]);
		expect(ahead(run, 'ready_ms')).toEqual([]);
		expect(smaller(run).map(({ engine }) => engine.id)).toEqual(['peer']);
	});
	it('makes no claim where nothing of ours was measured', () => {
		const [other] = runs([
			row('peer', 10, 2_000),
			{ engine: 'ours-cpu', workload: 'w', failed: 'x', processes: [] }
		]);
		expect(other && [ahead(other, 'step_ms'), comparable(other), comparable(run)]).toEqual([[], false, true]);
	});
	it('that was measured in several goes says the last day, the fewest processes and every data set once', () => {
		expect(measured(run)).toEqual({ date: '2026-11-28', processes: 3 });
		expect(dataOf([run, run])).toEqual([
			{ name: 'mnist', sha256: 'ab' },
			{ name: 'mnist', sha256: 'cd' }
		]);
	});
	it('of an unknown schema stops the build', () => {
		expect(() => shownRuns({ schema: 1, runs: [] })).toThrow('schema');
	});
});
