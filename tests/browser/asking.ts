// Workers that are asked directly, with the messages that pages send.

import type { Page } from '@playwright/test';
import type { AnswerTo, FromWorker, Notice, Request } from '../../web/src/lib/engine/messages';
import type { Requester } from '../../web/src/lib/engine/requester';
import { expect, open } from './site.ts';

/** Workers of the page beside its own. */
export class Workers {
	readonly #page: Page;

	constructor(page: Page) {
		this.#page = page;
	}

	/** The page has made its own worker: its address is where the others come from. */
	async open(count: number): Promise<Client[]> {
		await open(this.#page, 'chapter/13/');
		const own = () => this.#page.workers().find((worker) => worker.url().includes('train.worker'));
		await expect.poll(() => own()?.url() ?? '').not.toBe('');
		const clients: Client[] = [];
		for (let index = 0; index < count; index++) {
			clients.push(new Client(this.#page, await this.#start(own()?.url() ?? '')));
		}
		return clients;
	}

	#start(url: string): Promise<number> {
		return this.#page.evaluate((url) => {
			const all = ((globalThis as unknown as { workers?: Worker[] }).workers ??= []);
			return all.push(new Worker(url, { type: 'module' })) - 1;
		}, url);
	}
}

export class Client implements Requester {
	generation = 0;
	engine = 'cpu' as const;
	readonly #page: Page;
	readonly #index: number;
	#last = 0;

	constructor(page: Page, index: number) {
		this.#page = page;
		this.#index = index;
	}

	use(): void {}

	/** Notices come with the reply: an `evaluate` answers once. */
	async request<R extends Request>(request: R, onNotice?: (notice: Notice) => void): Promise<AnswerTo<R>> {
		const messages = await this.#page.evaluate(
			({ index, id, request }) => {
				const worker = (globalThis as unknown as { workers: Worker[] }).workers[index] as Worker;
				const base = new URL('../../', document.baseURI).href;
				const messages: FromWorker[] = [];
				return new Promise<FromWorker[]>((resolve, reject) => {
					const heard = ({ data }: MessageEvent<FromWorker>) => {
						if (data.id !== id) return;
						messages.push(data);
						if (!('reply' in data)) return;
						worker.removeEventListener('message', heard);
						resolve(messages);
					};
					worker.addEventListener('message', heard);
					worker.addEventListener('error', (event) => reject(new Error(event.message)));
					worker.postMessage({ id, base, engine: 'cpu', request });
				});
			},
			{ index: this.#index, id: ++this.#last, request: request as Request }
		);
		for (const message of messages) if ('notice' in message) onNotice?.(message.notice);
		const last = messages.at(-1);
		if (!last || !('reply' in last)) throw new Error('no reply');
		if (last.reply.type === 'failed') throw new Error(JSON.stringify(last.reply.failure));
		return last.reply as AnswerTo<R>;
	}
}
