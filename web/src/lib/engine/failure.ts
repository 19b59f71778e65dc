// Failures on this side of the wasm edge. Rust throws plain `Failure` objects; everything the browser itself
// can do wrong is turned into the same shape here. The words are in the message files under `error.<code>`.

import type { Failure } from './wire';

/** Codes that the web part makes itself, with the names of their arguments. Rust has more of its own. */
export const hostFailures = {
	/** The worker or the engine in it stopped: `reason` is the browser's own text. */
	worker_died: ['reason'],
	/** What reads the official files stopped: `reason` is the browser's own text. */
	reader_died: ['reason'],
	/** A file of the reader's own that is no text (`kind`: a term), is no text that we know, or has nothing in it. */
	own_foreign: ['file', 'kind'],
	own_binary: ['file'],
	own_empty: ['file'],
	/** This build of the site has no engine, or the host does not serve it. */
	engine_missing: [],
	engine_unreachable: ['reason'],
	/** The file that came is no engine (cut off, replaced by a proxy). */
	engine_damaged: ['reason'],
	/** The browser has no WebAssembly SIMD. */
	engine_no_simd: [],
	/** Why the GPU engine did not start; the page goes on with the CPU. `reason`: the browser's own text. */
	gpu_missing: ['feature'],
	gpu_limit: ['name', 'needed', 'found'],
	gpu_start: ['reason'],
	/** The GPU went away. The worker is of no use any more. */
	device_lost: ['reason'],
	/** What became of it: said beside the run, which goes on. `reason` is the code of the failure. */
	gpu_to_cpu: ['reason'],
	lost_then_gpu: ['update'],
	lost_then_cpu: ['update'],
	lost_began_again: ['engine'],
	/** The reader changed the engine (`engine`: the new one) in mid-run. */
	engine_switched: ['engine'],
	/** Fits or stages were called off: another experiment began (`id`), or another engine was chosen. */
	ended_for_other: ['id'],
	ended_for_engine: ['engine'],
	/** A file of a data pack could not be fetched (`status` 0: no connection). */
	pack_unreachable: ['file', 'status'],
	/** A file of a data pack is not what the manifest says, also after fetching it again. */
	pack_checksum: ['file'],
	/** The saved run was damaged and has been removed. */
	checkpoint_corrupt: ['id'],
	/** The saved run was made with other data than what is loaded now. */
	checkpoint_other_data: ['id'],
	/** There is no saved run to continue. */
	checkpoint_missing: ['id'],
	/** The browser refused to store the run (quota, private window); training goes on. */
	save_failed: ['reason'],
	/** There is no room for it. */
	save_full: ['reason'],
	/** What was saved cannot go on by this text. */
	checkpoint_other_text: ['id'],
	/**
	 * The run left the way (`reason`: `loss_nan`, `loss_infinite` or `loss_grew`) and is back where it was after so many
	 * updates (`back`; the other one: at its beginning).
	 */
	diverged: ['epoch', 'step', 'reason', 'back'],
	diverged_at_once: ['epoch', 'step', 'reason'],
	/** More memory than there is (`needed`, `limit`), with what would fit; `gpu`: or on the GPU. */
	too_large_batch: ['needed', 'limit', 'batch'],
	too_large_batch_gpu: ['needed', 'limit', 'batch'],
	too_large_rows: ['needed', 'limit', 'rows'],
	too_large_network: ['needed', 'limit'],
	/** The experiment text has problems: they are listed beside it. */
	experiment_invalid: ['count'],
	/** This run was paused and saved because another experiment (`id`) was started. */
	paused_for_other: ['id'],
	/** Another experiment (`id`) is training and must not be disturbed for this. */
	other_running: ['id'],
	/** There is no run, or no network yet. */
	no_run: [],
	no_model: [],
	already_running: [],
	/** Nothing was dropped, or more than can be held (`megabytes`, `limit`). */
	drop_empty: [],
	drop_too_large: ['megabytes', 'limit'],
	/** The shipped model could not be fetched, or is not what its card says. */
	model_unreachable: ['name', 'status'],
	model_checksum: ['name'],
	/** The part of the address after # was not understood and was ignored. */
	link_damaged: [],
	/** A run is there, and a link changes nothing of it, or does not start anew. */
	link_kept: [],
	link_start_kept: [],
	link_too_large: [],
	link_unknown_experiment: ['id'],
	/** A model file of words that is not what it should be: `reason` is the part of it. */
	words_model: ['reason'],
	/** A layer of a network on words that is not worked out on this side, and a network that begins with no Embedding. */
	words_layer: ['layer'],
	words_no_embedding: [],
	/** An embedding of more numbers than is wise. */
	embedding_too_large: ['numbers', 'limit'],
	/** A programming error: `message` is the browser's text. */
	unexpected: ['message']
} as const;

export type HostCode = keyof typeof hostFailures;
type Arguments<C extends HostCode> = { [K in (typeof hostFailures)[C][number]]: string };

export function failure<C extends HostCode>(code: C, args: Arguments<C>): Failure {
	return { code, args };
}

/** A `Failure` that travels as an exception. */
export class EngineFailure extends Error {
	readonly failure: Failure;
	constructor(value: Failure) {
		super(`${value.code} ${JSON.stringify(value.args)}`);
		this.name = 'EngineFailure';
		this.failure = value;
	}
}

export function fail<C extends HostCode>(code: C, args: Arguments<C>): EngineFailure {
	return new EngineFailure(failure(code, args));
}

function isFailure(value: unknown): value is Failure {
	if (typeof value !== 'object' || value === null) return false;
	const { code, args } = value as { code?: unknown; args?: unknown };
	return typeof code === 'string' && typeof args === 'object' && args !== null;
}

/** Plain strings as arguments, whatever Rust's numbers became on the way. */
function plain(value: Failure): Failure {
	const args: Failure['args'] = {};
	const entries = value.args instanceof Map ? [...value.args] : Object.entries(value.args);
	for (const [key, argument] of entries) args[String(key)] = String(argument);
	return { code: value.code, args };
}

/** A trap leaves the wasm memory in an unknown state: nothing in this worker may be used afterwards. */
export function isTrap(error: unknown): boolean {
	if (error instanceof WebAssembly.RuntimeError) return true;
	return error instanceof RangeError && /memory|stack|call stack/i.test(error.message);
}

export function asFailure(error: unknown): Failure {
	if (error instanceof EngineFailure) return error.failure;
	if (isTrap(error)) return failure('worker_died', { reason: (error as Error).message });
	if (isFailure(error)) return plain(error);
	return failure('unexpected', { message: error instanceof Error ? error.message : String(error) });
}
