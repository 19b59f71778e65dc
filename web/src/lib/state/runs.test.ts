import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '$lib/engine/wire';
import { memoryKeep, NoRoom, type RunKeep } from '$lib/runs/keep';
import { exported } from '$lib/runs/exchange';
import { LIMITS, type RunRecord } from '$lib/runs/record';
import { record, row } from '$lib/runs/testdata';
import { fakeCard } from './fakes';
import { linkOf, RunJournal } from './runs.svelte';
import type { RunFacts } from './runs';
import { decodeLink, encodeLink } from './url';

vi.mock('$app/paths', () => ({ base: '' }));

const card = fakeCard('13.4', 'mnist');
if (!card.summary) throw new Error('the card has no summary');
const { summary } = card;

function facts(update: number, epochs: number): RunFacts {
	return {
		ran: {
			run: {
				text: 'text 13.4',
				seed: 7,
				epoch: epochs,
				step: 0,
				update,
				steps_per_epoch: 5,
				epochs: 3,
				learning_rate: 0.01,
				finished: false,
				history: []
			},
			epochs: Array.from({ length: epochs }, (_, index) => row(index + 1)),
			steps: { x: [0.1, 0.2], loss: [2, 1], accuracy: [0.1, 0.2] },
			summary,
			edited: false,
			seconds: 4
		},
		engine: 'cpu',
		sample: false,
		link: { id: '13.4', sets: [], text: null }
	};
}

function setUp(keep: RunKeep = memoryKeep()) {
	const now = { facts: facts(0, 0) };
	const journal = new RunJournal(card, () => now.facts, keep);
	const at = (update: number, epochs: number, part: Partial<RunFacts> = {}) => {
		now.facts = { ...facts(update, epochs), ...part };
	};
	return { journal, at, now };
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const kept = async (keep: RunKeep) => {
	await settled();
	return (await keep.all('13.4')) as RunRecord[];
};
const notes = (journal: RunJournal) =>
	journal.records.at(-1)?.notes.map(({ type, update }) => `${update} ${type}`);
const json = (...runs: RunRecord[]) => new File([exported(runs, 0)], 'runs.json');

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['Date'], now: 10_000 });
});
afterEach(() => {
	vi.useRealTimers();
});

