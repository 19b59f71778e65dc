// What asks a worker.

import type { EngineKind } from './kinds';
import type { AnswerTo, Notice, Request } from './messages';

/** What states need of a client; tests give them a smaller one. */
export interface Requester {
	request<R extends Request>(request: R, onNotice?: (notice: Notice) => void): Promise<AnswerTo<R>>;
	/** Counts the workers that ended: what one had been told, the next one does not know. */
	readonly generation: number;
	/** What its worker holds, or will load. */
	readonly engine: EngineKind;
	/** Another engine, so another worker. Pause and save a run before. */
	use(engine: EngineKind): void;
}
