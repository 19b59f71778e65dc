// What the rail says of the engine, in words. The shapes are those of the state, written down here so that views
// depend on data only.

import { t, words, type Lang } from '../../words';

export type Wish = 'auto' | 'cpu' | 'gpu';
/** A layer as the self-check found it. */
export type CheckedLayer = {
	name: string;
	kind: string;
	parts: { what: 'forward' | 'input' | 'weights'; weight: string; difference: number }[];
	worst: number;
	ok: boolean;
};
export type Check = { layers: CheckedLayer[]; worst: number; ok: boolean };

export type EngineView = {
	engine: 'cpu' | 'gpu';
	/** Whether the browser can run the engine at all; null: not known yet. */
	simd: boolean | null;
	wish: Wish;
	/** A GPU that can be chosen. */
	gpu: boolean;
	/** As it calls itself; empty where it does not. Null: there is none. */
	adapter: string | null;
	/** It is a program that pretends to be a GPU. */
	software: boolean;
	/** Of the CPU engine. */
	threads: number;
	/** Why this engine: a name of `words.engine.why`, and its arguments. */
	reason: string;
	args: Record<string, string>;
	/** The experiment this is about. */
	network: string | null;
	/** ms of a step on this device; null: not measured. */
	measured: { cpu: number | null; gpu: number | null };
	check: Check | null;
	checking: 'engine' | 'layers' | null;
	/** In words: why the check could not be made. */
	problem: string | null;
};

/** Some reasons have a fuller sentence. */
function fuller({ reason, software, gpu }: EngineView): string {
	if (reason === 'chosen_gpu' && software) return 'chosen_software';
	if (reason === 'chosen_cpu' && gpu) return 'chosen_cpu_gpu';
	return reason;
}

export function why(view: EngineView, lang: Lang): string {
	const w = words(lang).engine;
	const sentence = w.why[fuller(view)] ?? '';
	return t(sentence, { ...view.args, network: view.network ?? '', adapter: view.adapter || w.only_gpu });
}

function milliseconds(ms: number): string {
	return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}

/** What was measured, where the reason does not say it already. */
export function measured(view: EngineView, lang: Lang): string {
	const w = words(lang).engine;
	const { cpu, gpu } = view.measured;
	if (view.reason.startsWith('faster_')) return '';
	if (cpu !== null && gpu !== null)
		return t(w.measured_both, { cpu: milliseconds(cpu), gpu: milliseconds(gpu) });
	if (cpu !== null) return t(w.measured_one, { ms: milliseconds(cpu), engine: w.only_cpu });
	if (gpu !== null) return t(w.measured_one, { ms: milliseconds(gpu), engine: w.only_gpu });
	return '';
}

/** `2e-5`, rounded up: what agrees to it does. */
export function differenceWords(difference: number, lang: Lang): string {
	if (difference === 0) return '0';
	if (!Number.isFinite(difference)) return words(lang).engine.none;
	const power = 10 ** Math.floor(Math.log10(difference));
	// The quotient of two such numbers can be a hair above a whole one.
	return (Math.ceil(difference / power - 1e-9) * power).toExponential(0);
}

export function verdict(check: Check, lang: Lang): string {
	const w = words(lang).engine;
	const kinds = (layers: CheckedLayer[]) =>
		[...new Set(layers.map((layer) => (layer.kind === 'loss' ? w.loss : layer.kind)))].join(
			lang === 'zh' ? '、' : ', '
		);
	if (!check.ok) return t(w.disagrees, { layers: kinds(check.layers.filter((layer) => !layer.ok)) });
	const layers = check.layers.filter((layer) => layer.kind !== 'loss');
	return t(w.agrees, { worst: differenceWords(check.worst, lang), kinds: kinds(layers) });
}
