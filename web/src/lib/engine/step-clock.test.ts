import { expect, it } from 'vitest';
import { StepClock } from './step-clock';
import type { RunEvent } from './wire';

const step: RunEvent = {
	...{ type: 'step', epoch: 1, step: 1, update: 1, loss: 1, accuracy: 0, rows: 8, learning_rate: 0.1 }
};
const evaluating = (done: number): RunEvent => ({
	...{ type: 'evaluating', part: 'test', epoch: 1, done, total: 1000 }
});

it('gives medians of what was measured lately', () => {
	const clock = new StepClock();
	expect([clock.msPerStep, clock.msPerRow]).toEqual([0, 0]);
	for (const ms of [50, 40, 60]) clock.take([step], ms);
	clock.take([step, step], 200);
	expect([clock.msPerStep, clock.lastStep]).toEqual([55, 100]);
	for (const done of [250, 500, 750, 1000]) clock.take([evaluating(done)], 500);
	clock.take([evaluating(250)], 500);
	expect(clock.msPerRow).toBe(2);
	expect(clock.takeBusy()).toBe(350 + 2500);
	expect(clock.takeBusy()).toBe(0);
});

it('does not take a sleep for a step, nor for an evaluation', () => {
	const clock = new StepClock();
	for (let i = 0; i < 3; i++) clock.take([step], 50);
	clock.take([step], 8 * 3600_000);
	expect([clock.msPerStep, clock.lastStep]).toEqual([50, 50]);
	clock.take([evaluating(250)], 500);
	for (let night = 0; night < 5; night++) clock.take([evaluating(500)], 3600_000);
	expect(clock.msPerRow).toBe(2);
	expect(clock.takeBusy()).toBeLessThan(10_000);
});

it('forgets a first step that was slept through', () => {
	const clock = new StepClock();
	clock.take([step], 3600_000);
	clock.take([step], 50);
	expect(clock.msPerStep).toBe(50);
	expect(clock.takeBusy()).toBe(100);
});

it('believes steps that really are slow, or became slow', () => {
	const clock = new StepClock();
	clock.take([step], 8_000);
	clock.take([step], 12_000);
	expect(clock.msPerStep).toBe(10_000);
	for (let i = 0; i < 20; i++) clock.take([step], 60_000);
	expect(clock.msPerStep).toBe(60_000);
});
