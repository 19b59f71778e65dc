// Reads one data set's files, or makes its built-in sample, and answers with the parcel. Or looks at a file of the reader's
// own, and answers with what it found.

import { decodeText } from './encoding';
import { asFailure, fail, failure, isTrap } from './failure';
import { get } from './load';
import { addresses, modules } from './modules';
import type { OwnAnswer, OwnJob } from './own';
import type { ReadAnswer, ReadJob } from './reading';
import { owned } from './tools';

/** The exports of `crates/reader`; wasm-bindgen's own start function is `default`. */
type Reader = {
	default(options: { module_or_path: WebAssembly.Module }): Promise<unknown>;
	sample(name: string): Uint8Array;
	read(name: string, names: string[], contents: Uint8Array[]): Uint8Array;
	examine(name: string, names: string[], contents: Uint8Array[]): string;
	foreign(head: Uint8Array): string;
};

/** The part of a worker's global scope that is used. */
const scope = self as unknown as {
	onmessage: (event: MessageEvent<ReadJob | OwnJob>) => Promise<void>;
	postMessage(answer: ReadAnswer, transfer: Transferable[]): void;
};

async function load(): Promise<Reader> {
	const [module, address] = [
		modules['./wasm/reader/fireside.js'],
		addresses['./wasm/reader/fireside_bg.wasm']
	];
	if (!module || !address) throw fail('engine_missing', {});
	const reader = (await module()) as Reader;
	await reader.default({ module_or_path: await WebAssembly.compileStreaming(get(await address())) });
	return reader;
}

async function read({ name, files }: ReadJob): Promise<Uint8Array> {
	const reader = await load();
	if (!files?.length) return reader.sample(name);
	const names = files.map((file) => file.name);
	const contents = files.map((file) => new Uint8Array(file.bytes));
	return reader.read(name, names, contents);
}

/** First bytes by which a file that is no text is known. */
const HEAD = 512;

async function examine({ own, name: file, bytes, options, decoded }: OwnJob): Promise<OwnAnswer> {
	const reader = await load();
	const given = new Uint8Array(bytes);
	if (given.length === 0) throw fail('own_empty', { file });
	const kind = decoded ? '' : reader.foreign(given.subarray(0, HEAD));
	if (kind) throw fail('own_foreign', { file, kind });
	const found = decoded ? null : decodeText(given);
	if (!decoded && !found) throw fail('own_binary', { file });
	const utf8 = found ? new TextEncoder().encode(found.text) : given;
	const report: unknown = JSON.parse(
		reader.examine(own, [file, 'options'], [utf8, new TextEncoder().encode(options)])
	);
	return {
		report: report as OwnAnswer['report'],
		encoding: found?.encoding ?? null,
		marked: found?.marked ?? false,
		utf8: utf8.buffer
	};
}

scope.onmessage = async ({ data }) => {
	try {
		if ('own' in data) {
			const own = await examine(data);
			scope.postMessage({ own }, [own.utf8]);
			return;
		}
		const parcel = owned(await read(data));
		scope.postMessage({ parcel }, [parcel.buffer]);
	} catch (error) {
		// Nothing here panics on what comes from outside: what stops the module is memory that it did not get.
		const reason = error instanceof Error ? error.message : String(error);
		scope.postMessage({ failure: isTrap(error) ? failure('reader_died', { reason }) : asFailure(error) }, []);
	}
};
