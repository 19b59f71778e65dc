// The site without a connection, as the page sees it: the worker that keeps it is brought, an update is offered, and
// a page that could be alone with its memory but isn't is loaded again, once.

import { dev, version } from '$app/environment';
import { siteRoot } from '$lib/engine/client';
import type { FromKeeper, ToKeeper } from '$lib/offline/names';
import { trainOwner } from './registry';

const TRIED = 'fireside.isolated';
/** Between two looks for a new version of a page that stays open, in ms. */
const LOOK_EVERY = 60 * 60 * 1000;

class Offline {
	/** A worker of this page's version keeps the site: chapters can be taken along. */
	keeps = $state(false);
	/** A new version is here, whole, and waits. */
	#waiting = $state.raw<ServiceWorker | null>(null);
	#later = $state(false);
	/** Another page has taken a new version: this one goes on as it is, and its links load whole pages. */
	old = $state(false);
	#started = false;
	#touched = false;
	#taking = false;

	get update(): boolean {
		return (this.#waiting !== null || this.old) && !this.#later;
	}

	/** Once the page is alive, and has what it needs. A page without https has no such worker, and misses nothing. */
	async start(): Promise<void> {
		const container = 'serviceWorker' in navigator ? navigator.serviceWorker : null;
		if (dev || this.#started || !container) return;
		this.#started = true;
		for (const type of ['pointerdown', 'keydown', 'wheel', 'touchstart', 'dragover']) {
			addEventListener(type, () => (this.#touched = true), { capture: true, passive: true, once: true });
		}
		container.addEventListener('message', ({ data, ports }: MessageEvent<FromKeeper>) => {
			if (data?.type === 'which version') ports[0]?.postMessage(version);
		});
		const first = container.controller === null;
		container.addEventListener('controllerchange', () => void this.#controlled(container, first));
		if (container.controller) void this.#controlled(container, false);
		try {
			const registration = await container.register(`${siteRoot()}service-worker.js`, {
				updateViaCache: 'none'
			});
			this.#follow(registration, container);
		} catch {
			// Forbidden, or a host that answers it with something else: the page works, with a connection.
		}
	}

	#follow(registration: ServiceWorkerRegistration | undefined, container: ServiceWorkerContainer): void {
		if (!registration) return;
		const look = () => {
			// The very first one does not wait for anybody.
			if (container.controller) this.#waiting = registration.waiting;
		};
		look();
		registration.addEventListener('updatefound', () => {
			registration.installing?.addEventListener('statechange', look);
		});
		const again = () => void registration.update().catch(() => undefined);
		setInterval(again, LOOK_EVERY);
		document.addEventListener('visibilitychange', () => {
			if (document.visibilityState === 'visible') again();
		});
	}

	async #controlled(container: ServiceWorkerContainer, first: boolean): Promise<void> {
		const worker = container.controller;
		if (!worker) return;
		const theirs = await versionOf(worker);
		if (this.#taking) return location.reload();
		this.keeps = theirs === version;
		this.old = theirs !== null && theirs !== version;
		if (!this.keeps) return;
		if (this.#reload()) return location.reload();
		// This page came before its worker did.
		if (first) await this.#keepThisPage();
	}

	/** Shared memory needs headers that many hosts don't send; the worker does, from the next loading on. */
	#reload(): boolean {
		// In a frame the headers of the page around it decide, too. Where a reader has begun something it is left alone.
		if (crossOriginIsolated || window.top !== window || this.#touched || trainOwner.current) return false;
		try {
			if (sessionStorage.getItem(TRIED)) return false;
			sessionStorage.setItem(TRIED, '1');
			return sessionStorage.getItem(TRIED) === '1';
		} catch {
			// What can't be remembered could go round and round.
			return false;
		}
	}

	async #keepThisPage(): Promise<void> {
		const page = new URL(location.pathname, location.href).href;
		await fetch(page).catch(() => undefined);
	}

	/** The new version, on all pages that are opened from now on, this one first. */
	async take(): Promise<void> {
		this.#taking = true;
		const run = trainOwner.current;
		// It stands still and is saved: after the reload it is offered again.
		if (run?.busy) await run.giveWay(run.id).catch(() => undefined);
		if (this.old || !this.#waiting) location.reload();
		else this.#waiting.postMessage({ type: 'take over' } satisfies ToKeeper);
	}

	later(): void {
		this.#later = true;
	}

	/** A run is on, which taking the new version would pause. */
	get busy(): boolean {
		return trainOwner.current?.busy ?? false;
	}
}

function versionOf(worker: ServiceWorker): Promise<string | null> {
	return new Promise((resolve) => {
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = ({ data }) => resolve(typeof data === 'string' ? data : null);
		setTimeout(() => resolve(null), 3000);
		worker.postMessage({ type: 'version' } satisfies ToKeeper, [port2]);
	});
}

export const offline = new Offline();
