// Which buttons can be pressed when. Kept apart from the markup because this is where it goes wrong.

import type { ExperimentView, RunState, Status } from './types';

export type MainAction = 'train' | 'pause' | 'go_on' | 'again' | 'retry' | 'loading';
export type Controls = {
	main: MainAction;
	canMain: boolean;
	canStep: boolean;
	canStop: boolean;
	canReset: boolean;
	/** The learning rate may change while a run is on, everything else may not. */
	canEdit: boolean;
	canEditRate: boolean;
	/** There is a trained network to look into and to keep. */
	hasNetwork: boolean;
};

type Seen = {
	status: Status;
	run: RunState | null;
	checked: ExperimentView['checked'];
};

/** A run that was started and not ended: going on is possible. */
export function alive(status: Status): boolean {
	return status === 'running' || status === 'paused';
}

function mainAction(status: Status): MainAction {
	switch (status) {
		case 'loading':
			return 'loading';
		case 'running':
			return 'pause';
		case 'paused':
			return 'go_on';
		case 'finished':
		case 'diverged':
			return 'again';
		case 'failed':
			return 'retry';
		case 'idle':
		case 'ready':
			return 'train';
	}
}

export function controls({ status, run, checked }: Seen): Controls {
	const sound = checked === null || checked.ok;
	const updates = run?.update ?? 0;
	return {
		main: mainAction(status),
		// A run that is on goes on, whatever is being typed; a new one needs a sound text.
		canMain: status !== 'loading' && (alive(status) || sound),
		canStep: status === 'paused' || ((status === 'idle' || status === 'ready') && sound),
		// What is being loaded can be called off.
		canStop: alive(status) || status === 'loading',
		canReset:
			alive(status) || status === 'finished' || status === 'diverged' || status === 'failed' || updates > 0,
		canEdit: !alive(status) && status !== 'loading',
		canEditRate: status !== 'loading',
		hasNetwork: updates > 0 && status !== 'running' && status !== 'loading'
	};
}
