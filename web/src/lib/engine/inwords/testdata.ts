// Networks on words for tests: a model file from a text and numbers.

import { readFileSync } from 'node:fs';
import { randomOf } from '../pca';

export type Given = { shape: number[]; data: number[] };

/** The tensors of a file, and the layers of its text. */
export function modelFile(experiment: string, tensors: Record<string, Given>): ArrayBuffer {
	const header: Record<string, unknown> = { __metadata__: { fireside: JSON.stringify({ experiment }) } };
	let end = 0;
	for (const [name, { shape, data }] of Object.entries(tensors)) {
		header[name] = { dtype: 'F32', shape, data_offsets: [end, end + 4 * data.length] };
		end += 4 * data.length;
	}
	const text = new TextEncoder().encode(JSON.stringify(header));
	const bytes = new Uint8Array(8 + text.length + end);
	new DataView(bytes.buffer).setUint32(0, text.length, true);
	bytes.set(text, 8);
	const values = Float32Array.from(Object.values(tensors).flatMap(({ data }) => data));
	bytes.set(new Uint8Array(values.buffer), 8 + text.length);
	return bytes.buffer;
}

export const numbers = (seed: number, ...shape: number[]): Given => {
	const random = randomOf(seed);
	return { shape, data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() - 0.5) };
};

/** A file of `tests/reference`. */
export function reference(name: string): unknown {
	const file = new URL(`../../../../../tests/reference/${name}.json`, import.meta.url);
	return JSON.parse(readFileSync(file, 'utf8'));
}

/** A value as TOML. */
export function toml(value: unknown): string {
	if (typeof value === 'string') return JSON.stringify(value);
	if (Array.isArray(value)) return `[${value.map(toml).join(', ')}]`;
	if (typeof value !== 'object' || value === null) return String(value);
	return `{ ${Object.entries(value)
		.map(([key, one]) => `${key} = ${toml(one)}`)
		.join(', ')} }`;
}
export const layerText = (type: string, config: Record<string, unknown>): string =>
	`\n[[layers]]\ntype = "${type}"\n${Object.entries(config)
		.map(([key, value]) => `${key} = ${toml(value)}\n`)
		.join('')}`;
