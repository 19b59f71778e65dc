// The page's end of the worker that looks at reviews. It is made with the first question and ended to call one off.

import { EngineFailure, fail } from './failure';
import type { Cut, Facts, Review, Setting } from '../review/look';
import type { Failure } from './wire';

export type TextAsk =
	/** The official files (their bytes are gone afterwards), or the built-in sample. */
	| { type: 'open'; name: string; files: { name: string; bytes: ArrayBuffer }[] | null }
	| { type: 'cut'; setting: Setting }
	| { type: 'review'; part: 'train' | 'test'; row: number };
export type TextAnswers = { open: Facts; cut: Cut; review: Review };
export type TextReply = { id: number; answer: unknown } | { id: number; failure: Failure };

type Waiting = { resolve(answer: unknown): void; reject(error: EngineFailure): void };

/** What the states need of it: replaced in tests. */
export interface TextClient {
	ask<A extends TextAsk>(ask: A): Promise<TextAnswers[A['type']]>;
	/** Whoever waits hears `worker_died`; the next question makes a new worker, which has read nothing yet. */
	end(): void;
}

export class TextLookClient implements TextClient {
	#worker: Worker | null = null;
	#last = 0;
	readonly #waiting = new Map<number, Waiting>();

	ask<A extends TextAsk>(ask: A): Promise<TextAnswers[A['type']]> {
		return new Promise((resolve, reject) => {
			const id = ++this.#last;
			this.#waiting.set(id, { resolve: (answer) => resolve(answer as TextAnswers[A['type']]), reject });
			this.#worker ??= this.#make();
			const files = ask.type === 'open' ? (ask.files ?? []) : [];
			this.#worker.postMessage(
				{ id, ask },
				files.map(({ bytes }) => bytes)
			);
		});
	}

	end(): void {
		this.#bury('');
	}

	#make(): Worker {
		const worker = new Worker(new URL('./textlook.worker.ts', import.meta.url), {
			type: 'module',
			name: 'textlook'
		});
		worker.onmessage = ({ data }: MessageEvent<TextReply>) => {
			const waiting = this.#waiting.get(data.id);
			this.#waiting.delete(data.id);
			if ('failure' in data) waiting?.reject(new EngineFailure(data.failure));
			else waiting?.resolve(data.answer);
		};
		worker.onerror = (event) => this.#bury(event.message || 'onerror');
		return worker;
	}

	#bury(reason: string): void {
		this.#worker?.terminate();
		this.#worker = null;
		for (const { reject } of this.#waiting.values()) reject(fail('worker_died', { reason }));
		this.#waiting.clear();
	}
}
