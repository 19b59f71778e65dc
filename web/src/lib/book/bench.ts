// What `cargo xtask bench --peers` measured, as the page shows it. The file's full shape: tests/peers/types.ts.

export type EngineClass = 'cpu' | 'gpu';
export type Size = { raw: number; brotli: number };

export type BenchEngine = {
	id: string;
	library: string;
	version: string;
	backend: string;
	class: EngineClass;
	/** Null where nothing was fetched: in Node. */
	download: Size | null;
	adapter: { description: string; software: boolean } | null;
};

/** Medians over the processes; an engine that failed has none. */
export type BenchRow = {
	engine: string;
	workload: string;
	failed?: string;
	ready_ms?: number;
	step_ms?: number;
	p95_ms?: number;
	step10_ms?: number | null;
	/** This step in steps of ours of the same class. */
	ratio?: number | null;
	agrees?: boolean;
	/** `uploads` is missing in files of before they were counted. */
	counts: { dispatches: number; pipelines: number; submits: number; uploads?: number } | null;
	/** Megabytes at the peak. */
	memory_mb?: number | null;
	/** Fewest later steps of a process: slow engines make few. */
	steps: number;
	/** What the medians are of. The slowest engines are measured once. */
	processes: number;
};

/** A network at one batch size, and when and how it was measured. */
export type BenchWorkload = {
	id: string;
	experiment: string;
	batch: number;
	/** Words of a row, where rows are texts. */
	maxlen?: number;
	/** Instead of a network: two square matrices of so many rows. */
	product?: number;
	/** None for a product. */
	data?: { name: string; sha256: string };
	date: string;
	processes: number;
};

export type BenchRun = {
	host: 'chromium' | 'node';
	host_version: string;
	machine: { cpu: string; cores: number; memory_gb: number; os: string };
	adapter: { description: string; software: boolean } | null;
	software: boolean;
	tolerance: number;
	compared_losses: number;
	engines: BenchEngine[];
	workloads: BenchWorkload[];
	rows: BenchRow[];
};

type Counts = BenchRow['counts'];
type Process = { steps_ms: number[]; counts: Counts };
type WrittenRow = Omit<BenchRow, 'counts' | 'steps' | 'processes'> & { processes: Process[] };
/** As it stands in the file. */
export type Written = { schema: number; runs: (Omit<BenchRun, 'rows'> & { rows: WrittenRow[] })[] };

/** Without the single processes: what the page needs. */
export function shownRuns({ schema, runs }: Written): BenchRun[] {
	if (schema !== 2) throw new Error(`static/bench.json has the unknown schema ${schema}`);
	// Real cards first, browsers before what has none.
	const rank = ({ software, host }: { software: boolean; host: string }) =>
		(software ? 2 : 0) + (host === 'chromium' ? 0 : 1);
	return runs
		.toSorted((a, b) => rank(a) - rank(b))
		.map(({ rows, ...run }) => ({
			host: run.host,
			host_version: run.host_version,
			machine: run.machine,
			adapter: run.adapter,
			software: run.software,
			tolerance: run.tolerance,
			compared_losses: run.compared_losses,
			engines: run.engines,
			workloads: run.workloads.map(({ data, ...one }) => ({
				...{ id: one.id, experiment: one.experiment, batch: one.batch, maxlen: one.maxlen },
				...{ product: one.product, date: one.date, processes: one.processes },
				...(data && { data: { name: data.name, sha256: data.sha256 } })
			})),
			rows: rows.map(
				({ processes, engine, workload, failed, ready_ms, step_ms, p95_ms, step10_ms, ...row }) => ({
					...{ engine, workload, failed, ready_ms, step_ms, p95_ms, step10_ms },
					...{ ratio: row.ratio, agrees: row.agrees, memory_mb: row.memory_mb },
					counts: processes[0]?.counts ?? null,
					steps: Math.min(...processes.map(({ steps_ms }) => steps_ms.length)),
					processes: processes.length
				})
			)
		}));
}

/** When a run was measured last, and the fewest processes that a figure of it is the median of. */
export function measured({ workloads }: BenchRun): { date: string; processes: number } {
	return {
		date:
			workloads
				.map(({ date }) => date)
				.sort()
				.at(-1) ?? '',
		processes: Math.min(...workloads.map(({ processes }) => processes))
	};
}

/** Every data set of some runs, once. */
export function dataOf(runs: BenchRun[]): NonNullable<BenchWorkload['data']>[] {
	const all = runs.flatMap(({ workloads }) => workloads.flatMap(({ data }) => data ?? []));
	return all.filter(({ sha256 }, at) => all.findIndex((other) => other.sha256 === sha256) === at);
}

type Ahead = { workload: string; engine: BenchEngine; times: number };

/** Ours of an engine's class, on one core. */
const oursOf = (run: BenchRun, engine: BenchEngine | undefined): BenchEngine | undefined =>
	run.engines.find(({ id }) => id === `ours-${engine?.class}`);

/** Rows of other libraries beside the row of ours of their class on the same workload: ours on all cores is no other. */
function pairs(run: BenchRun): { engine: BenchEngine; row: BenchRow; ours: BenchRow }[] {
	return run.rows.flatMap((row) => {
		const engine = run.engines.find(({ id }) => id === row.engine);
		const own = oursOf(run, engine);
		const ours = run.rows.find((other) => other.engine === own?.id && other.workload === row.workload);
		return engine && ours && engine.library !== own?.library ? [{ engine, row, ours }] : [];
	});
}

/** Where an engine needs less time than ours of its class: what the page has to say, not hide. */
export function ahead(run: BenchRun, what: 'step_ms' | 'ready_ms'): Ahead[] {
	return pairs(run)
		.flatMap(({ engine, row, ours }) => {
			const times = (ours[what] ?? NaN) / (row[what] ?? NaN);
			return times > 1 ? [{ workload: row.workload, engine, times }] : [];
		})
		.sort((a, b) => b.times - a.times);
}

/** Whether there is a step of ours and one of another engine to compare at all. */
export const comparable = (run: BenchRun): boolean =>
	pairs(run).some(({ row, ours }) => row.step_ms !== undefined && ours.step_ms !== undefined);

/** Engines that are a smaller download than ours of their class. */
export function smaller(run: BenchRun): { engine: BenchEngine; ours: BenchEngine }[] {
	return run.engines.flatMap((engine) => {
		const ours = oursOf(run, engine);
		const less = engine.download && ours?.download && engine.download.brotli < ours.download.brotli;
		return less && ours ? [{ engine, ours }] : [];
	});
}
