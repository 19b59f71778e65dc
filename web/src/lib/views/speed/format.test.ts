import { describe, expect, it } from 'vitest';
import type { BenchEngine, BenchRun } from '../../book/bench';
import { engineName, workloadName } from './format';

const about = { date: '2026-11-28', processes: 5, data: { name: 'imdb', sha256: 'ab' } };
const run = {
	workloads: [
		{ ...about, id: '15.4-b32', experiment: '15.4', batch: 32 },
		{ ...about, id: 'lstm100-b32', experiment: '20.2', batch: 32, maxlen: 100 },
		{ ...about, id: 'matmul-1024', experiment: '', batch: 1024, product: 1024 }
	]
} as unknown as BenchRun;

describe('a workload', () => {
	it('is named by its experiment and its batch', () => {
		expect(workloadName(run, '15.4-b32', 'en')).toBe('15.4, batch of 32');
		expect(workloadName(run, '15.4-b32', 'zh')).toBe('15.4，每批 32 个');
	});
	it('of texts says how long they are: another length is another amount of work', () => {
		expect(workloadName(run, 'lstm100-b32', 'en')).toBe('20.2, 100 words, batch of 32');
		expect(workloadName(run, 'lstm100-b32', 'zh')).toBe('20.2，100 个词，每批 32 条');
	});
	it('without a network says what is multiplied', () => {
		expect(workloadName(run, 'matmul-1024', 'en')).toBe('two matrices of 1,024 × 1,024');
		expect(workloadName(run, 'matmul-1024', 'zh')).toBe('两个 1,024 × 1,024 的矩阵');
	});
});

it('names an engine by its library and what it computes on', () => {
	const engine = (backend: string) => ({ library: 'Fireside', backend }) as BenchEngine;
	expect(engineName(engine('webgpu'), 'zh')).toBe('Fireside WebGPU');
	expect(engineName(engine('cpu, all cores'), 'en')).toBe('Fireside CPU, all cores');
	expect(engineName(engine('cpu, all cores'), 'zh')).toBe('Fireside CPU，所有核');
});
