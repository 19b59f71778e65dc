// The worker's run, and what is kept of it: saved now and then, taken up again, gone back to when the run leaves the way.

import type { Engine, EngineData, EngineSession } from './engine-types';
import { asFailure, fail, failure, isTrap } from './failure';
import { emptyHistory, wentBack, type History } from './history';
import type { PaceMeter } from './inside';
import type { EngineKind } from './kinds';
import type { Notice, Request } from './messages';
import { note, type Note } from './notes';
import type { Datasets } from './packs';
import type { SavedRuns } from './saved';
import type { StepClock } from './step-clock';
import { sound, type Diverged, type Watchdog } from './watchdog';
import type { Failure } from './wire';

export type Run = {
	id: string;
	session: EngineSession;
	engine: EngineKind;
	dataset: string;
	/** Checksum of its data: a saved run goes on with the same rows only. */
	data: string;
	history: History;
	watchdog: Watchdog;
	/** What is saved is of this run, not of one before it. */
	saved: boolean;
	clock: StepClock;
	pace: PaceMeter;
	pauseAsked: boolean;
	/** Thrown away: not to be saved any more. */
	abandoned: boolean;
	playing: Promise<unknown> | null;
	savedAt: number;
	saveFailed: boolean;
};

const SAVE_EVERY = 20_000;
/**
 * The first time sooner: what is saved shall be this run, not the one before it. On the GPU after the first step:
 * a device that is lost early shall not cost the run.
 */
const FIRST_SAVE: Record<EngineKind, number> = { cpu: 2_000, gpu: 0 };

type Notify = (notice: Notice) => void;
type KeeperHost = {
	engine(notify: Notify): Promise<Engine>;
	/** The engine, by one at a time; fails when the device is lost. */
	touch<T>(work: () => T | Promise<T>): Promise<T>;
	/** Whoever else works with this session lets it go. */
	leave(session: EngineSession): Promise<void>;
	datasets: Datasets;
	saved: SavedRuns;
	now(): number;
};

/** Takes a note down with the run, and tells it to whoever looks on. */
export function tell(history: History, entry: Note, notify: Notify): void {
	note(history.notes, entry);
	notify({ type: 'note', note: entry });
}

export class RunKeeper {
	readonly #host: KeeperHost;

	constructor(host: KeeperHost) {
		this.#host = host;
	}

	/** When a run that begins now counts as saved last. */
	begun(kind: EngineKind): number {
		return this.#host.now() - SAVE_EVERY + FIRST_SAVE[kind];
	}

	due(run: Run): boolean {
		return this.#host.now() - run.savedAt >= SAVE_EVERY;
	}

	/** The saved run of an experiment, where it was left; its rows must be these. */
	async restore(
		request: Extract<Request, { type: 'prepare' }>,
		engine: Engine,
		data: EngineData,
		notify: Notify
	): Promise<{ session: EngineSession; history: History }> {
		const { id, retell } = request;
		const { saved } = this.#host;
		const kept = await saved.read(id);
		if (!kept) throw fail('checkpoint_missing', { id });
		if (kept.data !== data.state().checksum) throw fail('checkpoint_other_data', { id });
		const { history } = kept;
		try {
			const session = engine.Session.resume(kept.checkpoint, data, retell && request.text);
			const { update } = kept.run;
			if (retell === 'remedied') {
				const { learning_rate: from } = session.state();
				const to = engine.check(request.text).summary?.learning_rate ?? from;
				session.set_learning_rate(to);
				if (from !== to) tell(history, { update, what: 'learning_rate', from, to }, notify);
			}
			const { epochs: from } = kept.run;
			const { epochs: to } = session.state();
			if (from !== to) tell(history, { update, what: 'more_epochs', from, to }, notify);
			return { session, history };
		} catch (error) {
			// The file is whole, but the engine cannot go on with it (an older version wrote it, say), and
			// never will: without it the next visit is not troubled again. With another text it may be that.
			const lost = !retell && (isTrap(error) || asFailure(error).code.startsWith('checkpoint'));
			if (lost) await saved.remove(id);
			const other = retell && asFailure(error).code === 'checkpoint_corrupt';
			throw other ? fail('checkpoint_other_text', { id }) : error;
		}
	}

	/** To the last good state of a run that diverged: what was saved of it, else its beginning. */
	async goBack(run: Run, diverged: Diverged, notify: Notify): Promise<void> {
		const { id, dataset, watchdog } = run;
		const { touch, leave, datasets, saved } = this.#host;
		const engine = await this.#host.engine(notify);
		const data = datasets.get(dataset);
		const kept = run.saved ? await saved.read(id) : null;
		// The reader's files may have taken the place of the rows that this run learns from.
		if (!data || data.state().checksum !== run.data) throw fail('checkpoint_other_data', { id });
		const { text, steps_per_epoch: stepsPerEpoch } = run.session.state();
		const session = kept
			? await touch(() => engine.Session.resume(kept.checkpoint, data))
			: await touch(() => new engine.Session(text, data));
		await touch(() => session.warm_up((made, expected) => notify({ type: 'compile', made, expected })));
		await leave(run.session);
		await touch(() => run.session.free?.());
		run.session = session;
		const good = kept?.history ?? emptyHistory();
		run.history = wentBack(run.history, good, diverged, { back: kept?.run.update ?? 0, stepsPerEpoch });
		watchdog.reset(run.history);
		// Who goes on all the same has seen it.
		if (diverged.reason === 'loss_grew') watchdog.muted = true;
	}

	/** `asked`: the run stands still here. On its own it never puts a doubtful state over the last good one. */
	async save(run: Run, notify: Notify, asked: boolean): Promise<void> {
		const { now, touch, saved } = this.#host;
		if (run.abandoned) return;
		run.savedAt = now();
		if (!asked && run.watchdog.doubtful) return;
		const { id, data, history, session } = run;
		const [checkpoint, state] = await touch(
			async () => [await session.checkpoint(), session.state()] as const
		);
		if (!sound(checkpoint)) return;
		run.saved = true;
		try {
			await saved.write({ id, run: state, data, history, checkpoint });
		} catch (error) {
			if (!run.saveFailed) notify({ type: 'remark', failure: refused(error) });
			run.saveFailed = true;
		}
		run.savedAt = now();
	}
}

/** The browser did not store the run. */
function refused(error: unknown): Failure {
	const reason = error instanceof Error ? error.message : String(error);
	const full = error instanceof DOMException && error.name === 'QuotaExceededError';
	return failure(full ? 'save_full' : 'save_failed', { reason });
}
