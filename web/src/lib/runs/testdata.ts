// Runs for the tests: with numbers that differ everywhere, and everything that a record can hold.

import type { NoteEvent, RunRecord, RunRow } from './record';

export function row(epoch: number, loss = 1 / epoch): RunRow {
	return {
		epoch,
		train: { loss: loss + 0.01, accuracy: 0.8 + epoch / 100, rows: 600 },
		validation: null,
		test: { loss, accuracy: 0.9 + epoch / 100, rows: 100 },
		rate: 0.001 / epoch
	};
}

export const events: NoteEvent[] = [
	{ type: 'paused' },
	{ type: 'resumed' },
	{ type: 'rate', from: 0.001, to: 0.01 },
	{ type: 'single_steps', count: 3 },
	{ type: 'epochs', from: 2, to: 5 },
	{ type: 'diverged', reason: 'loss_nan' },
	{ type: 'went_back', to: 5 },
	{ type: 'clipping', to: 1 },
	{ type: 'device', from: 'gpu', to: 'cpu' }
];

/** As `readRecord` gives it back: the order of the fields does not count. */
export function record(part: Partial<RunRecord> = {}): RunRecord {
	const rows = part.rows ?? [row(1), row(2)];
	return {
		id: 'a1b2',
		experiment: '13.4',
		number: 1,
		name: '',
		created: 1_700_000_000_500,
		imported: false,
		text: 'seed = 7\n',
		sets: [['training.epochs', '2']],
		edits: [{ path: 'training.epochs', name: 'epochs', from: '10', to: '2' }],
		edited: true,
		seed: 7,
		engine: 'cpu',
		epochs: rows.at(-1)?.epoch ?? 0,
		planned: 2,
		updates: 20,
		accuracy: rows.at(-1)?.test.accuracy ?? null,
		loss: rows.at(-1)?.test.loss ?? null,
		classes: true,
		parameters: 592_074,
		seconds: 12.5,
		sample: false,
		ended: 'finished',
		rows,
		ends: rows.map((_, index) => 1_700_000_010_250 + index * 1000),
		points: { x: [0.1, 0.2], loss: [2.3, 1.1], accuracy: [0.1, 0.5] },
		notes: events.map((event, index) => ({ ...event, update: index + 1, at: 1_700_000_001_000 + index })),
		...part
	};
}
