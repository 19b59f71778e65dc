// TensorBoard's event files, byte for byte as crates/formats/src/history/tensorboard.rs writes them; the format is
// explained there. Records (length, checksum, data, checksum) of protocol buffers.

import { byEpoch, stepsOf, type Series } from './series';

const encoder = new TextEncoder();

/** A protocol buffer: field number and wire type before each value. */
class Message {
	readonly bytes: number[] = [];

	varint(value: number): void {
		while (value > 0x7f) {
			// Division, not shifts: those know 32 bits only.
			this.bytes.push((value % 128) + 128);
			value = Math.floor(value / 128);
		}
		this.bytes.push(value);
	}
	number(field: number, value: number): void {
		this.varint(field * 8);
		this.varint(value);
	}
	double(field: number, value: number): void {
		this.varint(field * 8 + 1);
		const view = new DataView(new ArrayBuffer(8));
		view.setFloat64(0, value, true);
		this.#put(new Uint8Array(view.buffer));
	}
	float(field: number, value: number): void {
		this.varint(field * 8 + 5);
		const view = new DataView(new ArrayBuffer(4));
		view.setFloat32(0, value, true);
		this.#put(new Uint8Array(view.buffer));
	}
	block(field: number, bytes: ArrayLike<number>): void {
		this.varint(field * 8 + 2);
		this.varint(bytes.length);
		this.#put(bytes);
	}
	#put(bytes: ArrayLike<number>): void {
		for (let at = 0; at < bytes.length; at += 1) this.bytes.push(bytes[at] ?? 0);
	}
}

/** CRC-32C (Castagnoli), bit by bit: event files are small. */
export function crc32c(bytes: Uint8Array): number {
	let crc = 0xffff_ffff;
	for (const byte of bytes) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (-(crc & 1) & 0x82f6_3b78);
	}
	return ~crc >>> 0;
}

function masked(bytes: Uint8Array): number {
	const crc = crc32c(bytes);
	return (((crc >>> 15) | (crc << 17)) + 0xa282_ead8) >>> 0;
}

function record(data: Uint8Array): Uint8Array {
	const out = new Uint8Array(8 + 4 + data.length + 4);
	const view = new DataView(out.buffer);
	view.setUint32(0, data.length, true);
	view.setUint32(8, masked(out.subarray(0, 8)), true);
	out.set(data, 12);
	view.setUint32(12 + data.length, masked(data), true);
	return out;
}

/** The file. `time`: when an epoch ended, in seconds since 1970; of null: when the run began. */
export function events(
	series: readonly Series[],
	time: (epoch: number | null) => number
): Uint8Array<ArrayBuffer> {
	const first = new Message();
	first.double(1, time(null));
	first.block(3, encoder.encode('brain.Event:2'));
	const records = [record(Uint8Array.from(first.bytes))];
	const columns = series.map((one) => ({ name: encoder.encode(one.name), values: byEpoch(one) }));
	for (const epoch of stepsOf(series)) {
		const summary = new Message();
		for (const { name, values } of columns) {
			const value = values.get(epoch);
			if (value === undefined) continue;
			const scalar = new Message();
			scalar.block(1, name);
			scalar.float(2, value);
			summary.block(1, scalar.bytes);
		}
		const event = new Message();
		event.double(1, time(epoch));
		event.number(2, epoch);
		event.block(5, summary.bytes);
		records.push(record(Uint8Array.from(event.bytes)));
	}
	return joined(records);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		out.set(part, at);
		at += part.length;
	}
	return out;
}
