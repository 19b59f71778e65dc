import { expect, it, vi } from 'vitest';
import { fakeSite } from './fakes';
import { TrainOwner } from './registry';
import { SelfCheck } from './self-check.svelte';

vi.mock('$app/paths', () => ({ base: '' }));

function setUp() {
	const site = fakeSite();
	const owner = new TrainOwner();
	const check = new SelfCheck({
		train: () => site.train,
		spare: site.spare,
		answer: () => site.answer,
		owner
	});
	return { ...site, owner, check };
}
const network = { id: '13.4', text: 'text 13.4' };

it('asks a worker of its own where the training worker is on the CPU, and ends it', async () => {
	const { check, gpu, workers } = setUp();
	gpu.error = 2e-5;
	const done = check.run(network);
	expect(check.running).toBe(true);
	await done;
	expect(check.of(network)).toMatchObject({ ok: true, id: '13.4' });
	expect(check.of(network)?.worst).toBeCloseTo(1e-5);
	expect([check.running, check.loading, check.failure]).toEqual([false, null, null]);
	// The spare one and the one that answers.
	expect(workers.map(({ ended }) => ended)).toEqual([true, false]);
	expect(workers.map(({ asked }) => asked[0]?.engine)).toEqual(['gpu', 'cpu']);
	// Another text is another network.
	expect(check.of({ ...network, text: 'changed' })).toBeNull();
	expect(check.of(null)).toBeNull();
});

it('asks the training worker where that is on the GPU', async () => {
	const { check, gpu, train, workers } = setUp();
	train.use('gpu');
	gpu.error = 0.1;
	await check.run(network);
	expect(check.of(network)).toMatchObject({ ok: false });
	expect(workers.map(({ ended }) => ended)).toEqual([false, false]);
});

it('does not disturb a run', async () => {
	const { check, owner, workers } = setUp();
	const nothing = async () => undefined;
	await owner.acquire({ id: '13.5', busy: true, giveWay: nothing, changeEngine: nothing });
	await check.run(network);
	expect(check.failure).toEqual({ code: 'other_running', args: { id: '13.5' } });
	expect(workers).toHaveLength(0);
});

it('says why it could not be made, and compares nothing with itself', async () => {
	const { check, gpuStart, train } = setUp();
	gpuStart.failure = { code: 'gpu_start', args: { reason: 'no' } };
	await check.run(network);
	expect([check.failure?.code, check.of(network)]).toEqual(['gpu_start', null]);
	// Where the training worker falls back, the CPU answers: that is no check.
	train.fellBack = () => undefined;
	train.use('gpu');
	await check.run(network);
	expect([check.failure?.code, check.of(network)]).toEqual(['gpu_start', null]);
	await check.run({ id: '13.4', text: 'bad' });
	expect(check.failure?.code).toBe('gpu_start');
});
