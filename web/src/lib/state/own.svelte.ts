// A file of the reader's own beside the experiment that is to be trained on it: looked at, reported, handed to the worker,
// and the experiment fitted to it. The reader need not know what an Embedding's input_dim is.

import { asFailure } from '$lib/engine/failure';
import type { OwnAnswer, OwnJob } from '$lib/engine/own';
import { examineApart } from '$lib/engine/reading';
import type { Failure } from '$lib/engine/wire';
import type { LabelledReport, OwnKind, TextReport } from '$lib/own/report';
import { nameClasses } from '$lib/words/classes';
import type { ExperimentState } from './experiment.svelte';

const MEGABYTE = 1 << 20;
/** More than this is read only in part, and only after asking. */
export const LARGE = 20 * MEGABYTE;
/** Rows of a text that an epoch should not exceed by much: then rows begin further apart. */
const ROWS = 20_000;

/** How a file is to be read; what is left out is found out from its content. */
export type OwnOptions = {
	level: 'auto' | 'char' | 'word';
	/** The most characters of a text. */
	keep: number;
	text: number | null;
	label: number | null;
	header: boolean | null;
};
export const usual: OwnOptions = { level: 'auto', keep: 100_000, text: null, label: null, header: null };

export type OwnFile = { name: string; bytes: number; read: number };
export type OwnPhase = 'none' | 'asks' | 'reading' | 'fitting' | 'ready';

type Host = { examine: (job: OwnJob, signal: AbortSignal) => Promise<OwnAnswer> };

export function optionsText(options: OwnOptions, seed: number): string {
	const lines = [`level=${options.level}`, `keep=${options.keep}`, `seed=${seed}`];
	if (options.text !== null) lines.push(`text=${options.text}`);
	if (options.label !== null) lines.push(`label=${options.label}`);
	if (options.header !== null) lines.push(`header=${options.header ? 1 : 0}`);
	return lines.join('\n');
}

/** What `edit` takes for a number or a truth is put between quotes. */
const asText = (text: string) =>
	text === 'true' || text === 'false' || Number.isFinite(Number(text)) ? `“${text}”` : text;

/** What of an experiment follows from a text. `layers`: their types, in order. */
export function textSets(report: TextReport, layers: readonly string[], predicts = 0.9): [string, string][] {
	const step = Math.max(1, Math.ceil((report.known_tokens * predicts) / ROWS));
	return [
		['data.level', report.level],
		['data.tokens', String(report.known_tokens)],
		['data.num_words', String(report.known + 1)],
		['data.step', String(step)],
		...sized(layers, report.known, report.known),
		['generate.prompt', asText(report.prompt)]
	];
}

/** What of an experiment follows from labelled texts. */
export function labelledSets(report: LabelledReport, layers: readonly string[]): [string, string][] {
	return [
		['data.level', report.level],
		['data.classes', report.classes.map(([name]) => name).join(' | ')],
		['data.train_rows', String(report.train)],
		['data.test_rows', String(report.test)],
		['data.num_words', String(report.num_words)],
		['data.maxlen', String(report.steps)],
		...sized(layers, report.num_words, report.classes.length)
	];
}

/** The network reads so many different tokens, and has so many answers. */
function sized(layers: readonly string[], tokens: number, answers: number): [string, string][] {
	const embedding = layers.indexOf('Embedding');
	const last = layers.lastIndexOf('Dense');
	const sets: [string, string][] = [];
	if (embedding >= 0) sets.push([`layers[${embedding}].input_dim`, String(tokens)]);
	if (last >= 0) sets.push([`layers[${last}].units`, String(answers)]);
	return sets;
}

export const isLabelled = (report: TextReport | LabelledReport): report is LabelledReport =>
	'classes' in report;

export class OwnState {
	readonly kind: OwnKind;
	readonly #experiment: ExperimentState;
	readonly #host: Host;
	phase = $state<OwnPhase>('none');
	file = $state.raw<OwnFile | null>(null);
	report = $state.raw<TextReport | LabelledReport | null>(null);
	encoding = $state.raw<{ name: string; marked: boolean } | null>(null);
	options = $state.raw<OwnOptions>(usual);
	failure = $state.raw<Failure | null>(null);
	#given: File | null = null;
	#utf8: ArrayBuffer | null = null;
	#abort: AbortController | null = null;

	constructor(experiment: ExperimentState, host: Host = { examine: examineApart }) {
		this.#experiment = experiment;
		this.kind = experiment.card.dataset as OwnKind;
		this.#host = host;
	}

	/** Nothing of the reader's own is changed while it is trained on. */
	get locked(): boolean {
		return this.#experiment.busy || this.phase === 'reading' || this.phase === 'fitting';
	}

