// The site's service worker: `lib/offline/keeper.ts`, joined to the browser.

import { type Asked, Keeper, type KeptClient, type SiteFiles } from './lib/offline/keeper';
import type { ToKeeper } from './lib/offline/names';

/** Only what is used; TypeScript's page library has no service workers from within. */
type Lasting = Event & { waitUntil(work: Promise<unknown>): void };
type Worker = {
	registration: { scope: string; waiting: unknown; installing: unknown; update(): Promise<unknown> };
	clients: {
		get(id: string): Promise<KeptClient | undefined>;
		matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly KeptClient[]>;
		claim(): Promise<void>;
	};
	skipWaiting(): Promise<void>;
	addEventListener(type: 'install' | 'activate', listener: (event: Lasting) => void): void;
	addEventListener(
		type: 'fetch',
		listener: (event: Asked & { respondWith(answer: Promise<Response>): void }) => void
	): void;
	addEventListener(type: 'message', listener: (event: MessageEvent<ToKeeper>) => void): void;
};
const worker = self as unknown as Worker;

const site = JSON.parse('__FIRESIDE_FILES__') as SiteFiles;
const keeper = new Keeper(site, {
	scope: worker.registration.scope,
	caches,
	fetch: (input, init) => fetch(input, init),
	client: (id) => worker.clients.get(id),
	windows: () => worker.clients.matchAll({ type: 'window', includeUncontrolled: true }),
	newer: () => [worker.registration.waiting, worker.registration.installing].some((one) => Boolean(one)),
	lookForUpdate: () => void worker.registration.update().catch(() => undefined)
});

worker.addEventListener('install', (event) => event.waitUntil(keeper.install()));
// The first worker answers for the page that brought it; a later one waits until a reader takes it.
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('fetch', (event) => {
	const answer = keeper.answer(event);
	if (answer) event.respondWith(answer);
});
worker.addEventListener('message', ({ data, ports }) => {
	if (data.type === 'take over') void worker.skipWaiting();
	if (data.type === 'version') ports[0]?.postMessage(site.version);
});
