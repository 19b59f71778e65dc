// The worker that trains. Everything it does is in `trainer.ts`; here it gets the real engine, clock and stores.

import type { EngineSource } from './engine-types';
import type { EngineKind } from './kinds';
import { indexedStore } from './indexed-store';
import { threadsHere } from './cores';
import { join } from './helpers';
import { device, joinable, loadEngine, memoryBytes } from './load';
import type { Request } from './messages';
import { Datasets } from './packs';
import { readApart } from './reading';
import { openStore, SavedRuns, type ByteStore } from './saved';
import { post, serve } from './scope';
import { makeBreathe } from './tools';
import { Trainer } from './trainer';

/** As the page says with every message; what was loaded once stays. */
let kind: EngineKind = 'cpu';
const engine: EngineSource = async (onProgress) => {
	const loaded = await loadEngine(kind, onProgress);
	if (training) await (joined ??= joinAll());
	return loaded;
};

/** Threads are started for who trains one network; of many fits, each has a worker of its own. */
const TRAINS: readonly Request['type'][] = ['prepare', 'calibrate', 'stages'];
let training = false;
let joined: Promise<void> | null = null;

async function joinAll(): Promise<void> {
	const here = joinable();
	// Without them it is slower, and nothing else.
	if (here) await join(here.module, here, threadsHere() - 1).catch(() => undefined);
}

function threads(): { threads: number; helped: number } | null {
	const here = joinable();
	return here && { threads: here.module.threads(), helped: here.module.helped() };
}
const now = () => performance.now();
const datasets = new Datasets({
	engine,
	fetch: (url, init) => fetch(url, init),
	caches: 'caches' in self ? self.caches : null,
	read: readApart,
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
	{ engine, device, datasets, saved, now, breathe: makeBreathe(), memory: memoryBytes, threads },
	post
);
serve((message) => {
	kind = message.engine;
	training ||= TRAINS.includes(message.request.type);
	return trainer.receive(message);
});
