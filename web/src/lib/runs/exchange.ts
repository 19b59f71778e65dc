// Runs as a JSON file, and back. A file can come from anyone: it is bounded, read field by field, and what is wrong
// with a run is said with its place, while the sound ones are taken.

import { Field, Unreadable, type Problem } from './fields';
import {
	cleanName,
	finite,
	LIMITS,
	type Edit,
	type Engine,
	type NoteEvent,
	type RunNote,
	type RunRecord,
	type RunRow
} from './record';
import { byEpoch, seriesOf, stepsOf } from './series';
import type { MetricValue, Score } from '../engine/wire';

export const FORMAT = 'fireside-runs';
export const VERSION = 1;
export const FILE_LIMIT = 20_000_000;
const RUNS_LIMIT = 500;

/** What is wrong with the file as a whole. */
export type FileWrong =
	| { code: 'file_too_large'; args: { megabytes: string; limit: string } }
	| { code: 'file_unreadable'; args: { reason: string } }
	| { code: 'file_events'; args: Record<string, never> }
	| { code: 'file_csv'; args: Record<string, never> }
	| { code: 'file_not_json'; args: { reason: string } }
	| { code: 'file_other'; args: Record<string, never> }
	| { code: 'file_newer'; args: { found: string; known: string } };
export type Read = { records: RunRecord[]; problems: (Problem | (FileWrong & { place: '' }))[] };

/** The curves as Keras's `History` has them; null where there is no number. */
function curves(record: RunRecord) {
	const series = seriesOf(record);
	const epoch = stepsOf(series);
	const values = series.map((one) => {
		const at = byEpoch(one);
		return [one.name, epoch.map((step) => finite(at.get(step)))] as const;
	});
	return { epoch, history: Object.fromEntries(values) };
}

/** The file's text: everything that is known of the runs, and their curves as Keras would give them. */
export function exported(records: readonly RunRecord[], written: number): string {
	const runs = records.map((record) => ({ ...record, curves: curves(record) }));
	return `${JSON.stringify({ format: FORMAT, version: VERSION, written: new Date(written).toISOString(), runs }, null, '\t')}\n`;
}

const BIG = Number.MAX_SAFE_INTEGER;
const ENGINES: readonly Engine[] = ['cpu', 'gpu'];
const PATH = /^[a-z_][\w.[\]]{0,79}$/i;
const LINE = /^[\x20-\x7e]{1,200}$/;

function score(field: Field): Score {
	return {
		loss: field.get('loss').figure(),
		accuracy: field.get('accuracy').figure(),
		rows: field.get('rows').whole(0, BIG)
	};
}

function metric(field: Field): MetricValue {
	return {
		name: field.get('name').match(/^[\w.-]{1,60}$/, 60, 'a-z, 0-9, _'),
		value: field.get('value').figure()
	};
}

function row(field: Field): RunRow {
	const figures = field.get('figures').optional((all) => all.list(LIMITS.figures, metric));
	const rate = field.get('rate').optional((one) => one.number(0));
	return {
		epoch: field.get('epoch').whole(1, 1e9),
		train: score(field.get('train')),
		validation: field.get('validation').optional(score),
		test: score(field.get('test')),
		...(figures && figures.length > 0 ? { figures } : {}),
		...(rate !== null ? { rate } : {})
	};
}

function edit(field: Field): Edit {
	return {
		path: field.get('path').match(PATH, 80, 'layers[2].rate'),
		name: field.get('name').match(/^\w{1,60}$/, 60, 'a-z, 0-9, _'),
		from: field.get('from').text(200),
		to: field.get('to').text(200)
	};
}

function event(field: Field): NoteEvent {
	const number = (name: string) => field.get(name).number(0);
	const whole = (name: string) => field.get(name).whole(0, BIG);
	const engine = (name: string) => field.get(name).choice(ENGINES);
	const types = [
		'paused',
		'resumed',
		'rate',
		'single_steps',
		'epochs',
		'diverged',
		'went_back',
		'clipping',
		'device'
	] as const satisfies NoteEvent['type'][];
	const type = field.get('type').choice(types);
	switch (type) {
		case 'paused':
		case 'resumed':
			return { type };
		case 'rate':
			return { type, from: number('from'), to: number('to') };
		case 'single_steps':
			return { type, count: whole('count') };
		case 'epochs':
			return { type, from: whole('from'), to: whole('to') };
		case 'diverged':
			return { type, reason: field.get('reason').match(/^\w{1,60}$/, 60, 'a-z, _') };
		case 'went_back':
			return { type, to: whole('to') };
		case 'clipping':
			return { type, to: number('to') };
		case 'device':
			return { type, from: engine('from'), to: engine('to') };
	}
}

/** In ms since 1970, as far as dates go. */
const time = (field: Field) => field.number(0, 8.64e15);

function note(field: Field): RunNote {
	return { ...event(field), update: field.get('update').whole(0, BIG), at: time(field.get('at')) };
}

function rising(field: Field, values: readonly number[]): void {
	values.forEach((found, index) => {
		const before = values[index - 1];
		if (before !== undefined && !(found > before))
			field.fail({ code: 'not_rising', args: { found: String(found), before: String(before) } });
	});
}

function sameLength(field: Field, values: readonly unknown[], expected: number): void {
	if (values.length !== expected)
		field.fail({
			code: 'other_length',
			args: { found: String(values.length), expected: String(expected) }
		});
}

