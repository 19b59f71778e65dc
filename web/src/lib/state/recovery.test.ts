import { expect, it } from 'vitest';
import type { RunState } from '$lib/engine/wire';
import { partOf, recover, recoverable } from './recovery';

const lost = { code: 'device_lost', args: { reason: 'x' } };
const run = (update: number, text = 'a') => ({ update, text }) as RunState;

it('is for what the GPU did, not for other failures', () => {
	expect(recoverable(lost, 'gpu')).toBe(true);
	expect(recoverable({ code: 'gpu_start', args: {} }, 'gpu')).toBe(true);
	expect(recoverable(lost, 'cpu')).toBe(false);
	expect(recoverable({ code: 'worker_died', args: {} }, 'gpu')).toBe(false);
});

it('goes on from what was saved of this run, and of no other', () => {
	expect(partOf(run(5), run(9))).toBe(true);
	// A longer one, or another text: an earlier run that was not overwritten yet.
	expect(partOf(run(12), run(9))).toBe(false);
	expect(partOf(run(5, 'b'), run(9))).toBe(false);
	expect(partOf(null, run(9))).toBe(false);
	expect(partOf(run(5), null)).toBe(false);
});

it('tries the GPU once more, then the CPU', () => {
	expect(recover(lost, 1, run(5), run(9))).toEqual({
		engine: 'gpu',
		resume: true,
		note: { code: 'lost_then_gpu', args: { update: '5' } }
	});
	expect(recover(lost, 2, run(5), run(9))).toMatchObject({ engine: 'cpu', note: { code: 'lost_then_cpu' } });
	expect(recover(lost, 1, null, run(9))).toEqual({
		engine: 'gpu',
		resume: false,
		note: { code: 'lost_began_again', args: { engine: 'gpu' } }
	});
	expect(recover({ code: 'gpu_limit', args: {} }, 1, run(5), run(9))).toEqual({
		engine: 'cpu',
		resume: true,
		note: { code: 'gpu_to_cpu', args: { reason: 'gpu_limit' } }
	});
});
