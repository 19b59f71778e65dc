// A second thread of the CPU engine in Node: what `web/src/lib/engine/help.worker.ts` is in a browser.

import { workerData } from 'node:worker_threads';

const { address, code, memory } = workerData;
const wasm = await import(address);
wasm.initSync({ module: code, memory, thread_stack_size: 1 << 20 });
wasm.help();
