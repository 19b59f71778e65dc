// A model file as the page reads it: tensors by name, and the text of the experiment that it came from. Files are ours (the
// site's, or made in this page a moment ago), and are still read within bounds.

import { fail } from './failure';

export type Tensor = { shape: readonly number[]; values: Float32Array };
export type ModelFile = { text: string; tensors: ReadonlyMap<string, Tensor> };

const HEADER = 4 << 20;

/** Throws `unexpected` where it is no file of ours. */
export function readModel(bytes: ArrayBuffer): ModelFile {
	const broken = (message: string) => fail('unexpected', { message: `model file: ${message}` });
	if (bytes.byteLength < 8) throw broken('too short');
	const length = Number(new DataView(bytes).getBigUint64(0, true));
	if (length > HEADER || 8 + length > bytes.byteLength) throw broken('the header is longer than the file');
	let header: unknown;
	let text: unknown;
	try {
		header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length)));
		const meta = (header as Record<string, { fireside?: string }>)['__metadata__'];
		text = (JSON.parse(meta?.fireside ?? '{}') as { experiment?: unknown }).experiment;
	} catch {
		throw broken('the header is no JSON');
	}
	if (typeof text !== 'string' || typeof header !== 'object' || header === null)
		throw broken('no experiment');
	const tensors = new Map<string, Tensor>();
	for (const [name, entry] of Object.entries(header)) {
		if (name === '__metadata__') continue;
		const { dtype, shape, data_offsets: at } = entry as Record<string, unknown>;
		const whole = (list: unknown): list is number[] =>
			Array.isArray(list) && list.every((one) => Number.isInteger(one) && one >= 0);
		if (dtype !== 'F32' || !whole(shape) || !whole(at)) throw broken(name);
		const [from = 0, to = 0] = at;
		const count = shape.reduce((product, axis) => product * axis, 1);
		if (to - from !== 4 * count || 8 + length + to > bytes.byteLength) throw broken(name);
		// A copy: places in the file need not be multiples of four.
		const start = 8 + length + from;
		tensors.set(name, { shape, values: new Float32Array(bytes.slice(start, start + 4 * count)) });
	}
	return { text, tensors };
}
