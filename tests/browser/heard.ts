// What the page hears from its training worker, and an experiment made small enough to be trained in seconds.

import type { Page } from '@playwright/test';
import { Card, expect, SLOW } from './site.ts';

export type Step = {
	type: 'step';
	epoch: number;
	update: number;
	loss: number;
	learning_rate: number;
};
export type Heard = { steps: Step[]; epochs: { epoch: number; test: { loss: number } }[]; asked: string[] };
type Recorder = Window & { heard: Heard };

/** Call before the page is opened. */
export async function listen(page: Page): Promise<void> {
	await page.addInitScript(() => {
		const heard: Heard = { steps: [], epochs: [], asked: [] };
		(window as unknown as Recorder).heard = heard;
		const Plain = window.Worker;
		window.Worker = class extends Plain {
			constructor(...args: ConstructorParameters<typeof Worker>) {
				super(...args);
				const send = this.postMessage.bind(this) as (...all: unknown[]) => void;
				this.postMessage = (message: unknown, ...rest: unknown[]) => {
					heard.asked.push((message as { request: { type: string } }).request.type);
					send(message, ...rest);
				};
				this.addEventListener('message', ({ data }) => {
					for (const event of data?.notice?.type === 'events' ? data.notice.events : []) {
						if (event.type === 'step') heard.steps.push(event);
						if (event.type === 'epoch') heard.epochs.push(event);
					}
				});
			}
		};
	});
}

/** All since the page was opened, or since the last call. */
export async function take(page: Page): Promise<Heard> {
	return page.evaluate(() => {
		const { heard } = window as unknown as Recorder;
		return {
			steps: heard.steps.splice(0),
			epochs: heard.epochs.splice(0),
			asked: heard.asked.splice(0)
		};
	});
}

/** Writes the text anew; done when it was checked. */
export async function rewrite(card: Card, changes: [from: string, to: string][]): Promise<void> {
	await card.tab('Text').click();
	const area = card.panel.getByRole('textbox');
	let text = await area.inputValue();
	for (const [from, to] of changes) {
		expect(text).toContain(from);
		text = text.replace(from, to);
	}
	await area.fill(text);
	await expect(card.panel.getByRole('status')).toContainText('Applied:', { timeout: SLOW });
}

/** 13.3 with ten updates an epoch and 32 hidden units. */
export const SMALL: [string, string][] = [
	['scale = 255', 'scale = 255\ntrain_rows = 2000'],
	['units = 784', 'units = 32']
];
