// What the table of runs says, and its HTML: no word missing, nothing of a record taken for code.

import { render } from 'svelte/server';
import { describe, expect, it } from 'vitest';
import { events, record, row } from '../../runs/testdata';
import { agreement, changes, course, differences, figureColumns, polyline, wrongWords } from './runs';
import RunDetail from './RunDetail.svelte';
import RunsOverlay from './RunsOverlay.svelte';
import RunsTab from './RunsTab.svelte';
import { noRuns } from './testdata';
import type { RunRecord, RunsView } from './types';

const langs = ['en', 'zh'] as const;
const metric = (value: number) => ({ ...row(1), figures: [{ name: 'test_rmse', value }] });
const several = [
	record({ id: 'a', number: 1 }),
	record({ id: 'b', number: 2, name: '<b>&bold', ended: 'diverged', planned: 9 }),
	record({
		id: 'c',
		number: 3,
		classes: false,
		accuracy: null,
		rows: [metric(47.53)],
		points: { x: [], loss: [], accuracy: [] }
	}),
	record({
		id: 'd',
		number: 4,
		rows: [],
		ends: [],
		epochs: 0,
		accuracy: null,
		loss: null,
		imported: true,
		sample: true
	})
];
const tab = (part: Partial<RunsView>, lang: 'en' | 'zh' = 'en') =>
	render(RunsTab, {
		props: {
			journal: { ...noRuns, ...part },
			printed: { metric: 'test_accuracy', value: 0.9905, decimals: 4, place: '' },
			busy: false,
			canEdit: true,
			lang,
			onreproduce: () => Promise.resolve()
		}
	}).body;
const detail = (run: RunRecord, lang: 'en' | 'zh' = 'en') =>
	render(RunDetail, {
		props: {
			record: run,
			journal: noRuns,
			busy: true,
			canEdit: true,
			lang,
			onreproduce: () => Promise.resolve(),
			onremove: () => undefined
		}
	}).body;
const whole = (body: string) => {
	expect(body).not.toMatch(/\sstyle=/);
	expect(body).not.toMatch(/undefined|NaN|\[object/);
	// A {place} that nobody filled.
	expect(body.replace(/<!--.*?-->/g, '')).not.toMatch(/\{\w+\}/);
};

describe.each(langs)('the tab in %s', (lang) => {
	it('has all its words: empty, full, in trouble, with a file, with a deleted run', () => {
		whole(tab({}, lang));
		whole(tab({ records: several }, lang));
		whole(tab({ trouble: { code: 'not_kept', args: { reason: 'QuotaExceededError' } } }, lang));
		whole(tab({ trouble: { code: 'made_room', args: { n: '2' } }, removed: several[0] ?? null }, lang));
		for (const taken of [0, 1, 2])
			whole(tab({ imported: { file: 'x.json', taken, known: taken, problems: [] } }, lang));
	});
	it('tells every kind of note, and every figure', () => {
		for (const run of several) whole(detail(run, lang));
		const body = detail(record(), lang);
		expect(body.match(/<li/g)).toHaveLength(events.length);
		expect(body).toMatch(/0\.001 → 0\.01/);
		expect(body).toContain('GPU → CPU');
	});
	it('lays runs over each other that have little in common', () => {
		for (const a of several)
			for (const b of several)
				whole(
					render(RunsOverlay, {
						props: { runs: [a, b].map((one) => ({ name: one.id, record: one })), lang }
					}).body
				);
	});
	it('names every fault of a file', () => {
		const codes = [
			{ code: 'wrong_type', args: { expected: 'whole number', found: 'yes or no' }, place: 'runs[0].seed' },
			{ code: 'missing', args: {}, place: 'runs[3].id' },
			{ code: 'file_csv', args: {}, place: '' }
		] as const;
		for (const problem of codes) {
			const text = wrongWords(problem, lang);
			expect(text).not.toMatch(/undefined|\{/);
			expect(text.startsWith(problem.place)).toBe(true);
		}
	});
});

it('takes no name for code', () => {
	const body = tab({ records: several });
	expect(body).toContain('&lt;b>&amp;bold');
	expect(body).not.toContain('<b>&');
});

describe('a run', () => {
	it('says what was changed, also where no setting shows it', () => {
		expect(changes(record({ edits: [], sets: [], edited: false }), 'en')).toBe('as printed');
		expect(changes(record({ edits: [], sets: null }), 'en')).toBe('text changed');
		const sets: RunRecord['sets'] = [
			['training.epochs', '2'],
			['data.train_rows', '500'],
			['seed', '7']
		];
		expect(changes(record({ sets }), 'en')).toBe('epochs 10 → 2, training rows → 500');
		expect(changes(record({ sets }), 'zh')).toBe('轮数 10 → 2，训练行数 → 500');
	});
	it('has a small curve of what it measured', () => {
		expect(course(record())).toEqual({ part: 'test', values: [1, 0.5] });
		expect(course(record({ rows: [row(1)] }))?.part).toBe('train');
		expect(course(record({ rows: [row(1, NaN)], points: { x: [], loss: [], accuracy: [] } }))).toBeNull();
		expect(polyline([2, 1, 1.5], 10, 4)).toBe('0.0,0.0 5.0,4.0 10.0,2.0');
		expect(polyline([1, 1], 10, 4)).toBe('0.0,4.0 10.0,4.0');
	});
	it('has the columns of its own metrics', () => {
		const columns = figureColumns(several, 'en');
		expect(columns.map(({ label }) => label)).toEqual(['test loss', 'test accuracy', 'test rmse']);
		const [, , own, without] = several;
		expect(columns.map(({ of }) => (own ? of(own) : ''))).toEqual(['1.000', '–', '47.53']);
		expect(columns.map(({ of }) => (without ? of(without) : ''))).toEqual(['–', '–', '–']);
	});
});

describe('two runs', () => {
	it('differ in settings, in the seed, in the text', () => {
		const other = record({
			seed: 8,
			edits: [{ path: 'training.batch_size', name: 'batch_size', from: '200', to: '50' }],
			sets: []
		});
		expect(differences(record(), other, 'en')).toEqual([
			{ name: 'epochs', a: '2', b: '10' },
			{ name: 'batch', a: '200', b: '50' },
			{ name: 'seed', a: '7', b: '8' }
		]);
		expect(differences(record(), record({ text: 'x' }), 'en')).toEqual([{ name: 'the text', a: '', b: '' }]);
		expect(differences(record(), record({ id: 'z' }), 'en')).toEqual([]);
	});
	it('agree to the last digit or part at an epoch', () => {
		expect(agreement(record(), record())).toEqual({ epochs: 2, apart: null });
		const other = record({ rows: [row(1), row(2, 0.5 + 1e-15), row(3)] });
		expect(agreement(record(), other)).toEqual({ epochs: 2, apart: 2 });
		expect(agreement(record(), record({ rows: [] }))).toEqual({ epochs: 0, apart: null });
	});
});
