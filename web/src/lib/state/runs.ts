// What a run comes to: its record for the table of runs.

import type { EpochRow } from '$lib/engine/history';
import type { Note } from '$lib/engine/notes';
import type { Card, RunState, Setting, Summary } from '$lib/engine/wire';
import {
	finite,
	LIMITS,
	thinPoints,
	thinRows,
	type Edit,
	type Engine,
	type NoteEvent,
	type RunPoints,
	type RunRecord,
	type RunRow
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

/** What its text says of a run: it may be changed on the way. */
export function described(
	card: Card,
	{ ran, link }: RunFacts
): Pick<RunRecord, 'text' | 'sets' | 'edits' | 'edited'> {
	return {
		text: ran.run?.text ?? card.text,
		sets: link.text === null ? link.sets : null,
		edits: card.summary ? editsBetween(card.summary, ran.summary) : [],
		edited: ran.edited
	};
}

/** What the worker took down with the run, in the table's words. */
export function eventOf(note: Note): NoteEvent {
	switch (note.what) {
		case 'paused':
			return { type: 'paused' };
		case 'went_on':
			return { type: 'resumed' };
		case 'step':
			return { type: 'single_steps', count: 1 };
		case 'learning_rate':
			return { type: 'rate', from: note.from, to: note.to };
		case 'more_epochs':
			return { type: 'epochs', from: note.from, to: note.to };
	}
}

/** The limit of gradients in a text that limits them and another one did not, or not so. */
export function clippedBy(text: string, before: string): number | null {
	const clip = (text: string) => /\b(?:global_)?clip(?:norm|value)\s*=\s*([\d.e+-]+)/.exec(text)?.[1];
	const limit = clip(text);
	return limit !== undefined && limit !== clip(before) && Number(limit) > 0 ? Number(limit) : null;
}

/** Of a run that begins. */
export function newRecord(
	card: Card,
	facts: RunFacts,
	own: Pick<RunRecord, 'id' | 'number' | 'created'>
): RunRecord {
	const { summary, run } = facts.ran;
	return {
		...own,
		...described(card, facts),
		experiment: card.id,
		name: '',
		imported: false,
		seed: run?.seed ?? summary.seed,
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

/** What the events of an epoch told of it beside its scores. */
export type Seen = Pick<RunRow, 'figures' | 'rate'> & { end: number };

/**
 * The record with the run's figures of now. `seen`: of the epochs that ended while this page looked; `before`: seconds
 * that it had trained before it was taken up again.
 */
export function grown(
	record: RunRecord,
	{ ran, engine, sample }: RunFacts,
	seen: ReadonlyMap<number, Seen>,
	before: number,
	now: number
): RunRecord {
	const { run, epochs } = ran;
	const last = epochs.at(-1)?.test ?? null;
	const known = new Map(
		record.rows.map((row, index): [number, { row: RunRow; end: number }] => [
			row.epoch,
			{ row, end: record.ends[index] ?? now }
		])
	);
	const rows: RunRow[] = [];
	const ends: number[] = [];
	for (const row of thinRows(epochs, LIMITS.rows)) {
		const old = known.get(row.epoch);
		// Known from before the page was loaded, or from before the run went back: then it was another one.
		const same = old && Object.is(old.row.test.loss, row.test.loss) ? old : null;
		const { end, ...more } = seen.get(row.epoch) ?? { ...extrasOf(same?.row), end: same?.end ?? now };
		rows.push({ ...row, ...more });
		ends.push(same?.end ?? end);
	}
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

function extrasOf(row: RunRow | undefined): Pick<RunRow, 'figures' | 'rate'> {
	return {
		...(row?.figures ? { figures: row.figures } : {}),
		...(row?.rate !== undefined ? { rate: row.rate } : {})
	};
}
