// The runs of an experiment, of this visit and of earlier ones: begun, noted upon, ended, named, deleted, exported and
// imported. How a run is steered comes from the worker's notes (`hear`); what happens to it beside that is said with `add`.

import type { Note } from '$lib/engine/notes';
import type { Card, RunEvent } from '$lib/engine/wire';
import { exclusively } from '$lib/engine/tools';
import type { Read } from '$lib/runs/exchange';
import { BOUNDS, indexedKeep, memoryKeep, NoRoom, type RunKeep } from '$lib/runs/keep';
import { addNote, cleanName, type NoteEvent, type RunEnd } from '$lib/runs/record';
import {
	clippedBy,
	described,
	eventOf,
	grown,
	newRecord,
	type RunFacts,
	type RunRecord,
	type Seen
} from './runs';
import { encodeLink, type Link, type Sets } from './url';

/** Runs are not kept beyond this page (`reason`: the browser's text), or so many had to leave for newer ones. */
export type Trouble =
	{ code: 'not_kept'; args: { reason: string } } | { code: 'made_room'; args: { n: string } };
/** What came of a file: taken, known already, and what was wrong. */
export type Imported = { file: string; taken: number; known: number; problems: Read['problems'] };
export type Form = 'json' | 'csv' | 'tensorboard';

/** While a run goes on its record is written at most so often, in ms. */
const WRITE_EVERY = 2000;
/** A run does not wait longer than this for a storage that does not answer. */
const PATIENCE = 2000;

function newId(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(12));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function defaultKeep(): RunKeep {
	return typeof indexedDB === 'undefined' ? memoryKeep() : indexedKeep();
}

export class RunJournal {
	/** In the order in which they began. */
	records = $state.raw<RunRecord[]>([]);
	/** The record of the run at hand. */
	current = $state.raw<string | null>(null);
	/** Deleted last; can be brought back. */
	removed = $state.raw<RunRecord | null>(null);
	trouble = $state.raw<Trouble | null>(null);
	imported = $state.raw<Imported | null>(null);

	readonly #card: Card;
	readonly #facts: () => RunFacts;
	readonly #keep: RunKeep;
	readonly #inOrder = exclusively();
	#loaded: Promise<void> | null = null;
	/** Another tab has changed something, and it was not read yet. */
	#stale = false;
	/** What the storage refused. Not reactive: the page shows `trouble`, this says which records a refresh leaves. */
	// eslint-disable-next-line svelte/prefer-svelte-reactivity
	readonly #onlyHere = new Set<string>();
	/** When the run at hand began, and the seconds it had trained before it was taken up again. */
	#began = 0;
	#before = 0;
	#link: Link | null = null;
	#written = 0;
	/** The last step that was seen, its learning rate, and what ended epochs told. Not shown as such. */
	#reached = 0;
	#rate: number | null = null;
	// Not reactive either: the record at hand is made of it, and that is shown.
	// eslint-disable-next-line svelte/prefer-svelte-reactivity
	readonly #seen = new Map<number, Seen>();

	constructor(card: Card, facts: () => RunFacts, keep: RunKeep = defaultKeep()) {
		this.#card = card;
		this.#facts = facts;
		this.#keep = keep;
	}