describe('a run', () => {
	it('has its record from its first pause on, and one record until its end', async () => {
		const keep = memoryKeep();
		const { journal, at } = setUp(keep);
		await journal.begin(false);
		expect(journal.records).toEqual([]);
		at(5, 1);
		journal.hear({ update: 5, what: 'paused' });
		journal.stands();
		expect(journal.records).toMatchObject([{ ended: 'open', number: 1, epochs: 1, planned: 3 }]);
		journal.hear({ update: 5, what: 'went_on' });
		at(15, 3);
		journal.end('finished', null);
		expect(journal.records).toMatchObject([{ ended: 'finished', epochs: 3, updates: 15, accuracy: 0.93 }]);
		expect(await kept(keep)).toEqual(journal.records);
	});

	it('remembers what was done to it, at which step', async () => {
		const { journal, at } = setUp();
		await journal.begin(false);
		at(2, 0);
		journal.hear({ update: 2, what: 'learning_rate', from: 0.01, to: 0.02 });
		journal.hear({ update: 2, what: 'learning_rate', from: 0.02, to: 0.05 });
		journal.hear({ update: 2, what: 'paused' });
		journal.hear({ update: 2, what: 'paused' });
		journal.stands();
		for (const update of [3, 4, 5]) {
			at(update, 0);
			journal.hear({ update, what: 'step' });
			journal.stands();
		}
		at(7, 1);
		journal.hear({ update: 7, what: 'more_epochs', from: 3, to: 9 });
		journal.end('diverged', { reason: 'loss_infinite', update: 9, back: 5 });
		expect(journal.records[0]?.notes).toEqual([
			{ type: 'rate', from: 0.01, to: 0.05, update: 2, at: 10_000 },
			{ type: 'paused', update: 2, at: 10_000 },
			{ type: 'single_steps', count: 3, update: 5, at: 10_000 },
			{ type: 'epochs', from: 3, to: 9, update: 7, at: 10_000 },
			{ type: 'diverged', reason: 'loss_infinite', update: 9, at: 10_000 },
			{ type: 'went_back', to: 5, update: 9, at: 10_000 }
		]);
	});

	it('has no more notes than are kept: the first and the last', async () => {
		const { journal, at } = setUp();
		await journal.begin(false);
		for (let update = 1; update <= LIMITS.notes + 50; update += 1) {
			at(update, 0);
			journal.add({ type: 'paused' });
		}
		expect(journal.records[0]?.notes).toHaveLength(LIMITS.notes);
		expect(journal.records[0]?.notes[0]?.update).toBe(1);
		expect(journal.records[0]?.notes.at(-1)?.update).toBe(LIMITS.notes + 50);
	});

	it('is found again after a reload: went on, from an earlier step, on another engine', async () => {
		const keep = memoryKeep();
		const first = setUp(keep);
		await first.journal.begin(false);
		first.at(12, 2);
		first.journal.hear({ update: 12, what: 'paused' });
		first.journal.stands();
		await settled();

		const { journal, at } = setUp(keep);
		at(10, 2, { engine: 'gpu' });
		await journal.begin(true);
		expect(notes(journal)).toEqual(['12 paused', '12 went_back', '10 device']);
		at(15, 3, { engine: 'gpu' });
		journal.end('finished', null);
		expect(journal.records).toMatchObject([{ ended: 'finished', seconds: 8, engine: 'gpu', epochs: 3 }]);
	});

	it('that only shows what was finished before is no new one', async () => {
		const { journal, now } = setUp();
		if (now.facts.ran.run) now.facts.ran.run.finished = true;
		await journal.begin(true);
		expect(journal.records).toEqual([]);
	});

	it('that takes the place of an open one ends it; without an epoch it leaves nothing', async () => {
		const { journal, at } = setUp();
		await journal.begin(false);
		at(5, 1);
		journal.stands();
		at(0, 0);
		await journal.begin(false);
		at(1, 0);
		journal.stands();
		expect(journal.records.map(({ ended }) => ended)).toEqual(['stopped', 'open']);
		journal.leave();
		expect(journal.records.map(({ ended }) => ended)).toEqual(['stopped']);
		at(2, 0);
	});

	const step = (update: number, learning_rate: number): RunEvent => ({
		type: 'step',
		epoch: 1,
		step: update,
		update,
		loss: 1,
		accuracy: 0,
		rows: 10,
		learning_rate
	});
	const ended = (epoch: number, rmse: number): RunEvent => {
		const { train, test } = row(epoch);
		return {
			type: 'epoch',
			epoch,
			train,
			test,
			validation: null,
			figures: [{ name: 'test_rmse', value: rmse }]
		};
	};

	it('keeps of each epoch when it ended, its rate and its own figures; an epoch trained again has new ones', async () => {
		const keep = memoryKeep();
		const { journal, at, now } = setUp(keep);
		await journal.begin(false);
		at(5, 1);
		journal.see([step(4, 0.1), step(5, 0.05), ended(1, 7)]);
		vi.setSystemTime(19_000);
		at(10, 2);
		journal.see([step(10, 0.01), ended(2, 6)]);
		expect(journal.records[0]?.ends).toEqual([10_000, 19_000]);
		const told = (journal: RunJournal) =>
			journal.records[0]?.rows.map(({ rate, figures }) => [rate, figures?.[0]?.value]);
		expect(told(journal)).toEqual([
			[0.05, 7],
			[0.01, 6]
		]);
		await settled();

		// After a reload, from what lies in the storage: the second epoch is trained again and comes out otherwise.
		const again = setUp(keep);
		again.at(7, 1);
		await again.journal.begin(true);
		vi.setSystemTime(32_000);
		again.at(10, 2);
		again.now.facts.ran.epochs = [now.facts.ran.epochs[0] ?? row(1), row(2, 0.4)];
		again.journal.see([step(10, 0.02), ended(2, 5)]);
		again.journal.end('finished', null);
		expect(again.journal.records[0]?.ends).toEqual([10_000, 32_000]);
		expect(told(again.journal)).toEqual([
			[0.05, 7],
			[0.02, 5]
		]);
	});

	it('is written while it goes on, but not at every epoch of a quick one', async () => {
		const { journal, at } = setUp();
		await journal.begin(false);
		at(5, 1);
		journal.see([step(5, 1), ended(1, 1)]);
		expect(journal.records).toMatchObject([{ epochs: 1, ended: 'open' }]);
		at(10, 2);
		journal.see([step(10, 1), ended(2, 1)]);
		expect(journal.records[0]?.epochs).toBe(1);
		vi.setSystemTime(12_001);
		journal.see([step(11, 1)]);
		expect(journal.records[0]?.epochs).toBe(1);
		at(15, 3);
		journal.see([ended(3, 1)]);
		expect(journal.records[0]?.epochs).toBe(3);
	});

	it('whose device is lost in its first epoch has it in its record', async () => {
		const { journal, at } = setUp();
		await journal.begin(false);
		at(0, 0, { engine: 'gpu' });
		journal.see([step(1, 1), step(2, 1)]);
		expect(journal.records).toMatchObject([{ ended: 'open', epochs: 0, engine: 'gpu' }]);
		journal.see([step(3, 1), step(4, 1)]);
		// From the step that was saved, on the other engine.
		at(2, 0);
		await journal.begin(true);
		expect(notes(journal)).toEqual(['4 went_back', '2 device']);
		// Once only.
		at(2, 0);
		await journal.begin(true);
		journal.hear({ update: 2, what: 'went_on' });
		expect(notes(journal)).toEqual(['4 went_back', '2 device', '2 resumed']);
	});

	it('that goes on by another text tells what was changed, and has the new text', async () => {
		const { journal, at, now } = setUp();
		await journal.begin(false);
		at(10, 2);
		journal.end('diverged', { reason: 'loss_nan', update: 14, back: 10 });
		at(10, 2, { link: { id: '13.4', sets: [], text: 'clipnorm = 1' } });
		const { ran } = now.facts;
		if (ran.run) Object.assign(ran.run, { text: 'clipnorm = 1', epochs: 8 });
		ran.summary = { ...summary, learning_rate: 0.001 };
		ran.edited = true;
		await journal.begin(true, [
			{ update: 10, what: 'learning_rate', from: 0.01, to: 0.001 },
			{ update: 10, what: 'more_epochs', from: 3, to: 8 }
		]);
		expect(notes(journal)?.slice(2)).toEqual(['10 rate', '10 epochs', '10 clipping']);
		expect(journal.records).toMatchObject([{ text: 'clipnorm = 1', sets: null, edited: true, planned: 8 }]);
		expect(journal.records[0]?.notes[2]).toMatchObject({ from: 0.01, to: 0.001 });
	});

	it('is bounded, however long it was', async () => {
		const { journal, at, now } = setUp();
		await journal.begin(false);
		at(90_000, 3000);
		const many = Array.from({ length: 1400 }, (_, index) => index);
		now.facts.ran.steps = { x: many, loss: many, accuracy: many };
		journal.end('finished', null);
		const [run] = journal.records;
		expect(run?.epochs).toBe(3000);
		expect(run?.rows.length).toBeLessThanOrEqual(LIMITS.rows);
		expect(run?.rows.at(-1)?.epoch).toBe(3000);
		expect(run?.points.x.length).toBeLessThanOrEqual(LIMITS.points);
		expect(run?.points.x[0]).toBe(1.5);
	});
});

