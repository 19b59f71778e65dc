// Which engine trains a network, and why: one rule, a function of what is known.

import type { EngineKind } from './kinds';
import type { Probe } from './probe';
import type { Summary } from './wire';

/** What the reader wants. */
export type Wish = 'auto' | EngineKind;

/** Its words are in the site's messages, under `engine.why`. */
export type Reason =
	| 'unknown'
	| 'chosen_cpu'
	| 'chosen_gpu'
	| 'no_webgpu'
	| 'no_adapter'
	| 'missing'
	| 'limit'
	| 'failed'
	| 'fallback'
	| 'dense'
	| 'small'
	| 'faster_cpu'
	| 'faster_gpu'
	| 'convolutional'
	| 'recurrent'
	| 'language'
	| 'no_network';

export type Choice = { engine: EngineKind; reason: Reason; args: Record<string, string> };

/** ms of a step as it was measured on this device; null: not yet. */
export type Measured = Record<EngineKind, number | null>;

export type Known = {
	wish: Wish;
	/** Null: not answered yet. */
	probe: Probe | null;
	/** The GPU engine failed in this visit. */
	failed: boolean;
	network: Pick<Summary, 'layers' | 'flops' | 'batch_size'> | null;
	measured: Measured;
};

/**
 * Floating point operations of one step below which the CPU is faster. A step on a GPU is some thirty launches of
 * kernels, each with its buffers bound from WebAssembly, and an answer to wait for: a few ms, however small they are.
 * In that time one thread of WebAssembly SIMD, at a few GFLOP/s, does about this much.
 */
export const SMALL_STEP = 20e6;

const FAMILIES: readonly [RegExp, Reason][] = [
	[/Conv/, 'convolutional'],
	[/LSTM|GRU|RNN/, 'recurrent'],
	[/Embedding/, 'language']
];

export function choose({ wish, probe, failed, network, measured }: Known): Choice {
	const on = (engine: EngineKind, reason: Reason, args: Record<string, string> = {}): Choice => ({
		engine,
		reason,
		args
	});
	if (wish === 'cpu') return on('cpu', 'chosen_cpu');
	if (!probe) return on('cpu', 'unknown');
	if (!probe.ok) return on('cpu', probe.reason, probe.args);
	if (failed) return on('cpu', 'failed');
	if (wish === 'gpu') return on('gpu', 'chosen_gpu');
	if (probe.adapter.fallback) return on('cpu', 'fallback');
	if (!network) return on('gpu', 'no_network');
	// What was measured here says more than any rule.
	const { cpu, gpu } = measured;
	if (cpu !== null && gpu !== null) {
		const args = { cpu: milliseconds(cpu), gpu: milliseconds(gpu) };
		return gpu <= cpu ? on('gpu', 'faster_gpu', args) : on('cpu', 'faster_cpu', args);
	}
	const family = FAMILIES.find(([kind]) => network.layers.some(({ type }) => kind.test(type)))?.[1];
	if (!family) return on('cpu', 'dense');
	const work = network.flops * network.batch_size;
	if (work < SMALL_STEP) return on('cpu', 'small', { mflop: (work / 1e6).toPrecision(2) });
	return on('gpu', family);
}

export function milliseconds(ms: number): string {
	return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}
