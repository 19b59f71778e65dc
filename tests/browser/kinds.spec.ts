// Every kind of experiment through the worker that ships, in Chromium: what comes out is what the terminal says.
//
// What their pages do is in `lab.spec.ts`; here a worker is asked directly, with the messages that
// pages send. The plan is run by the class that pages use.

import { KeptFits } from '../../web/src/lib/engine/kept-fits';
import type { Notice } from '../../web/src/lib/engine/messages';
import { PlanRun, type PlanProgress } from '../../web/src/lib/engine/plan-run';
import type {
	AnswerRow,
	Computed,
	Fitted,
	MetricValue,
	StageEvent,
	Table
} from '../../web/src/lib/engine/wire';
import { Workers, type Client } from './asking.ts';
import { expect, test } from './site.ts';
import { data, near, terminal, written } from './terminal.ts';

test('look and compute: digits, and the worked convolution', async ({ page }) => {
	const [worker] = await new Workers(page).open(1);
	await worker?.request({ type: 'load_data', name: 'mnist', rows: 'first' });
	const seen = await worker?.request({ type: 'wall', name: 'mnist', part: 'train', first: 0, count: 9 });
	expect(Object.values(seen?.wall.labels ?? {})).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1]);
	const text = written('002-CONVEXAMPLE');
	const answer = await worker?.request({ type: 'compute', text });
	const [expected] = terminal(text) as Computed[];
	expect(answer?.computed).toEqual(expected);
	expect(answer?.computed.output).toEqual([
		[4, 3, 4],
		[2, 4, 3],
		[2, 3, 4]
	]);
});

test('augment: turned and whitened digits, epoch by epoch', async ({ page }) => {
	type Row = { row: number; class: number; values: number[] };
	const [worker] = await new Workers(page).open(1);
	await worker?.request({ type: 'load_data', name: 'mnist', rows: 'all' });
	const wish = (text: string, of: { epoch: number; rows: number[] } | null = null) =>
		worker?.request({ type: 'augment', dataset: 'mnist', text, of });
	for (const id of ['14.5a', '14.4']) {
		const text = written(id, ['name = "mnist"', 'name = "mnist"\ntrain_rows = 2000']);
		const theirs = terminal(text, '--data', data) as Row[];
		const ours = (await wish(text))?.pictures;
		expect(ours?.rows, id).toEqual(theirs.map(({ row }) => row));
		expect(ours?.labels, id).toEqual(theirs.map((row) => row.class));
		expect([ours?.height, ours?.width], id).toEqual([28, 28]);
		const values = Object.values(ours?.values ?? {}) as number[];
		const wanted = theirs.flatMap((row) => row.values);
		expect(values.length).toBe(9 * 784);
		const most = Math.max(...wanted.map(Math.abs));
		const apart = Math.max(...values.map((value, at) => Math.abs(value - (wanted[at] ?? NaN))));
		expect(apart / most, id).toBeLessThan(1e-5);
		expect(most, id).toBeGreaterThan(1);
	}
	// A picture of any epoch, alone: what it looks like does not depend on what was made before it.
	const text = written('14.5a', ['name = "mnist"', 'name = "mnist"\ntrain_rows = 2000']);
	const alone = (await wish(text, { epoch: 3, rows: [41] }))?.pictures;
	const [same] = terminal(
		written(
			'14.5a',
			['name = "mnist"', 'name = "mnist"\ntrain_rows = 42'],
			['rows = 9', 'rows = 42\nepoch = 3']
		),
		'--data',
		data
	).filter((row) => (row as Row).row === 41) as Row[];
	expect(Object.values(alone?.values ?? {})).toEqual(same?.values);
	await expect(wish(text, { epoch: 0, rows: [60_000] })).rejects.toThrow('row_out_of_range');
	await expect(wish(text.replace('rotation_range', 'rotation'))).rejects.toThrow('unknown_field');
});

test('train with folds: each fold is a fit, and the mean is the terminal’s', async ({ page }) => {
	const [worker] = await new Workers(page).open(1);
	const text = written('7.5', ['epochs = 200', 'epochs = 4'], ['folds = 10', 'folds = 3']);
	const { plan } = (await worker?.request({ type: 'plan', text })) ?? {};
	expect(plan).toMatchObject({ points: 1, folds: 3, table: { metric: 'test_accuracy' } });
	const done: Fitted[] = [];
	for (let fold = 0; fold < 3; fold++) {
		const notices: Notice[] = [];
		const job = { point: 0, fold };
		const reply = await worker?.request({ type: 'fit', id: '7.5', text, job }, (n) => notices.push(n));
		if (reply?.fitted) done.push(reply.fitted);
		const epochs = notices.flatMap((notice) => (notice.type === 'fit' ? notice.epochs : []));
		expect(epochs.map(({ type }) => type)).toEqual(['epoch', 'epoch', 'epoch', 'epoch', 'finished']);
	}
	const lines = terminal(text) as (Fitted & Table)[];
	for (const fitted of done) {
		const theirs = lines.find((line) => line.job?.fold === fitted.job.fold);
		near(fitted.loss, theirs?.loss, `loss of fold ${fitted.job.fold}`);
		expect([fitted.epochs, fitted.steps]).toEqual([theirs?.epochs, theirs?.steps]);
	}
	const table = await worker?.request({ type: 'table', text, done });
	near(table?.table.points[0]?.mean, lines.at(-1)?.points[0]?.mean, 'mean of the folds');
});

