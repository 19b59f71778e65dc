// Threads of the CPU engine: other workers with the same module on the same memory, which take pieces of a step. The
// numbers are those of one thread. Only where the page is isolated: elsewhere no memory can be shared.

import type { CpuModule } from './engine-types';
import { pause } from './fetching';

/** More of them than this are more memory than speed. */
const MOST = 7;
/** Starting them takes a moment; who does not come is not waited for. */
const PATIENCE = 2_000;

/** What a helper needs. */
export type Joining = { code: WebAssembly.Module; memory: WebAssembly.Memory };

/** Bytes of a helper's stack: pieces of work are loops over slices. */
export const STACK = 1 << 20;

/** How many helpers this device gets. */
export function helpersWanted(cores: number | undefined, isolated: boolean): number {
	return isolated ? Math.min(MOST, Math.max(0, (cores ?? 1) - 1)) : 0;
}

/** Starts the helpers; done when they have joined, or will not. */
export async function join(engine: CpuModule, joining: Joining, count: number): Promise<void> {
	for (let started = 0; started < count; started++) {
		const worker = new Worker(new URL('./help.worker.ts', import.meta.url), { type: 'module', name: 'help' });
		worker.postMessage(joining);
	}
	for (let waited = 0; engine.threads() <= count && waited < PATIENCE; waited += 10) await pause(10);
}
