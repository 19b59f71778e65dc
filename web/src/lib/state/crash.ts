// What can be said and done about a run that diverged.

import { failure } from '$lib/engine/failure';
import type { Crash } from '$lib/engine/history';
import type { Failure, Summary } from '$lib/engine/wire';

/** A change of the experiment's text: what is trained is what can be read. */
export type Edit = { path: string; value: string };
export type Remedy = {
	what: 'rate' | 'clip';
	edit: Edit;
	/** The rate that went astray. */
	from: number;
};

const OPTIMIZER = 'training.optimizer';
/** All gradients together are made no longer than this: the usual choice. */
const CLIP_NORM = '1';

/** What happened, for the reader. */
export function crashed(crash: Crash | undefined): Failure | null {
	if (!crash) return null;
	const args = { epoch: String(crash.epoch), step: String(crash.step), reason: crash.reason };
	if (crash.back === 0) return failure('diverged_at_once', args);
	return failure('diverged', { ...args, back: String(crash.back) });
}

/** A tenth of the rate; and gradients that are cut, where that helps. */
export function remedies(text: string, summary: Summary, crash: Crash | undefined): Remedy[] {
	const { learning_rate: written, optimizer } = summary;
	if (!crash || !(written > 0)) return [];
	// Where it was raised by hand the written rate may be the good one.
	const from = crash.rate > 0 ? crash.rate : written;
	const value = String(Math.min(written, Number((from / 10).toPrecision(3))));
	const rate: Remedy = { what: 'rate', edit: { path: `${OPTIMIZER}.learning_rate`, value }, from };
	// Adam and its kin divide by the gradient's own size: cutting it changes next to nothing.
	const indifferent = /^(adamw?|adamax|adadelta|adagrad|nadam|rmsprop)$/.test(optimizer);
	const cut = /\b(global_)?clip(norm|value)\b/.test(text);
	if (indifferent || cut) return [rate];
	return [rate, { what: 'clip', edit: { path: `${OPTIMIZER}.clipnorm`, value: CLIP_NORM }, from }];
}

/** `optimizer = "adam"` as a table, which has room for a rate. */
export function withTable(text: string): string {
	return text.replace(/^([ \t]*optimizer[ \t]*=[ \t]*)(["'])(\w+)\2/m, '$1{ name = "$3" }');
}
