// Stages: trained, saved, loaded, trained on, measured, one after the other.

import type { EpochRow } from '$lib/engine/history';
import type { Card, DataState, MetricValue, RunEvent, Score, StageEvent } from '$lib/engine/wire';
import { failure } from '$lib/engine/failure';
import { drawn, type Drawn } from './frame';
import { markDone } from './progress';
import { TaskState, type TaskHost } from './task.svelte';

/** A stage that was begun. */
export type StageView = {
	/** `fit`, `save`, `load`, `evaluate`. */
	name: string;
	/** Epochs that a fit has done, and its last training loss. */
	epochs: number;
	loss: number | null;
	/** Of the file. */
	bytes: number | null;
	/** The epoch whose network was loaded; 0: the one that was saved. */
	loaded: number | null;
	measured: { name: string; score: Score; figures: MetricValue[] } | null;
};

const DRAW_EVERY = 100;

export class StagesState extends TaskState {
	/** How many there are; 0 before the first start. */
	count = $state(0);
	stages = $state.raw<readonly StageView[]>([]);
	/** Of all fits, counted on. */
	epochs = $state.raw<EpochRow[]>([]);
	figures = $state.raw<readonly MetricValue[]>([]);
	#latest: StageView[] = [];
	#rows: EpochRow[] = [];
	readonly #drawn: Drawn;

	constructor(card: Card, host: Partial<TaskHost> = {}) {
		super(card, host);
		this.#drawn = drawn(() => this.#publish(), DRAW_EVERY, this.host.ticker);
	}

	protected override clear(): void {
		this.#latest = [];
		this.#rows = [];
		this.figures = [];
		this.#drawn.now();
	}

	protected override async work(_data: DataState, live: () => boolean): Promise<boolean> {
		const { id, text } = this;
		const { figures, finished } = await this.client.request({ type: 'stages', id, text }, (notice) => {
			if (!live() || notice.type !== 'stages') return;
			this.loading = null;
			this.count = notice.stages;
			for (const event of notice.events) this.#take(event);
			this.#drawn.ask();
		});
		this.#drawn.now();
		this.figures = figures;
		if (finished && !this.edited) {
			const accuracy = figures.findLast(({ name }) => name.endsWith('accuracy'));
			markDone(this.id, accuracy?.value ?? null);
		}
		return finished;
	}

	protected override async halt(): Promise<void> {
		await this.client.request({ type: 'stop', id: this.id });
	}

	#take(event: StageEvent): void {
		if (event.type === 'begun') {
			const { name } = event;
			this.#latest[event.stage] = {
				name,
				epochs: 0,
				loss: null,
				bytes: null,
				loaded: null,
				measured: null
			};
			return;
		}
		if (event.type === 'finished') return;
		const stage = this.#latest[event.stage];
		if (!stage) return;
		// Another object each time: what is shown follows identities.
		const put = (change: Partial<StageView>) => (this.#latest[event.stage] = { ...stage, ...change });
		if (event.type === 'saved') put({ bytes: event.bytes });
		else if (event.type === 'loaded') put({ loaded: event.epoch });
		else if (event.type === 'measured') {
			const { name, score, figures } = event;
			put({ measured: { name, score, figures } });
		} else this.#run(event.event, stage, put);
	}

	#run(event: RunEvent, stage: StageView, put: (change: Partial<StageView>) => void): void {
		if (event.type === 'epoch') {
			const { train, validation, test } = event;
			put({ epochs: stage.epochs + 1, loss: train.loss });
			this.#rows.push({ epoch: this.#rows.length + 1, train, validation, test });
		} else if (event.type === 'diverged') {
			const { epoch, step, reason } = event;
			this.failed = failure('diverged_at_once', { epoch: String(epoch), step: String(step), reason });
		}
	}

	#publish(): void {
		this.stages = [...this.#latest];
		this.epochs = [...this.#rows];
	}
}

// Not reactive: it is only where a card finds its state again.
// eslint-disable-next-line svelte/prefer-svelte-reactivity
const all = new Map<string, StagesState>();

export function stagesFor(card: Card): StagesState {
	if (typeof window === 'undefined') return new StagesState(card);
	let state = all.get(card.id);
	if (!state) all.set(card.id, (state = new StagesState(card)));
	return state;
}
