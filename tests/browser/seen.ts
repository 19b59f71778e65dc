// What the page hears when it looks inside a network, and a network's tensors as they lie in a saved file.

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { Card } from './site.ts';

type Plain<T> = { [key in keyof T]: T[key] };
/** The answers to `look`, typed arrays as lists. */
export type Seen = Plain<{ of: string; [field: string]: unknown }>;
type Recorder = Window & { seen: Seen[] };

/** Call before the page is opened. */
export async function record(page: Page): Promise<void> {
	await page.addInitScript(() => {
		const recorder = window as unknown as Recorder;
		recorder.seen = [];
		const plain = (value: unknown): unknown => {
			if (ArrayBuffer.isView(value)) return [...(value as Float32Array)];
			if (Array.isArray(value)) return value.map(plain);
			if (value === null || typeof value !== 'object') return value;
			return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
		};
		const Own = window.Worker;
		window.Worker = class extends Own {
			constructor(...args: ConstructorParameters<typeof Worker>) {
				super(...args);
				this.addEventListener('message', ({ data }) => {
					if (data?.reply?.type === 'seen') recorder.seen.push(plain(data.reply.seen) as Seen);
				});
			}
		};
	});
}

/** The latest answer of a kind. */
export async function seen<T>(page: Page, of: string): Promise<T> {
	const found = await page.evaluate(
		(kind) => (window as unknown as Recorder).seen.filter((one) => one.of === kind).at(-1) ?? null,
		of
	);
	if (!found) throw new Error(`nothing of ${of} was answered`);
	return found as T;
}

export type Tensor = { shape: number[]; values: number[] };

/** The tensors of the card's network, as it saves them: safetensors. */
export async function savedTensors(card: Card): Promise<Record<string, Tensor>> {
	const [saved] = await Promise.all([
		card.page.waitForEvent('download'),
		card.button('Save network').click()
	]);
	return tensorsOf(await saved.path());
}

/** The same of a file that lies here. */
export async function tensorsOf(path: string): Promise<Record<string, Tensor>> {
	const file = await readFile(path);
	const length = Number(file.readBigUInt64LE(0));
	const header = JSON.parse(file.subarray(8, 8 + length).toString()) as Record<
		string,
		{ shape: number[]; data_offsets?: [number, number] }
	>;
	return Object.fromEntries(
		Object.entries(header).flatMap(([name, { shape, data_offsets }]) => {
			if (!data_offsets) return [];
			const [from, to] = data_offsets;
			const values = Array.from({ length: (to - from) / 4 }, (_, at) =>
				file.readFloatLE(8 + length + from + 4 * at)
			);
			return [[name, { shape, values }]];
		})
	);
}