test('sweep: real digits over two workers, cancelled and gone on with; the 216 fits of 6.2 are known', async ({
	page
}) => {
	const workers = await new Workers(page).open(2);
	const grid = await workers[0]?.request({ type: 'plan', text: written('6.2') });
	expect((grid?.plan.points ?? 0) * (grid?.plan.folds ?? 0)).toBe(216);
	const text = written(
		'002-MNIST-DATASIZE',
		['protocol = { name = "repeat", times = 3 }\n', ''],
		['values = [300, 600, 1800, 3000, 5900]', 'values = [300, 600]'],
		['epochs = 10', 'epochs = 1']
	);
	const values = new Map<string, string>();
	const kept = new KeptFits({
		getItem: (name) => values.get(name) ?? null,
		setItem: (name, value) => void values.set(name, value),
		removeItem: (name) => void values.delete(name)
	});
	const heard: PlanProgress[] = [];
	const make = (onProgress: (progress: PlanProgress) => void) =>
		new PlanRun({ workers, kept, now: () => performance.now(), onProgress }, '002-MNIST-DATASIZE', text);
	let cancelled: Promise<void> | null = null;
	const first = make((progress) => {
		if (progress.done === 1) cancelled ??= first.cancel();
	});
	const before = await first.run();
	await cancelled;
	const half = before.points.flatMap(({ folds }) => folds).length;
	expect(half).toBeGreaterThan(0);
	expect(half).toBeLessThan(4);
	const table = await make((progress) => heard.push(progress)).run();
	expect(heard[0]).toMatchObject({ fits: 4, done: half });
	const theirs = terminal(text, '--data', data).at(-1) as Table;
	for (const [index, point] of theirs.points.entries()) {
		expect(table.points[index]?.labels).toEqual(point.labels);
		near(table.points[index]?.mean, point.mean, point.labels.join(', '));
	}
	expect(table.best).toBe(theirs.best);
});

test('stages: train, save, load, train on, compare', async ({ page }) => {
	const [worker] = await new Workers(page).open(1);
	const text = written('10.3');
	const notices: Notice[] = [];
	const reply = await worker?.request({ type: 'stages', id: '10.3', text }, (notice) => notices.push(notice));
	expect(reply?.finished).toBe(true);
	const events = notices.flatMap((notice) => (notice.type === 'stages' ? notice.events : []));
	const kinds = (list: StageEvent[]) =>
		list.map((event) => (event.type === 'run' ? event.event.type : event.type));
	const theirs = terminal(text) as StageEvent[];
	expect(kinds(events)).toEqual(kinds(theirs));
	const measured = theirs.flatMap((event): MetricValue[] =>
		event.type === 'measured' ? [{ name: `${event.name}_loss`, value: event.score.loss }] : []
	);
	expect(measured.map(({ name }) => name)).toEqual([
		'base_loss',
		'unseen_loss',
		'increment_loss',
		'again_loss'
	]);
	for (const { name, value } of measured) {
		near(reply?.figures.find((figure) => figure.name === name)?.value, value, name);
	}
});

/** Trains `text` to its end in this worker. */
async function trained(worker: Client | undefined, id: string, text: string, dataset: string): Promise<void> {
	await worker?.request({ type: 'load_data', name: dataset, rows: 'all' });
	await worker?.request({ type: 'prepare', id, dataset, text, resume: false });
	const reply = await worker?.request({ type: 'play', id, only_one: false });
	expect(reply?.run?.finished).toBe(true);
}

test('predict: the network that the checkpoint kept answers the flowers', async ({ page }) => {
	const [worker] = await new Workers(page).open(1);
	await trained(worker, '10.4.2', written('10.4.2'), 'iris');
	const reply = await worker?.request({ type: 'answers', id: '10.4.2', rows: 150, kept: true });
	const theirs = terminal(written('10.4.3')).filter((line): line is AnswerRow =>
		Array.isArray((line as AnswerRow).output)
	);
	expect(reply?.rows.length).toBe(theirs.length);
	const best = ({ output }: AnswerRow) => output.indexOf(Math.max(...output));
	const differ = theirs.filter((row, index) => best(row) !== best(reply?.rows[index] ?? row));
	// Two hundred epochs part the weights a little; a flower on the border may fall to the other side.
	expect(differ.length).toBeLessThanOrEqual(3);
});

test('generate: a text of the story’s letters, the same for the same seed, and it can be stopped', async ({
	page
}) => {
	const [worker] = await new Workers(page).open(1);
	await trained(worker, '22-TALE', written('22-TALE', ['epochs = 40', 'epochs = 2']), 'tale');
	const write = (seed: number, length = 120) =>
		worker?.request({
			type: 'generate',
			id: '22-TALE',
			prompt: 'One winter the snow fell',
			length,
			temperature: 0.5,
			top_k: 0,
			seed
		});
	const [first, again, other] = [await write(7), await write(7), await write(8)];
	expect(first?.text).toHaveLength(120);
	expect(first?.text).toMatch(/^[a-z .,\n’'-]+$/);
	expect(again?.text).toBe(first?.text);
	expect(other?.text).not.toBe(first?.text);
	const long = write(7, 100_000);
	await worker?.request({ type: 'stop', id: '22-TALE' });
	expect((await long)?.text.length).toBeLessThan(100_000);
	await expect(
		worker?.request({
			type: 'generate',
			id: '22-TALE',
			prompt: '漢',
			length: 1,
			temperature: 1,
			top_k: 0,
			seed: 1
		})
	).rejects.toThrow('prompt_unknown');
});
