// What a run has shown so far, as the card draws it: takes the worker's notices in at once and publishes them at
// most every 100 ms, in an animation frame.

import {
	addEvent,
	emptyHistory,
	pointsOf,
	type Crash,
	type EpochRow,
	type History,
	type Points
} from '$lib/engine/history';
import type { OneUpdate } from '$lib/engine/inside';
import type { Notice } from '$lib/engine/messages';
import { note, type Note } from '$lib/engine/notes';
import type { RunEvent, RunState, Summary } from '$lib/engine/wire';
import { drawn, type Drawn, type Ticker } from './frame';
import { emptySummary } from './text.svelte';
import { secondsLeft } from './time-left';

export type Evaluating = { part: 'validation' | 'test' | 'train'; done: number; total: number };
type Events = Extract<Notice, { type: 'events' }>;

/** Between two updates of what is drawn, in ms. */
const DRAW_EVERY = 100;

export class ShownRun {
	run = $state.raw<RunState | null>(null);
	/** In epochs, thinned. */
	steps = $state.raw<Points>({ x: [], loss: [], accuracy: [] });
	epochs = $state.raw<EpochRow[]>([]);
	/** Where it left the way; the last one is the newest. */
	crashes = $state.raw<Crash[]>([]);
	evaluating = $state.raw<Evaluating | null>(null);
	/** Median of the recent steps; 0 = not measured yet. */
	msPerStep = $state(0);
	secondsLeft = $state<number | null>(null);
	learningRate = $state(0);
	/** What was done to the run by hand. */
	notes = $state.raw<Note[]>([]);
	/** What the last single step did, until the run goes on. */
	oneUpdate = $state.raw<OneUpdate | null>(null);

	/** Of the run's own text, which may be edited since. */
	summary: Summary = emptySummary;
	edited = false;
	/** Time of computing: no pauses, and not the sleep of the machine. */
	seconds = 0;
	/** How the run ended by itself. */
	ended: 'finished' | 'diverged' | null = null;

	readonly #drawn: Drawn;
	#history: History = emptyHistory();
	/** Rows of an evaluation: as written, then as they really are (a sample has fewer). Training rows: where they are asked for. */
	#rows = { validation: 0, test: 0, train: 0 };
	/** The newest of what is published later. */
	#latest: { run: RunState | null; evaluating: Evaluating | null; msPerStep: number; msPerRow: number };

	constructor(ticker: Ticker) {
		this.#latest = { run: null, evaluating: null, msPerStep: 0, msPerRow: 0 };
		this.#drawn = drawn(() => this.#publish(), DRAW_EVERY, ticker);
	}

	/** A run begins, or goes on with what it has shown before. `testRows`: of the data at hand, if known. */
	start(
		run: RunState | null,
		history: History | null,
		summary: Summary,
		edited: boolean,
		testRows?: number
	): void {
		this.#history = history ?? emptyHistory();
		this.#latest = { run, evaluating: null, msPerStep: 0, msPerRow: 0 };
		this.#rows = { validation: summary.validation_rows, test: testRows ?? summary.test_rows, train: 0 };
		this.summary = summary;
		this.edited = edited;
		this.seconds = 0;
		this.learningRate = run?.learning_rate ?? summary.learning_rate;
		this.notes = [...this.#history.notes];
		this.oneUpdate = null;
		this.ended = null;
		this.#drawn.now();
	}

	clear(): void {
		this.start(null, null, emptySummary, false);
	}

	take(notice: Events): void {
		this.#latest.msPerStep = notice.ms_per_step;
		this.#latest.msPerRow = notice.ms_per_row;
		this.seconds += notice.busy_ms / 1000;
		for (const event of notice.events) this.#event(event);
		this.#drawn.ask();
	}

	/** It diverged and is back in an earlier state, whose history this is, with the crash in it. */
	wentBack(run: RunState | null, history: History): void {
		this.#history = history;
		this.ended = 'diverged';
		if (run) this.learningRate = run.learning_rate;
		this.halt(run);
	}

	/** It goes on after it had ended. */
	goOn(): void {
		this.ended = null;
	}

	/** What is told of a run that is steered. */
	steered(notice: Notice): void {
		if (notice.type === 'update') this.oneUpdate = notice.update;
		if (notice.type !== 'note') return;
		note(this.#history.notes, notice.note);
		this.notes = [...this.#history.notes];
	}

	/** The run stands still, in this state if it is known. */
	halt(run: RunState | null = this.#latest.run): void {
		this.#latest.run = run;
		this.#latest.evaluating = null;
		this.#drawn.now();
		if (this.ended) this.secondsLeft = null;
	}

	#event(event: RunEvent): void {
		const latest = this.#latest;
		if (!latest.run) return;
		addEvent(this.#history, event, latest.run.steps_per_epoch);
		latest.evaluating = null;
		switch (event.type) {
			case 'step':
				latest.run = { ...latest.run, epoch: event.epoch, step: event.step, update: event.update };
				this.learningRate = event.learning_rate;
				break;
			case 'evaluating':
				latest.evaluating = { part: event.part, done: event.done, total: event.total };
				this.#rows[event.part] = event.total;
				break;
			case 'finished':
				this.ended = 'finished';
				break;
		}
	}

	#publish(): void {
		const { run, evaluating, msPerStep, msPerRow } = this.#latest;
		this.run = run;
		this.evaluating = evaluating;
		this.msPerStep = msPerStep;
		this.steps = pointsOf(this.#history);
		this.epochs = this.#history.epochs;
		this.crashes = this.#history.crashes;
		// The order in which the parts come.
		const { validation, test, train } = this.#rows;
		const before = { validation: 0, test: validation, train: validation + test }[
			evaluating?.part ?? 'validation'
		];
		const work = run && {
			updates: run.update,
			totalUpdates: run.epochs * run.steps_per_epoch,
			evaluated: this.epochs.length,
			epochs: run.epochs,
			rowsPerEvaluation: validation + test + train,
			rowsDone: evaluating ? before + evaluating.done : 0,
			batchSize: this.summary.batch_size
		};
		this.secondsLeft = work && secondsLeft({ msPerStep, msPerRow }, work);
	}
}
