// Reads one data set's files, or makes its built-in sample, and answers with the parcel.

import { asFailure, fail, failure, isTrap } from './failure';
import { get } from './load';
import { addresses, modules } from './modules';
import type { ReadAnswer, ReadJob } from './reading';
import { owned } from './tools';

/** The exports of `crates/reader`; wasm-bindgen's own start function is `default`. */
type Reader = {
	default(options: { module_or_path: WebAssembly.Module }): Promise<unknown>;
	sample(name: string): Uint8Array;
	read(name: string, names: string[], contents: Uint8Array[]): Uint8Array;
};

/** The part of a worker's global scope that is used. */
const scope = self as unknown as {
	onmessage: (event: MessageEvent<ReadJob>) => Promise<void>;
	postMessage(answer: ReadAnswer, transfer: Transferable[]): void;
};

async function read({ name, files }: ReadJob): Promise<Uint8Array> {
	const [module, address] = [
		modules['./wasm/reader/fireside.js'],
		addresses['./wasm/reader/fireside_bg.wasm']
	];
	if (!module || !address) throw fail('engine_missing', {});
	const reader = (await module()) as Reader;
	await reader.default({ module_or_path: await WebAssembly.compileStreaming(get(await address())) });
	if (!files) return reader.sample(name);
	const names = files.map((file) => file.name);
	const contents = files.map((file) => new Uint8Array(file.bytes));
	return reader.read(name, names, contents);
}

scope.onmessage = async ({ data }) => {
	try {
		const parcel = owned(await read(data));
		scope.postMessage({ parcel }, [parcel.buffer]);
	} catch (error) {
		// Nothing here panics on what comes from outside: what stops the module is memory that it did not get.
		const reason = error instanceof Error ? error.message : String(error);
		scope.postMessage({ failure: isTrap(error) ? failure('reader_died', { reason }) : asFailure(error) }, []);
	}
};