	/** The card was fitted to a file in another visit, and that file is not here. */
	get stale(): boolean {
		if (this.report || this.phase !== 'none') return false;
		const field = this.kind === 'own-text' ? /^tokens = .*$/m : /^classes = .*$/m;
		const of = (text: string) => field.exec(text)?.[0];
		return of(this.#experiment.text) !== of(this.#experiment.card.text);
	}

	/** A new file; one that is too large is asked about first. */
	async take(file: File): Promise<void> {
		if (this.locked) return;
		this.failure = null;
		this.#given = file;
		if (file.size > LARGE) {
			this.file = { name: file.name, bytes: file.size, read: LARGE };
			this.phase = 'asks';
			return;
		}
		await this.#begin(file, file.size);
	}

	/** The first part of the file that was asked about. */
	async takePart(): Promise<void> {
		if (this.phase !== 'asks' || !this.#given) return;
		await this.#begin(this.#given, LARGE);
	}

	/** Leaves the question, or what is being read. */
	cancel(): void {
		this.#abort?.abort();
		if (this.phase === 'asks') this.#back();
	}

	/** Read again, otherwise. */
	async change(options: Partial<OwnOptions>): Promise<void> {
		if (this.locked) return;
		this.options = { ...this.options, ...options };
		if (this.#utf8) await this.#read(this.#utf8, true);
	}

	/** The sample that comes with the page, and the card as it is printed. */
	async sample(): Promise<void> {
		if (this.locked) return;
		this.failure = this.#given = this.#utf8 = this.report = this.file = this.encoding = null;
		this.options = usual;
		this.phase = 'fitting';
		try {
			await this.#leaveRun();
			await this.#experiment.useData([]);
			this.#experiment.restoreText();
			nameClasses(this.kind, null);
		} catch (error) {
			this.failure = asFailure(error);
		} finally {
			this.phase = 'none';
		}
	}

	async #begin(file: File, bytes: number): Promise<void> {
		this.phase = 'reading';
		this.options = { ...usual, level: this.options.level, keep: this.options.keep };
		try {
			const buffer = await file.slice(0, bytes).arrayBuffer();
			await this.#read(buffer, false, { name: file.name, bytes: file.size, read: bytes });
		} catch (error) {
			this.failure = asFailure(error);
			this.#back();
		}
	}

	async #read(bytes: ArrayBuffer, decoded: boolean, file = this.file): Promise<void> {
		this.failure = null;
		this.phase = 'reading';
		const abort = (this.#abort = new AbortController());
		const name = file?.name ?? '';
		try {
			const { seed } = this.#experiment.summary;
			const options = optionsText(this.options, seed);
			// What is read once more is given away as a copy.
			const given = decoded ? bytes.slice(0) : bytes;
			const job = { own: this.kind, name, bytes: given, options, decoded };
			const answer = await this.#host.examine(job, abort.signal);
			this.file = file;
			this.#utf8 = answer.utf8;
			this.report = answer.report;
			if (answer.encoding) this.encoding = { name: answer.encoding, marked: answer.marked };
			this.phase = 'fitting';
			const files = [new File([answer.utf8], name), new File([options], 'options')];
			await this.#fit(answer.report, files);
			this.phase = 'ready';
		} catch (error) {
			if (!abort.signal.aborted) this.failure = asFailure(error);
			this.#back();
		}
	}

	/** The data is in the worker, and the experiment is one for it. */
	async #fit(report: TextReport | LabelledReport, files: File[]): Promise<void> {
		const experiment = this.#experiment;
		await this.#leaveRun();
		await experiment.useData(files);
		const layers = experiment.summary.layers.map(({ type }) => type);
		const sets = isLabelled(report) ? labelledSets(report, layers) : textSets(report, layers);
		if (isLabelled(report))
			nameClasses(
				this.kind,
				report.classes.map(([name]) => name)
			);
		for (const [path, value] of sets) await experiment.setValue(path, value);
	}

	/** A run on other data is over: its row stays in the table of runs. */
	async #leaveRun(): Promise<void> {
		if (this.#experiment.run) await this.#experiment.reset();
	}

	#back(): void {
		this.phase = this.report ? 'ready' : 'none';
		if (!this.report) this.file = null;
	}
}

// Not reactive: it is only where a page finds the state again.
// eslint-disable-next-line svelte/prefer-svelte-reactivity
const all = new Map<string, OwnState>();

/** One for the whole visit, as the experiment's own state is. */
export function ownFor(experiment: ExperimentState): OwnState {
	if (typeof window === 'undefined') return new OwnState(experiment);
	let state = all.get(experiment.id);
	if (!state) all.set(experiment.id, (state = new OwnState(experiment)));
	return state;
}
