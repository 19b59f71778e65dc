// Figures of the speed page as a reader reads them.

import type { BenchEngine, BenchRun } from '../../book/bench';
import { t, type Lang } from '../../words';
import { speed as en } from '../../words/en/speed';
import { speed as zh } from '../../words/zh/speed';

export function speedWords(lang: Lang): typeof en {
	return lang === 'zh' ? zh : en;
}

/** Three digits, never more than was measured: `3.21`, `41.2`, `1,840`. */
function digits(value: number): string {
	const decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
	return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

export function milliseconds(value: number, lang: Lang): string {
	const { ms, s } = speedWords(lang).unit;
	return value < 10_000 ? `${digits(value)}\u202f${ms}` : `${digits(value / 1000)}\u202f${s}`;
}

export function seconds(ms: number, lang: Lang): string {
	return `${digits(ms / 1000)}\u202f${speedWords(lang).unit.s}`;
}

export function bytes(value: number, lang: Lang): string {
	const { kb, mb } = speedWords(lang).unit;
	return value < 1e6 ? `${Math.round(value / 1000)}\u202f${kb}` : `${digits(value / 1e6)}\u202f${mb}`;
}

export const times = (value: number): string => digits(value);

/** `jax-js wasm`, `Fireside CPU, all cores`. */
export function engineName({ library, backend }: BenchEngine, lang: Lang): string {
	const shown: Record<string, string> = { cpu: 'CPU', wasm: 'wasm', webgpu: 'WebGPU', webgl: 'WebGL' };
	if (backend === 'cpu, all cores') return t(speedWords(lang).all_cores, { engine: `${library} CPU` });
	return `${library} ${shown[backend] ?? backend}`;
}

export function workloadName(run: BenchRun, id: string, lang: Lang): string {
	const found = run.workloads.find((one) => one.id === id);
	if (!found) return id;
	const { experiment, batch, maxlen, product } = found;
	const w = speedWords(lang);
	if (product !== undefined) return t(w.product, { size: product.toLocaleString('en-US') });
	return maxlen === undefined
		? t(w.workload, { id: experiment, batch })
		: t(w.workload_words, { id: experiment, words: maxlen, batch });
}
