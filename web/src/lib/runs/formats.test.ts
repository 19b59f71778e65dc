// The page's files against those that the `fireside` program wrote: `reference.json` says how it was called.

import { describe, expect, it } from 'vitest';
import { csv, csvOfAll, field, number } from './csv';
import { exported } from './exchange';
import { fileOf } from './files';
import type { RunRow } from './record';
import reference from './reference.json';
import { seriesOf, stepsOf, type Series } from './series';
import { crc32c, events } from './tensorboard';
import { record, row } from './testdata';

type Curves = { epoch: number[]; history: Record<string, number[]> };
const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const cases = (['classes', 'metric'] as const).map((kind) => ({
	kind,
	...reference[kind],
	curves: JSON.parse(reference[kind].json) as Curves
}));

/** The epochs of a run as the page has them, out of the program's JSON. */
function rowsOf({ epoch, history }: Curves, classes: boolean): RunRow[] {
	const known = ['loss', 'accuracy', 'val_loss', 'val_accuracy', 'test_loss', 'test_accuracy', 'lr'];
	const at = (name: string, index: number) => history[name]?.[index] ?? NaN;
	const score = (part: string, index: number) => ({
		loss: at(`${part}loss`, index),
		accuracy: classes ? at(`${part}accuracy`, index) : 0,
		rows: 1
	});
	return epoch.map((step, index) => {
		const own = Object.keys(history).filter((name) => !known.includes(name));
		return {
			epoch: step + 1,
			train: score('', index),
			validation: history['val_loss'] ? score('val_', index) : null,
			test: score('test_', index),
			...(own.length > 0 ? { figures: own.map((name) => ({ name, value: at(name, index) })) } : {}),
			rate: at('lr', index)
		};
	});
}

/** When the program wrote its events: the doubles behind the first tag of every record. */
function timesOf(bytes: Uint8Array): number[] {
	const view = new DataView(bytes.buffer);
	const times: number[] = [];
	for (let at = 0; at < bytes.length; at += 16 + view.getUint32(at, true))
		times.push(view.getFloat64(at + 13, true));
	return times;
}

describe.each(cases)('the files of a run: $what', ({ kind, curves, ...theirs }) => {
	const classes = kind === 'classes';
	const series = seriesOf({ rows: rowsOf(curves, classes), classes });

	it('CSV, byte for byte', () => expect(csv(series)).toBe(theirs.csv));

	it('TensorBoard, byte for byte', () => {
		const bytes = bytesOf(theirs.tfevents);
		const [began = NaN, ...ends] = timesOf(bytes);
		expect(began).toBeGreaterThan(1.6e9);
		expect(ends).toHaveLength(curves.epoch.length);
		expect(events(series, (epoch) => (epoch === null ? began : (ends[epoch] ?? NaN)))).toEqual(bytes);
	});

	it('JSON: the same curves', () => {
		const own = record({ rows: rowsOf(curves, classes), classes });
		const { runs } = JSON.parse(exported([own], 0)) as { runs: { curves: Curves }[] };
		expect(runs[0]?.curves).toEqual(curves);
		expect(Object.keys(runs[0]?.curves.history ?? {})).toEqual(Object.keys(curves.history));
	});
});