describe('the table', () => {
	it('gives names, deletes and brings back', async () => {
		const keep = memoryKeep();
		const { journal, at } = setUp(keep);
		await journal.importFile(json(record({ id: 'a', number: 1 }), record({ id: 'b', number: 2 })));
		journal.rename('a', '  slow\none  ');
		expect(journal.records[0]?.name).toBe('slow one');
		journal.remove('a');
		expect(journal.records.map(({ id }) => id)).toEqual(['b']);
		expect(await kept(keep)).toHaveLength(1);
		// A run that comes meanwhile does not take the number.
		await journal.begin(false);
		at(5, 1);
		journal.end('finished', null);
		expect(journal.records.map(({ number }) => number)).toEqual([2, 3]);
		journal.undo();
		expect(journal.records.map(({ number, name }) => [number, name])).toEqual([
			[1, 'slow one'],
			[2, ''],
			[3, '']
		]);
		expect(journal.removed).toBeNull();
		expect(await kept(keep)).toHaveLength(3);
	});

	it('takes what it does not know, once, and never in the place of another run', async () => {
		const { journal } = setUp();
		const own = record({ id: 'a', number: 1, name: 'mine' });
		await journal.importFile(json(own));
		await journal.importFile(json({ ...own, name: 'other name' }));
		expect(journal.imported).toMatchObject({ taken: 0, known: 1 });
		await journal.importFile(
			json({ ...own, seed: 8, name: 'evil' }, record({ id: 'x', experiment: '13.5' }))
		);
		expect(journal.imported).toMatchObject({ taken: 1, known: 0, problems: [{ code: 'other_experiment' }] });
		expect(journal.records.map(({ number, name, seed }) => [number, name, seed])).toEqual([
			[1, 'mine', 7],
			[2, 'evil', 8]
		]);
		expect(new Set(journal.records.map(({ id }) => id)).size).toBe(2);
	});

	it('does not continue a run that came from a file', async () => {
		const { journal, at } = setUp();
		await journal.importFile(json(record({ id: 'a', text: 'text 13.4', ended: 'open' })));
		expect(journal.records).toMatchObject([{ ended: 'stopped', imported: true }]);
		at(2, 0);
		await journal.begin(true);
		expect(journal.current).toBeNull();
	});

	it('shows what is sound in the storage, and leaves out the rest', async () => {
		const keep = { ...memoryKeep(), all: async () => [record({ id: 'a' }), null, { id: 'b' }, 7] };
		const { journal } = setUp(keep);
		await journal.load();
		expect(journal.records.map(({ id }) => id)).toEqual(['a']);
	});
});

