// The losses that the page hears from its training worker, update by update.

import type { Page } from '@playwright/test';

export type Loss = { update: number; loss: number };
type Recorder = Window & { losses: Loss[] };

/** Call before the page is opened; after every load the record begins anew. */
export async function recordLosses(page: Page): Promise<void> {
	await page.addInitScript(() => {
		const recorder = window as unknown as Recorder;
		recorder.losses = [];
		const Plain = window.Worker;
		window.Worker = class extends Plain {
			constructor(...args: ConstructorParameters<typeof Worker>) {
				super(...args);
				this.addEventListener('message', ({ data }) => {
					for (const { type, update, loss } of data?.notice?.events ?? [])
						if (type === 'step') recorder.losses.push({ update, loss });
				});
			}
		};
	});
}

/** Of all steps since the page was opened or since the last call. */
export async function takeLosses(page: Page): Promise<Loss[]> {
	return page.evaluate(() => (window as unknown as Recorder).losses.splice(0));
}
