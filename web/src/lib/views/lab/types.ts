// What the cards of this page need to know: the shapes of the states, written down so that views depend on data only.

import type { Loading } from './loading';
import type { Card, Checked, DataState, EpochRow, Failure, Score, Summary } from '../experiment/types';
import type { Fitted, Job, MetricValue, Planned, Table } from '../../engine/wire';

export type TaskStatus = 'idle' | 'loading' | 'running' | 'stopping' | 'stopped' | 'finished' | 'failed';

/** `TaskState` as the views see it. */
export interface TaskView {
	readonly card: Card;
	readonly text: string;
	readonly edited: boolean;
	readonly checked: Checked | null;
	readonly summary: Summary;
	readonly status: TaskStatus;
	readonly busy: boolean;
	readonly loading: Loading | null;
	readonly data: DataState | null;
	readonly note: Failure | null;
	readonly engine: 'cpu' | 'gpu' | null;
}

export type RunningFit = {
	job: Job;
	update: number;
	updates: number;
	loss: number;
	curve: readonly number[];
};

/** What is known of the fits. */
export type PlanFacts = {
	readonly planned: Planned | null;
	readonly table: Table | null;
	readonly fitted: readonly Fitted[];
	readonly running: readonly RunningFit[];
	readonly failedJob: Job | null;
};

/** `PlanState` as the views see it. */
export interface PlanView extends TaskView, PlanFacts {
	readonly fits: number;
	readonly workers: number;
	readonly leftMs: number | null;
	readonly keeps: boolean;
}

export type StageView = {
	name: string;
	epochs: number;
	loss: number | null;
	bytes: number | null;
	loaded: number | null;
	measured: { name: string; score: Score; figures: MetricValue[] } | null;
};

/** `StagesState` as the views see it. */
export interface StagesView extends TaskView {
	readonly count: number;
	readonly stages: readonly StageView[];
	readonly epochs: EpochRow[];
	readonly figures: readonly MetricValue[];
}

/** A text that is asked for. */
export type Wish = { prompt: string; length: number; temperature: number; top_k: number; seed: number };
