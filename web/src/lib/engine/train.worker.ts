// The worker that trains. Everything it does is in `trainer.ts`; here it gets the real engine, clock and stores.

import type { EngineSource } from './engine-types';
import type { EngineKind } from './kinds';
import { indexedStore } from './indexed-store';
import { device, loadEngine, memoryBytes } from './load';
import { Datasets } from './packs';
import { openStore, SavedRuns, type ByteStore } from './saved';
import { post, serve } from './scope';
import { makeBreathe } from './tools';
import { Trainer } from './trainer';

/** As the page says with every message; what was loaded once stays. */
let kind: EngineKind = 'cpu';
const engine: EngineSource = (onProgress) => loadEngine(kind, onProgress);
const now = () => performance.now();
const datasets = new Datasets({
	engine,
	fetch: (url, init) => fetch(url, init),
	caches: 'caches' in self ? self.caches : null,
	now
});

// Opened at the first use: `serve` must be listening before anything is awaited.
let opened: Promise<ByteStore> | null = null;
const openAny = () =>
	typeof navigator.storage?.getDirectory === 'function' ? openStore() : indexedStore().catch(openStore);
const store = () => (opened ??= openAny());
const saved = new SavedRuns({
	read: async (name) => (await store()).read(name),
	write: async (name, bytes) => (await store()).write(name, bytes),
	move: async (from, to) => (await store()).move(from, to),
	remove: async (name) => (await store()).remove(name)
});

const trainer = new Trainer(
	{ engine, device, datasets, saved, now, breathe: makeBreathe(), memory: memoryBytes },
	post
);
serve((message) => {
	kind = message.engine;
	return trainer.receive(message);
});
