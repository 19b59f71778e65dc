// Threads of the CPU engine: other workers with the same module on the same memory, which take pieces of a step. The
// numbers are those of one thread. Only where the page is isolated: elsewhere no memory can be shared.

import type { CpuModule } from './engine-types';
import { pause } from './fetching';

/** Starting them takes a moment; who does not come is not waited for. */
const PATIENCE = 2_000;

/** What a helper needs. */
export type Joining = { code: WebAssembly.Module; memory: WebAssembly.Memory };

/** Bytes of a helper's stack: pieces of work are loops over slices. */
export const STACK = 1 << 20;

/** Starts the helpers; done when they have joined, or will not. */
export async function join(engine: CpuModule, { code, memory }: Joining, count: number): Promise<void> {
	for (let started = 0; started < count; started++) {
		const worker = new Worker(new URL('./help.worker.ts', import.meta.url), { type: 'module', name: 'help' });
		worker.postMessage({ code, memory } satisfies Joining);
	}
	for (let waited = 0; engine.threads() <= count && waited < PATIENCE; waited += 10) await pause(10);
}
