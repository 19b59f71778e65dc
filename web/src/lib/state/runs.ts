// The table of runs of this visit: what was changed against the book's experiment, and what came of it.

import type { EpochRow } from '$lib/engine/history';
import type { Card, RunState, Setting, Summary } from '$lib/engine/wire';

export type Edit = { path: string; name: string; from: string; to: string };

export type RunRecord = {
	/** Settings that differ from the printed experiment: the place in the text and its values. */
	edits: Edit[];
	/** The text differs, also where no setting shows it. */
	edited: boolean;
	seed: number;
	/** Whole epochs done, and asked for. */
	epochs: number;
	planned: number;
	/** Test figures after the last whole epoch; null before the first. */
	accuracy: number | null;
	loss: number | null;
	parameters: number;
	/** Time of training, pauses not counted. */
	seconds: number;
	/** Measured on the built-in sample: not comparable. */
	sample: boolean;
	ended: 'finished' | 'stopped' | 'diverged';
};

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
	return edits;
}

/** What a run left behind, as `ShownRun` has it. */
export type Ran = {
	run: RunState | null;
	epochs: EpochRow[];
	/** Of the run's own text. */
	summary: Summary;
	edited: boolean;
	seconds: number;
};

export function recordOf(card: Card, ran: Ran, sample: boolean, ended: RunRecord['ended']): RunRecord {
	const last = ran.epochs.at(-1)?.test ?? null;
	return {
		edits: card.summary ? editsBetween(card.summary, ran.summary) : [],
		edited: ran.edited,
		seed: ran.run?.seed ?? ran.summary.seed,
		epochs: ran.epochs.length,
		planned: ran.run?.epochs ?? ran.summary.epochs,
		accuracy: last?.accuracy ?? null,
		loss: last?.loss ?? null,
		parameters: ran.summary.parameters,
		seconds: ran.seconds,
		sample,
		ended
	};
}
