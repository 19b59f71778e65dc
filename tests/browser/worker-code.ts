// Code of a spec that runs in the training worker before its own: to look into it, or to break what it uses.

import type { Page, Worker } from '@playwright/test';

/** Call before the page is opened. */
export async function inTrainWorker(page: Page, code: string): Promise<void> {
	await page.route(/\/train\.worker[^/]*\.js$/, async (route) => {
		const response = await route.fetch();
		await route.fulfill({ response, body: `${code}\n${await response.text()}` });
	});
}

export function trainWorkers(page: Page): Worker[] {
	return page.workers().filter((worker) => worker.url().includes('train.worker'));
}

/** The one that there is. */
export function trainWorker(page: Page): Worker {
	const [found] = trainWorkers(page);
	if (!found) throw new Error(`no training worker among ${page.workers().map((worker) => worker.url())}`);
	return found;
}
