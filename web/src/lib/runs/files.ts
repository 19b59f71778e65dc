// The files that a reader can take away: everything as JSON (which can be imported again), curves as CSV, TensorBoard's
// event files.

import { csv, csvOfAll } from './csv';
import { exported } from './exchange';
import type { RunRecord } from './record';
import { seriesOf } from './series';
import { tar } from './tar';
import { events } from './tensorboard';

type Form = 'json' | 'csv' | 'tensorboard';
export type MadeFile = { name: string; bytes: Uint8Array<ArrayBuffer> };

/** A name that every file system takes. */
function plain(text: string): string {
	return text
		.normalize('NFKD')
		.replace(/[^\w.-]+/g, '-')
		.replace(/^[-.]+|[-.]+$/g, '')
		.slice(0, 24);
}

const label = (record: RunRecord) => record.name || `run ${record.number}`;

function eventsOf(record: RunRecord) {
	const ends = new Map(record.rows.map(({ epoch }, index) => [epoch - 1, record.ends[index]]));
	const time = (epoch: number | null) => ((epoch === null ? null : ends.get(epoch)) ?? record.created) / 1000;
	// TensorBoard finds its files by this name.
	const name = `events.out.tfevents.${Math.floor(record.created / 1000)}.fireside`;
	return { name, bytes: events(seriesOf(record), time) };
}

/** The folder of a run: its number keeps equal names apart. */
function folder(record: RunRecord): string {
	return ['run', record.number, plain(record.name)].filter(Boolean).join('-');
}

/** `records`: one run, or all. */
export function fileOf(experiment: string, records: readonly RunRecord[], form: Form, now: number): MadeFile {
	const [first] = records;
	const one = records.length === 1 && first ? first : null;
	const name = `fireside-${plain(experiment)}-${one ? folder(one) : 'runs'}`;
	const encode = (text: string) => new TextEncoder().encode(text);
	switch (form) {
		case 'json':
			return { name: `${name}.json`, bytes: encode(exported(records, now)) };
		case 'csv': {
			const all = () =>
				csvOfAll(records.map((record) => ({ name: label(record), series: seriesOf(record) })));
			return { name: `${name}.csv`, bytes: encode(one ? csv(seriesOf(one)) : all()) };
		}
		case 'tensorboard': {
			if (one) {
				const file = eventsOf(one);
				return { name: `${file.name}-${plain(experiment)}-${folder(one)}`, bytes: file.bytes };
			}
			const files = records.map((record) => {
				const file = eventsOf(record);
				const path = `fireside/${folder(record)}/${file.name}`;
				return { path, bytes: file.bytes, time: record.created / 1000 };
			});
			return { name: `${name}.tar`, bytes: tar(files) };
		}
	}
}