	/** Those of earlier visits. Call when the card is shown. */
	load(): Promise<void> {
		return (this.#loaded ??= this.#load());
	}

	/** A run stands at its beginning, or is taken up again; `told`: what was noted of it by the way. */
	async begin(resume: boolean, told: readonly Note[] = []): Promise<void> {
		await Promise.race([this.load(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
		const facts = this.#facts();
		const { run } = facts.ran;
		this.#began = Date.now();
		this.#written = 0;
		this.#rate = null;
		this.#seen.clear();
		this.#link = facts.link;
		const old = resume ? this.#continued(run?.text ?? '', run?.seed ?? -1) : null;
		// What was open can't be taken up any more: the new run takes its place.
		if (!resume) this.#close();
		this.current = old?.id ?? null;
		this.#before = old?.seconds ?? 0;
		const reached = Math.max(this.#reached, old?.updates ?? 0);
		this.#reached = run?.update ?? 0;
		if (!old || !run || run.finished) return;
		if (run.update < reached) this.add({ type: 'went_back', to: run.update }, reached);
		for (const note of told) this.hear(note);
		if (run.text !== old.text) this.#retell(old, run.text, facts);
		if (facts.engine && facts.engine !== old.engine)
			this.add({ type: 'device', from: old.engine, to: facts.engine });
	}

	/** It goes on by another text. */
	#retell(old: RunRecord, text: string, facts: RunFacts): void {
		const to = clippedBy(text, old.text);
		if (to !== null) this.add({ type: 'clipping', to });
		const record = this.records.find(({ id }) => id === this.current);
		if (record) this.#putCurrent({ ...record, ...described(this.#card, facts) });
	}

	/** What the worker took down with the run at hand. */
	hear(note: Note): void {
		this.add(eventOf(note), note.update);
	}

	/**
	 * Something was done to the run at hand, after `update` updates (now, if that is not said). Nothing is noted while
	 * there is no run.
	 */
	add(event: NoteEvent, update?: number): void {
		const record = this.#grown();
		if (!record) return;
		const at = Date.now();
		const note = { ...event, update: update ?? this.#facts().ran.run?.update ?? 0, at };
		this.#putCurrent({ ...record, notes: addNote(record.notes, note) });
	}

	/** The run goes on. Its figures are written now and then: a lost page shall not take them with it. */
	see(events: readonly RunEvent[]): void {
		let epoch = false;
		for (const event of events) {
			if (event.type === 'step') {
				this.#rate = event.learning_rate;
				this.#reached = event.update;
			}
			if (event.type !== 'epoch') continue;
			epoch = true;
			this.#seen.set(event.epoch, {
				...(event.figures?.length ? { figures: event.figures } : {}),
				...(this.#rate === null ? {} : { rate: this.#rate }),
				end: Date.now()
			});
		}
		// From its first step on it stands in the table.
		const known = this.records.some(({ id }) => id === this.current);
		if (known && (!epoch || Date.now() - this.#written < WRITE_EVERY)) return;
		const record = this.#grown();
		if (record) this.#putCurrent({ ...record, ended: 'open' });
	}

	/** It stands still: paused, or after a single step. */
	stands(): void {
		this.#end('open');
	}

	/** It has ended. `crash`: where it went astray; `back`: the updates that it went back to, if it did. */
	end(
		ended: Exclude<RunEnd, 'open'>,
		crash: { reason: string; update?: number; back?: number } | null
	): void {
		if (ended === 'diverged') {
			const { reason = 'loss_nan', update, back } = crash ?? {};
			this.add({ type: 'diverged', reason }, update);
			if (back !== undefined) this.add({ type: 'went_back', to: back }, update);
		}
		this.#end(ended);
	}

	/** The run at hand, or what was kept of it, is thrown away: what it measured stays in the table. */
	leave(): void {
		this.#close();
		this.current = null;
	}

	rename(id: string, name: string): void {
		const record = this.records.find((one) => one.id === id);
		if (record && record.name !== cleanName(name)) this.#put({ ...record, name: cleanName(name) });
	}

	remove(id: string): void {
		const record = this.records.find((one) => one.id === id);
		if (!record) return;
		this.removed = record;
		this.#drop(record);
	}

	/** Brings the deleted one back. */
	undo(): void {
		const record = this.removed;
		this.removed = null;
		if (record) this.#put(record);
	}

	/** The part of the address that opens the experiment with this run's settings and seed; empty: too long for one. */
	link(record: RunRecord): Promise<string> {
		return encodeLink(linkOf(record));
	}

	/** Gives the reader a file with these runs. */
	async save(records: readonly RunRecord[], form: Form): Promise<void> {
		const [{ fileOf }, { download }] = await Promise.all([import('$lib/runs/files'), import('./download')]);
		const { name, bytes } = fileOf(this.#card.id, records, form, Date.now());
		download(bytes.buffer, name);
	}

	async importFile(file: File): Promise<void> {
		this.imported = null;
		await this.load();
		const { readFile } = await import('$lib/runs/exchange');
		const { records, problems } = await readFile(file, this.#card.id);
		let [taken, known] = [0, 0];
		for (const [index, found] of records.entries()) {
			const same = this.records.find(({ id }) => id === found.id);
			if (same && measured(same) === measured(found)) {
				known += 1;
				continue;
			}
			const free = this.records.every(({ number }) => number !== found.number);
			const record: RunRecord = {
				...found,
				// An id of its own: a file must not replace what is here.
				id: same ? newId() : found.id,
				number: free ? found.number : this.#nextNumber(),
				imported: true,
				ended: found.ended === 'open' ? 'stopped' : found.ended
			};
			if (await this.#takeIn(record)) taken += 1;
			else {
				const limit = String(BOUNDS.runs);
				problems.push({ code: 'no_room', args: { limit }, place: `runs[${index}]` });
			}
		}
		this.imported = { file: file.name.slice(0, 80), taken, known, problems };
	}

	/** A run of a file, if nobody has to leave for it. */
	async #takeIn(record: RunRecord): Promise<boolean> {
		try {
			await this.#inOrder(() => this.#keep.put(record, false));
		} catch (error) {
			if (error instanceof NoRoom) return false;
			this.#onlyHere.add(record.id);
			this.#refused(error);
		}
		this.#show([...this.records.filter(({ id }) => id !== record.id), record]);
		return true;
	}

	async #load(): Promise<void> {
		this.#keep.heed?.(this.#card.id, () => this.#refresh());
		try {
			const records = await this.#read();
			const here = (id: string) => this.records.some((record) => record.id === id);
			this.#show([...records.filter(({ id }) => !here(id)), ...this.records]);
		} catch (error) {
			this.#refused(error);
		}
	}

	async #read(): Promise<RunRecord[]> {
		const { recordOrNull } = await import('$lib/runs/exchange');
		const found = await this.#keep.all(this.#card.id);
		return found.map(recordOrNull).filter((record) => record !== null);
	}

	/** After what another tab has done: as it lies in the storage, but for what only this tab knows. */
	#refresh(): void {
		if (this.#stale) return;
		this.#stale = true;
		void this.#inOrder(async () => {
			this.#stale = false;
			const found = await this.#read();
			const mine = this.records.flatMap((record) => {
				const other = found.find(({ id }) => id === record.id);
				const atHand = record.id === this.current && record.ended === 'open';
				if (atHand) return [{ ...record, name: other?.name ?? record.name }];
				return this.#onlyHere.has(record.id) ? [record] : [];
			});
			this.#show([...found.filter(({ id }) => mine.every((one) => one.id !== id)), ...mine]);
		}).catch((error: unknown) => this.#refused(error));
	}

	/** The record that a run taken up again belongs to. */
	#continued(text: string, seed: number): RunRecord | null {
		const current = this.records.find(({ id }) => id === this.current);
		if (current) return current;
		const same = this.records.filter(
			(one) => !one.imported && one.text === text && one.seed === seed && one.ended !== 'stopped'
		);
		return same.at(-1) ?? null;
	}

	/** The record of the run at hand with its figures of now; null where nothing was trained. */
	#grown(): RunRecord | null {
		const facts = this.#facts();
		if (!facts.ran.run) return null;
		const now = Date.now();
		const old = this.records.find(({ id }) => id === this.current);
		const created = this.#began || now;
		const record =
			old ??
			newRecord(
				this.#card,
				{ ...facts, link: this.#link ?? facts.link },
				{ id: newId(), number: this.#nextNumber(), created }
			);
		return grown(record, facts, this.#seen, this.#before, now);
	}

	#end(ended: RunEnd): void {
		const record = this.#grown();
		if (record) this.#putCurrent({ ...record, ended });
	}

	/** Open ones end here: those with a whole epoch stay, the others have nothing to show. */
	#close(): void {
		for (const record of this.records) {
			if (record.ended !== 'open') continue;
			if (record.epochs > 0) this.#put({ ...record, ended: 'stopped' });
			else this.#drop(record);
		}
	}

	#nextNumber(): number {
		return Math.max(0, ...this.records.map(({ number }) => number), this.removed?.number ?? 0) + 1;
	}

	#show(records: RunRecord[]): void {
		this.records = records.sort((a, b) => a.number - b.number || a.created - b.created);
	}

	/** Of the run at hand. */
	#putCurrent(record: RunRecord): void {
		this.current = record.id;
		this.#written = Date.now();
		this.#put(record);
	}

	#put(record: RunRecord): void {
		this.#show([...this.records.filter(({ id }) => id !== record.id), record]);
		void this.#inOrder(async () => {
			try {
				const gone = await this.#keep.put(record);
				this.#onlyHere.delete(record.id);
				if (this.trouble?.code === 'not_kept') this.trouble = null;
				if (gone.length === 0) return;
				this.#show(this.records.filter(({ id }) => !gone.includes(id)));
				this.trouble = { code: 'made_room', args: { n: String(gone.length) } };
			} catch (error) {
				this.#onlyHere.add(record.id);
				this.#refused(error);
			}
		});
	}

	#drop(record: RunRecord): void {
		if (this.current === record.id) this.current = null;
		this.#show(this.records.filter(({ id }) => id !== record.id));
		void this.#inOrder(() => this.#keep.remove(record).catch((error: unknown) => this.#refused(error)));
	}

	#refused(error: unknown): void {
		const reason = error instanceof Error ? error.name : String(error);
		this.trouble = { code: 'not_kept', args: { reason } };
	}
}

/** What brings a run's settings and seed back. */
export function linkOf(record: RunRecord): Link {
	const { experiment: id, sets, text, seed } = record;
	if (sets === null) return { id, sets: [], text };
	const seeded = sets.some(([path]) => path === 'seed');
	const all: Sets = seeded ? sets : [...sets, ['seed', String(seed)]];
	return { id, sets: all, text: null };
}

/** What makes two records the same run: not their names and places. */
function measured({ rows, points, notes, seed, text, updates }: RunRecord): string {
	return JSON.stringify({ rows, points, notes, seed, text, updates });
}
