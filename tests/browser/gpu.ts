// A training worker whose GPU a spec can see and take away.

import type { Page } from '@playwright/test';
import { recordLosses } from './losses.ts';
import { inTrainWorker, trainWorker, trainWorkers } from './worker-code.ts';

type Seen = { devices: { destroy(): void }[]; dispatches: number; pipelines: number };
type Scope = { seen: Seen };

/** Runs in the worker before its own code. */
const WATCH = `{
	const seen = (globalThis.seen = { devices: [], dispatches: 0, pipelines: 0 });
	if (globalThis.GPUAdapter) {
		const request = GPUAdapter.prototype.requestDevice;
		GPUAdapter.prototype.requestDevice = async function (...args) {
			const device = await request.apply(this, args);
			seen.devices.push(device);
			return device;
		};
		const count = (type, method, what) => {
			const original = type.prototype[method];
			type.prototype[method] = function (...args) {
				seen[what] += 1;
				return original.apply(this, args);
			};
		};
		count(GPUComputePassEncoder, 'dispatchWorkgroups', 'dispatches');
		count(GPUDevice, 'createComputePipeline', 'pipelines');
	}
}
`;

/** Call before the page is opened. */
export async function watchGpu(page: Page): Promise<void> {
	await inTrainWorker(page, WATCH);
	await recordLosses(page);
}

/** As when a driver restarts: the device that trains is gone. */
export async function loseDevice(page: Page): Promise<void> {
	for (const worker of trainWorkers(page))
		await worker.evaluate(() => {
			for (const device of (globalThis as unknown as Scope).seen.devices) device.destroy();
		});
}

/** What the training worker asked of its device. */
export async function asked(page: Page): Promise<Omit<Seen, 'devices'>> {
	return trainWorker(page).evaluate(() => {
		const { dispatches, pipelines } = (globalThis as unknown as Scope).seen;
		return { dispatches, pipelines };
	});
}
