// The fits of a plan as rows of a table: a setting of the grid each, or, where there is only one, a fold each.

import type { Reported } from '../experiment/types';
import type { PointResult } from '../../engine/wire';
import type { PlanFacts } from './types';

export type FitState = 'waiting' | 'running' | 'done' | 'lost' | 'failed';
export type FitCell = {
	point: number;
	fold: number;
	state: FitState;
	/** Of its updates. */
	share: number;
	figure: number | null;
	/** The figure after every epoch. */
	curve: readonly number[];
};
export type PlanRow = {
	key: number;
	labels: readonly string[];
	cells: FitCell[];
	/** Of a setting; null where rows are folds. */
	result: PointResult | null;
	best: boolean;
	/** What the source printed for this setting. */
	printed: Reported | null;
};
export type Order = 'grid' | 'figure';

function cells({ planned, fitted, running, failedJob }: PlanFacts): FitCell[][] {
	if (!planned) return [];
	const { points, folds } = planned;
	const all = Array.from({ length: points }, (_, point) =>
		Array.from({ length: folds }, (_, fold): FitCell => {
			const failed = failedJob?.point === point && failedJob.fold === fold;
			return { point, fold, state: failed ? 'failed' : 'waiting', share: 0, figure: null, curve: [] };
		})
	);
	const put = (point: number, fold: number, change: Partial<FitCell>) => {
		const cell = all[point]?.[fold];
		if (cell) Object.assign(cell, change);
	};
	for (const { job, update, updates, curve } of running) {
		const share = updates > 0 ? Math.min(1, update / updates) : 0;
		put(job.point, job.fold, { state: 'running', share, curve });
	}
	for (const { job, figure, curve } of fitted) {
		put(job.point, job.fold, { state: figure === null ? 'lost' : 'done', share: 1, figure, curve });
	}
	return all;
}

const same = (labels: readonly string[], point: readonly string[] | undefined) =>
	point?.length === labels.length && labels.every((label, at) => label === point[at]);

/** `largest`: whether the best figure is the largest one. */
export function rowsOf(facts: PlanFacts, reported: readonly Reported[], order: Order): PlanRow[] {
	const { planned } = facts;
	if (!planned) return [];
	const table = facts.table ?? planned.table;
	const all = cells(facts);
	if (planned.points === 1) {
		return (all[0] ?? []).map((cell) => ({
			key: cell.fold,
			labels: [],
			cells: [cell],
			result: null,
			best: false,
			printed: null
		}));
	}
	const rows = table.points.map((result): PlanRow => {
		const { point, labels } = result;
		const printed = reported.find((figure) => same(labels, figure.point)) ?? null;
		return {
			key: point,
			labels,
			cells: all[point] ?? [],
			result,
			best: table.best !== null && table.points[table.best]?.point === point,
			printed
		};
	});
	if (order === 'grid') return rows;
	// Which way is up, the best one says: nothing of the others is better.
	const best = rows.find((row) => row.best)?.result?.mean ?? 0;
	const down = rows.some(({ result }) => (result?.mean ?? best) > best);
	const rank = ({ result }: PlanRow) => {
		const mean = result?.mean ?? null;
		return mean === null ? Infinity : down ? mean : -mean;
	};
	// Those without a figure stay behind, in the order of the grid.
	return [...rows].sort((a, b) => {
		const [one, other] = [rank(a), rank(b)];
		return one === other ? a.key - b.key : one - other;
	});
}

/** The source's figure of the whole: of the best setting, or the mean of the folds. */
export function wholePrinted(reported: readonly Reported[], metric: string): Reported | null {
	return reported.find((figure) => figure.metric === metric && !figure.point?.length) ?? null;
}

export type Main = 'start' | 'cancel' | 'stopping' | 'loading' | 'go_on' | 'again' | 'retry';

/** What the one button does. */
export function mainOf(status: string, done: number, fits: number): Main {
	if (status === 'loading' || status === 'running') return 'cancel';
	if (status === 'stopping') return 'stopping';
	if (status === 'failed') return 'retry';
	if (fits > 0 && done >= fits) return 'again';
	return done > 0 ? 'go_on' : 'start';
}
