// Gets an engine into a worker: fetches the wasm with progress, compiles it while it comes, starts it, makes its
// device. One worker holds one engine, and only that one is downloaded.
// Only workers import this file.

import { canShare } from './cores';
import { fail, EngineFailure } from './failure';
import { pause } from './fetching';
import { engineExports, isCpu, type CpuModule, type Engine, type EngineModule } from './engine-types';
import { canFuse, change, type Edit } from './fuse';
import type { Joining } from './helpers';
import type { EngineKind } from './kinds';
import { DeviceWatch } from './lost';
import { addresses, fusions, modules } from './modules';
import { withOwnMemory } from './own-memory';

/** The smallest module with a v128 instruction: does this browser know WebAssembly SIMD? */
const simdProbe = new Uint8Array([
	0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98,
	11
]);

type Progress = (loaded: number, total: number) => void;

/** The response's stream, counted and changed on its way. A compressed body has no useful length: total 0. */
export function counted(response: Response, onProgress: Progress, edits: readonly Edit[] = []): Response {
	const coded = response.headers.get('content-encoding');
	const length = Number(response.headers.get('content-length') ?? 0);
	const total = (!coded || coded === 'identity') && length > 0 ? length : 0;
	let loaded = 0;
	const counter = new TransformStream<Uint8Array, Uint8Array>({
		transform(chunk, controller) {
			change(chunk, loaded, edits);
			loaded += chunk.byteLength;
			onProgress(loaded, total);
			controller.enqueue(chunk);
		}
	});
	const headers = { 'content-type': 'application/wasm' };
	return new Response(response.body?.pipeThrough(counter) ?? null, { headers });
}

/** A file of the site, with a second try. */
export async function get(url: string): Promise<Response> {
	let reason = '';
	for (let attempt = 0; attempt < 2; attempt++) {
		if (attempt > 0) await pause(400);
		try {
			const response = await fetch(url);
			if (response.ok) return response;
			if (response.status === 404) throw fail('engine_missing', {});
			reason = `HTTP ${response.status}`;
		} catch (error) {
			if (error instanceof EngineFailure) throw error;
			reason = error instanceof Error ? error.message : String(error);
		}
	}
	throw fail('engine_unreachable', { reason });
}

/** Of the engine that runs; null before. */
let running: (Joining & { module: EngineModule }) | null = null;
export const memoryBytes = (): number | null => running?.memory.buffer.byteLength ?? null;

/** The CPU engine that runs here, if threads can join it. */
export function joinable(): (Joining & { module: CpuModule }) | null {
	if (!running || !isCpu(running.module)) return null;
	const { module, code, memory } = running;
	return canShare() && memory.buffer instanceof SharedArrayBuffer ? { module, code, memory } : null;
}

/** The device of this worker's engine. */
export const device = new DeviceWatch();

async function start(kind: EngineKind, onProgress: Progress): Promise<Engine> {
	if (!WebAssembly.validate(simdProbe)) throw fail('engine_no_simd', {});
	const importModule = modules[`./wasm/${kind}/fireside.js`];
	const importAddress = addresses[`./wasm/${kind}/fireside_bg.wasm`];
	if (!importModule || !importAddress) throw fail('engine_missing', {});
	const importEdits = canFuse() ? fusions[`./wasm/${kind}/fused.json`] : undefined;
	const [address, loaded, edits = []] = await Promise.all([importAddress(), importModule(), importEdits?.()]);
	const module = loaded as EngineModule;
	const response = counted(await get(address), onProgress, edits);
	try {
		const code = await WebAssembly.compileStreaming(response);
		const { memory } = await module.default({ module_or_path: code }).catch(async (error) => {
			// By now it comes from the browser's own cache.
			const file = new Uint8Array(await (await get(address)).arrayBuffer());
			change(file, 0, edits);
			const own = withOwnMemory(file);
			if (!own) throw error;
			return module.default({ module_or_path: await WebAssembly.compile(own.code), memory: own.memory });
		});
		running = { module, code, memory };
	} catch (error) {
		throw fail('engine_damaged', { reason: error instanceof Error ? error.message : String(error) });
	}
	for (const name of engineExports) {
		if (!(name in module)) throw fail('engine_damaged', { reason: `no ${name}` });
	}
	await device.guard(() => module.open((reason) => device.say(reason)));
	return module;
}

let held: { kind: EngineKind; engine: Promise<Engine> } | null = null;
const watchers = new Set<Progress>();

/** The worker's one engine. Everyone who waits hears of the progress; after a failure the next call tries anew. */
export async function loadEngine(kind: EngineKind, onProgress: Progress): Promise<Engine> {
	// The page ends a worker before it wants another engine.
	if (held && held.kind !== kind) throw fail('unexpected', { message: `this worker holds ${held.kind}` });
	watchers.add(onProgress);
	held ??= {
		kind,
		engine: start(kind, (loaded, total) => watchers.forEach((watcher) => watcher(loaded, total)))
	};
	try {
		return await held.engine;
	} catch (error) {
		held = null;
		throw error;
	} finally {
		watchers.delete(onProgress);
	}
}