describe('CSV', () => {
	const series = (name: string, points: [number, number][]): Series => ({ name, points });

	// As in crates/formats/src/history/text.rs.
	it('has a table as Keras logs it', () => {
		const all = [
			series('loss', [
				[0, 0.75],
				[1, 0.1],
				[2, NaN]
			]),
			series('val_loss', [
				[1, 1e-9],
				[2, Infinity]
			])
		];
		expect(csv(all)).toBe('epoch,loss,val_loss\n0,0.75,\n1,0.1,1e-9\n2,nan,inf\n');
		expect(csv([series('a,"b"', [[3, 2]]), series('=1+1', [])])).toBe('epoch,"a,""b""",\'=1+1\n3,2.0,\n');
		expect(csv([])).toBe('epoch\n');
	});
	it.each([
		[0, '0.0'],
		[-0, '-0.0'],
		[1e-4, '0.0001'],
		[9.5e-5, '9.5e-5'],
		[123456789, '123456789.0'],
		[1e16, '1e16'],
		[1.5e300, '1.5e300'],
		[-Infinity, '-inf']
	])('writes %d as %s', (value, text) => expect(number(value)).toBe(text));
	it('gives no formula to a spreadsheet', () => {
		for (const name of ['=cmd()', '+1', '-1', '@x', '\tx']) expect(field(name)).toMatch(/^"?'/);
		expect(field('a\nb')).toBe('"a\nb"');
	});
	it('puts several runs with different curves into one table', () => {
		const a = { name: '=a', series: [series('loss', [[0, 1]])] };
		const b = {
			name: 'b',
			series: [
				series('loss', [
					[0, 2],
					[1, 3]
				]),
				series('lr', [[1, 0.5]])
			]
		};
		expect(csvOfAll([a, b])).toBe("run,epoch,loss,lr\n'=a,0,1.0,\nb,0,2.0,\nb,1,3.0,0.5\n");
	});
});

describe('TensorBoard', () => {
	// The check values of RFC 3720, B.4.
	it('has the right checksums', () => {
		expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe306_9283);
		expect(crc32c(new Uint8Array(32))).toBe(0x8a91_36aa);
		expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8_ab43);
	});
	it('gets a folder for every run, in an archive that tar reads', () => {
		const runs = [record({ number: 1 }), record({ number: 2, name: '../../etc/passwd  Ü' })];
		const { name, bytes } = fileOf('13.4', runs, 'tensorboard', 0);
		expect(name).toBe('fireside-13.4-runs.tar');
		expect(bytes.length % 512).toBe(0);
		const decode = (from: number, to: number) =>
			new TextDecoder().decode(bytes.subarray(from, to)).replace(/[\0 ].*$/s, '');
		const paths: string[] = [];
		for (let at = 0; bytes[at] !== 0;) {
			paths.push(decode(at, at + 100));
			// The checksum: of the header with spaces in its place.
			const head = bytes.slice(at, at + 512).fill(32, 148, 156);
			expect(parseInt(decode(at + 148, at + 156), 8)).toBe(head.reduce((sum, byte) => sum + byte, 0));
			const size = parseInt(decode(at + 124, at + 136), 8);
			expect(timesOf(bytes.slice(at + 512, at + 512 + size))).toEqual([
				1_700_000_000.5, 1_700_000_010.25, 1_700_000_011.25
			]);
			at += 512 + Math.ceil(size / 512) * 512;
		}
		expect(paths).toEqual([
			'fireside/run-1/events.out.tfevents.1700000000.fireside',
			'fireside/run-2-etc-passwd-U/events.out.tfevents.1700000000.fireside'
		]);
	});
	it('of one run is found by its name', () => {
		const { name } = fileOf('13.4', [record({ number: 3, name: 'slow' })], 'tensorboard', 0);
		expect(name).toBe('events.out.tfevents.1700000000.fireside-13.4-run-3-slow');
	});
});

describe('the curves of a record', () => {
	it('have their names from Keras', () => {
		const kept = {
			...row(1),
			validation: row(1).test,
			figures: [
				{ name: 'validation_f1', value: 0.5 },
				{ name: 'test_f1', value: 0.6 }
			]
		};
		const names = seriesOf({ rows: [kept], classes: true }).map(({ name }) => name);
		expect(names).toEqual([
			'loss',
			'accuracy',
			'val_loss',
			'val_accuracy',
			'test_loss',
			'test_accuracy',
			'val_f1',
			'test_f1',
			'lr'
		]);
	});
	it('know their epochs', () => {
		const gaps = seriesOf({ rows: [row(2), row(5)], classes: false });
		expect(stepsOf(gaps)).toEqual([1, 4]);
	});
});
