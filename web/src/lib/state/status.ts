// Where an experiment stands, and where it stands when something has failed.

export type Status = 'idle' | 'loading' | 'ready' | 'running' | 'paused' | 'finished' | 'diverged' | 'failed';

/** What takes the run out of the worker. */
export function endsWorker(code: string): boolean {
	return code === 'worker_died' || code === 'device_lost';
}

/**
 * What could not begin leaves the card as it was, as far as there is a run to come back to. `before`: when it was
 * begun; `data`: there are rows.
 */
export function statusAfter(code: string, now: Status, before: Status, data: boolean): Status {
	if (now === 'running' || endsWorker(code) || code.startsWith('checkpoint')) return 'failed';
	if (before === 'paused' || before === 'finished' || before === 'diverged') return before;
	if (code === 'experiment_invalid' || code.startsWith('too_large')) return data ? 'ready' : 'idle';
	return 'failed';
}
