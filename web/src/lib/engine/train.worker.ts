// The worker that trains. Everything it does is in `trainer.ts`; here it gets the real engine, clock and stores.

import { loadEngine } from './load';
import { Datasets } from './packs';
import { openStore, SavedRuns, type ByteStore } from './saved';
import { post, serve } from './scope';
import { makeBreathe } from './tools';
import { Trainer } from './trainer';

const now = () => performance.now();
const datasets = new Datasets({
	engine: loadEngine,
	fetch: (url, init) => fetch(url, init),
	caches: 'caches' in self ? self.caches : null,
	now
});

// Opened at the first use: `serve` must be listening before anything is awaited.
let opened: Promise<ByteStore> | null = null;
const store = () => (opened ??= openStore());
const saved = new SavedRuns({
	read: async (name) => (await store()).read(name),
	write: async (name, bytes) => (await store()).write(name, bytes),
	move: async (from, to) => (await store()).move(from, to),
	remove: async (name) => (await store()).remove(name)
});

const trainer = new Trainer({ engine: loadEngine, datasets, saved, now, breathe: makeBreathe() }, post);
serve((message) => trainer.receive(message));