describe('another tab', () => {
	/** Two tabs over one storage: each hears of what the other one does. */
	function tabs(refused: (run: RunRecord) => boolean = () => false) {
		const memory = memoryKeep();
		const heard: (() => void)[][] = [[], []];
		const keep = (own: 0 | 1): RunKeep => {
			const tell = () => heard[1 - own]?.forEach((changed) => changed());
			return {
				...memory,
				put: async (run) => {
					if (refused(run)) throw new DOMException('no space', 'QuotaExceededError');
					return memory.put(run).finally(tell);
				},
				remove: async (one) => memory.remove(one).finally(tell),
				heed: (_, changed) => void heard[own]?.push(changed)
			};
		};
		return [setUp(keep(0)), setUp(keep(1))] as const;
	}
	const shown = ({ journal }: ReturnType<typeof setUp>) =>
		journal.records.map(({ number, name, ended }) => `${number} ${name} ${ended}`);

	it('shows what is done here, without a reload', async () => {
		const [a, b] = tabs();
		await Promise.all([a.journal.load(), b.journal.load()]);
		await a.journal.begin(false);
		a.at(5, 1);
		a.journal.stands();
		await settled();
		expect(shown(b)).toEqual(['1  open']);
		const [run] = b.journal.records;
		b.journal.rename(run?.id ?? '', 'seen there');
		await settled();
		// The run at hand is newest here; its name is the one that was given last.
		a.at(10, 2);
		a.journal.end('finished', null);
		await settled();
		expect(shown(a)).toEqual(['1 seen there finished']);
		expect(b.journal.records).toEqual(a.journal.records);
		b.journal.remove(run?.id ?? '');
		await settled();
		expect([shown(a), shown(b)]).toEqual([[], []]);
	});

	it('takes nothing from here that the storage refused, and not the run at hand', async () => {
		const [a, b] = tabs((run) => run.name === 'too long');
		await Promise.all([a.journal.load(), b.journal.load()]);
		await a.journal.importFile(json(record({ id: 'only-here', name: 'too long' }), record({ id: 'shared' })));
		await a.journal.begin(false);
		a.at(5, 1);
		a.journal.stands();
		await settled();
		expect(b.journal.records.map(({ id }) => id)).toEqual(['shared', a.journal.current]);
		for (const { id } of b.journal.records) b.journal.remove(id);
		await settled();
		expect(a.journal.records.map(({ id }) => id)).toEqual(['only-here', a.journal.current]);
	});
});

