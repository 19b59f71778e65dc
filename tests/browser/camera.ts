// What became of the cameras that a page was given.

import type { Page } from '@playwright/test';

type Recorder = Window & { streams: MediaStream[] };

/** Call before the page is opened. Gives whether each track of a camera is `live` or has `ended`, as it is when asked. */
export async function watchCamera(page: Page): Promise<() => Promise<string[]>> {
	await page.addInitScript(() => {
		const streams: MediaStream[] = [];
		Object.assign(window, { streams });
		const plain = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
		navigator.mediaDevices.getUserMedia = async (wanted) => {
			const stream = await plain(wanted);
			streams.push(stream);
			return stream;
		};
	});
	return () =>
		page.evaluate(() =>
			(window as unknown as Recorder).streams
				.flatMap((stream) => stream.getTracks())
				.map(({ readyState }) => readyState)
		);
}
