// A model file (safetensors) as this side reads it: tensors by name, and what its writer tells of it. The file may come
// from anywhere: everything in it is checked before it is used.

import { fail } from '../failure';

export type Tensor = { shape: number[]; values: Float32Array };
export type ModelFile = { tensors: Map<string, Tensor>; about: Record<string, unknown> };

/** The header of the largest network with the largest vocabulary is far below. */
const MOST_HEADER = 64 << 20;
/** The key of the metadata that ours stand under. */
const METADATA = 'fireside';

const record = (value: unknown): Record<string, unknown> | null =>
	typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as Record<string, unknown>)
		: null;
const wholes = (value: unknown): number[] | null =>
	Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && one >= 0)
		? (value as number[])
		: null;
const broken = (what: string) => fail('words_model', { reason: what });

function json(text: string, what: string): Record<string, unknown> {
	try {
		const found = record(JSON.parse(text));
		if (found) return found;
	} catch {
		// The same as something else than an object.
	}
	throw broken(what);
}

export function readModel(bytes: ArrayBuffer): ModelFile {
	if (bytes.byteLength < 8) throw broken('header');
	const view = new DataView(bytes);
	const length = view.getUint32(0, true);
	if (view.getUint32(4, true) !== 0 || length > Math.min(MOST_HEADER, bytes.byteLength - 8))
		throw broken('header');
	const header = json(new TextDecoder().decode(new Uint8Array(bytes, 8, length)), 'header');
	const about = record(header['__metadata__'])?.[METADATA];
	if (typeof about !== 'string') throw broken(METADATA);
	const tensors = new Map<string, Tensor>();
	for (const [name, value] of Object.entries(header)) {
		if (name === '__metadata__') continue;
		const entry = record(value);
		const shape = wholes(entry?.['shape']);
		const [begin = -1, end = -1] = wholes(entry?.['data_offsets']) ?? [];
		const count = shape?.reduce((product, axis) => product * axis, 1) ?? NaN;
		const fits = begin >= 0 && end - begin === 4 * count && 8 + length + end <= bytes.byteLength;
		if (!shape || !fits || entry?.['dtype'] !== 'F32') throw broken(name);
		// The header need not end at a multiple of four bytes.
		const values = new Float32Array(bytes.slice(8 + length + begin, 8 + length + end));
		tensors.set(name, { shape, values });
	}
	return { tensors, about: json(about, METADATA) };
}