describe('a storage', () => {
	const full = () => Promise.reject(new DOMException('no space', 'QuotaExceededError'));

	it('that is full is said; the run stays until the page is closed', async () => {
		const memory = memoryKeep();
		const keep = { ...memory, put: full as RunKeep['put'] };
		const { journal, at } = setUp(keep);
		await journal.begin(false);
		at(5, 1);
		journal.end('stopped', null);
		await settled();
		expect(journal.trouble).toEqual({ code: 'not_kept', args: { reason: 'QuotaExceededError' } });
		expect(journal.records).toHaveLength(1);
		// Room again: the trouble is over.
		keep.put = memory.put;
		journal.rename(journal.records[0]?.id ?? '', 'x');
		await settled();
		expect(journal.trouble).toBeNull();
	});

	it('that refuses to be opened is said', async () => {
		const { journal } = setUp({
			...memoryKeep(),
			all: () => Promise.reject(new DOMException('no', 'SecurityError'))
		});
		await journal.begin(false);
		expect(journal.trouble).toEqual({ code: 'not_kept', args: { reason: 'SecurityError' } });
	});

	it('that never answers does not keep a run waiting', async () => {
		const { journal, at } = setUp({ ...memoryKeep(), all: () => new Promise(() => undefined) });
		await journal.begin(false);
		at(5, 1);
		journal.end('finished', null);
		expect(journal.records).toHaveLength(1);
	});

	it('that has no room for a file keeps what is here, and names what it did not take', async () => {
		const memory = memoryKeep();
		let room = 1;
		const put: RunKeep['put'] = (run, makeRoom) =>
			makeRoom === false && room-- <= 0 ? Promise.reject(new NoRoom(run.id)) : memory.put(run);
		const { journal } = setUp({ ...memory, put });
		await journal.importFile(json(record({ id: 'a' }), record({ id: 'b', number: 2 })));
		expect(journal.imported).toMatchObject({ taken: 1, problems: [{ code: 'no_room', place: 'runs[1]' }] });
		expect(journal.records.map(({ id }) => id)).toEqual(['a']);
		expect(journal.trouble).toBeNull();
	});

	it('that had to let others go says how many', async () => {
		const memory = memoryKeep();
		const put: RunKeep['put'] = async (run, makeRoom) => (makeRoom === false ? memory.put(run) : ['a', 'c']);
		const { journal, at } = setUp({ ...memory, put });
		await journal.importFile(json(record({ id: 'a' }), record({ id: 'b', number: 2 })));
		await journal.begin(false);
		at(5, 1);
		journal.end('finished', null);
		await settled();
		expect(journal.trouble).toEqual({ code: 'made_room', args: { n: '2' } });
		expect(journal.records.map(({ number }) => number)).toEqual([2, 3]);
	});
});

describe('the link of a run', () => {
	const decode = async (run: RunRecord) => (await decodeLink(await encodeLink(linkOf(run)), ['13.4'])).link;

	it('holds its settings and its seed', async () => {
		const sets = [
			['training.epochs', '2'],
			['seed', '7']
		];
		expect(await decode(record())).toEqual({ id: '13.4', sets, text: null });
		expect((await decode(record({ sets: [['seed', '9']], seed: 9 })))?.sets).toEqual([['seed', '9']]);
		expect((await decode(record({ sets: [] })))?.sets).toEqual([['seed', '7']]);
	});
	it('holds the text where that was written by hand', async () => {
		expect(await decode(record({ sets: null }))).toEqual({ id: '13.4', sets: [], text: 'seed = 7\n' });
	});
});
