// What a run comes to: its record for the table of runs.

import type { EpochRow } from '$lib/engine/history';
import type { Card, RunState, Setting, Summary } from '$lib/engine/wire';
import {
	finite,
	LIMITS,
	thinPoints,
	thinRows,
	type Edit,
	type Engine,
	type RunPoints,
	type RunRecord
} from '$lib/runs/record';
import type { Link } from './url';

export type { RunRecord } from '$lib/runs/record';

function settings(summary: Summary): Setting[] {
	return [...summary.settings, ...summary.layers.flatMap((layer) => layer.settings)];
}

/** Settings that both have, with different values. */
export function editsBetween(printed: Summary, now: Summary): Edit[] {
	const before = new Map(settings(printed).map((setting) => [setting.path, setting]));
	const edits: Edit[] = [];
	for (const { path, name, value } of settings(now)) {
		const old = before.get(path);
		if (old && old.name === name && old.value !== value)
			edits.push({ path, name, from: old.value, to: value });
	}
	return edits.slice(0, LIMITS.edits);
}

/** What a run left behind, as `ShownRun` has it. */
export type Ran = {
	run: RunState | null;
	epochs: EpochRow[];
	steps: RunPoints;
	/** Of the run's own text. */
	summary: Summary;
	edited: boolean;
	seconds: number;
};
/** What the card adds. */
export type RunFacts = {
	ran: Ran;
	engine: Engine | null;
	/** The built-in sample is trained on. */
	sample: boolean;
	/** What brings its text back. */
	link: Link;
};

/** Of a run that begins: what stays the same until its end. `printed`: of the book's experiment. */
export function newRecord(
	card: Card,
	{ ran, link }: RunFacts,
	own: Pick<RunRecord, 'id' | 'number' | 'created'>
): RunRecord {
	const { summary } = ran;
	return {
		...own,
		experiment: card.id,
		name: '',
		imported: false,
		text: ran.run?.text ?? card.text,
		sets: link.text === null ? link.sets : null,
		edits: card.summary ? editsBetween(card.summary, summary) : [],
		edited: ran.edited,
		seed: ran.run?.seed ?? summary.seed,
		engine: 'cpu',
		epochs: 0,
		planned: summary.epochs,
		updates: 0,
		accuracy: null,
		loss: null,
		classes: summary.classes > 0,
		parameters: summary.parameters,
		seconds: 0,
		sample: false,
		ended: 'open',
		rows: [],
		ends: [],
		points: { x: [], loss: [], accuracy: [] },
		notes: []
	};
}

/** The record with the run's figures of now. `before`: seconds that it had trained before it was taken up again. */
export function grown(
	record: RunRecord,
	{ ran, engine, sample }: RunFacts,
	before: number,
	now: number
): RunRecord {
	const { run, epochs } = ran;
	const last = epochs.at(-1)?.test ?? null;
	const rows = thinRows(epochs, LIMITS.rows);
	// An epoch keeps its time; one that was trained again has the new one.
	const known = new Map(
		record.rows.map((row, index) => [row.epoch, { row, end: record.ends[index] ?? now }])
	);
	const ends = rows.map(({ epoch, test }) => {
		const old = known.get(epoch);
		return old && Object.is(old.row.test.loss, test.loss) ? old.end : now;
	});
	return {
		...record,
		engine: engine ?? record.engine,
		epochs: epochs.at(-1)?.epoch ?? 0,
		planned: run?.epochs ?? record.planned,
		updates: run?.update ?? record.updates,
		accuracy: record.classes ? finite(last?.accuracy) : null,
		loss: finite(last?.loss),
		seconds: before + ran.seconds,
		sample,
		rows,
		ends,
		points: thinPoints(ran.steps, LIMITS.points)
	};
}
