// A thread of the CPU engine: joins the memory of the worker that started it, and does pieces of its work for ever.

import { modules } from './modules';
import type { CpuModule } from './engine-types';
import { STACK, type Joining } from './helpers';
import { clearUpperHalves } from './upper-halves';

self.onmessage = async ({ data: { code, memory } }: MessageEvent<Joining>) => {
	const loaded = await modules['./wasm/cpu/fireside.js']?.();
	const module = loaded as CpuModule | undefined;
	await module?.default({ module_or_path: code, memory, thread_stack_size: STACK });
	clearUpperHalves();
	try {
		module?.help();
	} catch (error) {
		// Whoever waits for a piece of this one waits in vain, and is told so.
		module?.helper_lost();
		throw error;
	}
};
