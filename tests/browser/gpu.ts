// A training worker whose GPU a spec can see and take away, and the losses that the page hears.

import type { Page, Worker } from '@playwright/test';

type Seen = { devices: { destroy(): void }[]; dispatches: number; pipelines: number };
type Scope = { seen: Seen };
type Recorder = Window & { losses: number[] };

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
	await page.route(/\/train\.worker[^/]*\.js$/, async (route) => {
		const response = await route.fetch();
		await route.fulfill({ response, body: WATCH + (await response.text()) });
	});
	await page.addInitScript(() => {
		const recorder = window as unknown as Recorder;
		recorder.losses = [];
		const Plain = window.Worker;
		window.Worker = class extends Plain {
			constructor(...args: ConstructorParameters<typeof Worker>) {
				super(...args);
				this.addEventListener('message', ({ data }) => {
					for (const event of data?.notice?.events ?? [])
						if (event.type === 'step') recorder.losses.push(event.loss);
				});
			}
		};
	});
}

/** Losses of all steps since the page was opened or since the last call. */
export async function takeLosses(page: Page): Promise<number[]> {
	return page.evaluate(() => (window as unknown as Recorder).losses.splice(0));
}

export function trainWorkers(page: Page): Worker[] {
	return page.workers().filter((worker) => worker.url().includes('train.worker'));
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
	const [worker] = trainWorkers(page);
	if (!worker) throw new Error('there is no training worker');
	return worker.evaluate(() => {
		const { dispatches, pipelines } = (globalThis as unknown as Scope).seen;
		return { dispatches, pipelines };
	});
}