/** A run, or an exception that says what is wrong with it. */
export function readRecord(field: Field): RunRecord {
	const rows = field.get('rows').list(LIMITS.rows, row);
	const numbers = (one: Field) => one.list(LIMITS.points, (value) => value.number());
	const points = {
		x: numbers(field.get('points').get('x')),
		loss: numbers(field.get('points').get('loss')),
		accuracy: numbers(field.get('points').get('accuracy'))
	};
	rising(
		field.get('rows'),
		rows.map(({ epoch }) => epoch)
	);
	sameLength(field.get('points').get('loss'), points.loss, points.x.length);
	sameLength(field.get('points').get('accuracy'), points.accuracy, points.x.length);
	const ends = field.get('ends').list(LIMITS.rows, time);
	sameLength(field.get('ends'), ends, rows.length);
	const last = rows.at(-1)?.test ?? null;
	const classes = field.get('classes').flag();
	return {
		id: field.get('id').match(/^[\w-]{1,64}$/, 64, 'a-z, 0-9, -'),
		experiment: field.get('experiment').match(/^[\w.-]{1,40}$/, 40, '13.4'),
		number: field.get('number').whole(1, 1e6),
		name: cleanName(field.get('name').text(200)),
		created: time(field.get('created')),
		imported: field.get('imported').flag(),
		text: field.get('text').text(LIMITS.text),
		sets: field.get('sets').optional((all) =>
			all.list(LIMITS.edits, (set): [string, string] => {
				const pair = set.list(2, (one) => one);
				const [path, value] = pair;
				if (!path || !value) sameLength(set, pair, 2);
				return [(path ?? set).match(PATH, 80, 'layers[2].rate'), (value ?? set).match(LINE, 200, 'one line')];
			})
		),
		edits: field.get('edits').list(LIMITS.edits, edit),
		edited: field.get('edited').flag(),
		seed: field.get('seed').whole(0, BIG),
		engine: field.get('engine').choice(ENGINES),
		epochs: field.get('epochs').whole(rows.at(-1)?.epoch ?? 0, 1e9),
		planned: field.get('planned').whole(0, 1e9),
		updates: field.get('updates').whole(0, BIG),
		// What the rows say, whatever stands beside them.
		accuracy: classes ? finite(last?.accuracy) : null,
		loss: finite(last?.loss),
		classes,
		parameters: field.get('parameters').whole(0, BIG),
		seconds: field.get('seconds').number(0),
		sample: field.get('sample').flag(),
		ended: field.get('ended').choice(['open', 'finished', 'stopped', 'diverged']),
		rows,
		ends,
		points,
		notes: field.get('notes').list(LIMITS.notes, note)
	};
}

/** The same, or null where it is none: for what lies in the browser's own storage. */
export function recordOrNull(value: unknown): RunRecord | null {
	try {
		return readRecord(new Field(value, ''));
	} catch (error) {
		if (error instanceof Unreadable) return null;
		throw error;
	}
}

/** Only the beginning: what kind of file it is. */
function foreign(text: string): FileWrong | null {
	if (text.includes('brain.Event')) return { code: 'file_events', args: {} };
	if (/^\uFEFF?(run,)?epoch(,|\n|\r)/.test(text)) return { code: 'file_csv', args: {} };
	return null;
}

/** All runs of `experiment` in a file, and what is wrong with the others. */
export function readExport(text: string, experiment: string): Read {
	const nothing = (wrong: FileWrong): Read => ({ records: [], problems: [{ ...wrong, place: '' }] });
	const other = foreign(text.slice(0, 200));
	if (other) return nothing(other);
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		return nothing({ code: 'file_not_json', args: { reason: reason.slice(0, 120) } });
	}
	const whole = new Field(value, '');
	const read: Read = { records: [], problems: [] };
	try {
		const object = typeof value === 'object' && value !== null && !Array.isArray(value);
		if (!object || whole.get('format').value !== FORMAT) return nothing({ code: 'file_other', args: {} });
		const version = whole.get('version').whole(1, 1e6);
		if (version > VERSION)
			return nothing({ code: 'file_newer', args: { found: String(version), known: String(VERSION) } });
		whole.get('runs').list(RUNS_LIMIT, (run) => {
			try {
				const record = readRecord(run);
				if (record.experiment !== experiment)
					run.get('experiment').fail({
						code: 'other_experiment',
						args: { found: record.experiment, expected: experiment }
					});
				read.records.push(record);
			} catch (error) {
				if (!(error instanceof Unreadable)) throw error;
				read.problems.push(error.problem);
			}
		});
	} catch (error) {
		if (!(error instanceof Unreadable)) throw error;
		read.problems.push(error.problem);
	}
	return read;
}

/** A file that the reader chose. */
export async function readFile(file: Blob, experiment: string): Promise<Read> {
	const nothing = (wrong: FileWrong): Read => ({ records: [], problems: [{ ...wrong, place: '' }] });
	const megabytes = (bytes: number) => String(Math.ceil(bytes / 1e6));
	if (file.size > FILE_LIMIT)
		return nothing({
			code: 'file_too_large',
			args: { megabytes: megabytes(file.size), limit: megabytes(FILE_LIMIT) }
		});
	try {
		return readExport(await file.text(), experiment);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		return nothing({ code: 'file_unreadable', args: { reason: reason.slice(0, 120) } });
	}
}
