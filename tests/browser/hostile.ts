// Hostile bytes: files that promise, contain or hide what they should not.

import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';

/** A picture that is a program. */
export const SVG = (run: string): Buffer =>
	Buffer.from(
		`<svg xmlns="http://www.w3.org/2000/svg" onload='${run}'><script>${run}</script><image href="https://evil.example/x.png"/></svg>`
	);

/** The head of an idx file, with nothing behind it. */
export function idx(dimensions: number, sizes: number[]): Buffer {
	const head = Buffer.alloc(4 + 4 * sizes.length);
	head.set([0, 0, 8, dimensions & 0xff]);
	sizes.forEach((size, index) => head.writeUInt32BE(size, 4 + 4 * index));
	return head;
}

export const csv = (text: string): Buffer => Buffer.from(`${text}\n`);

/** A zip archive with one member, under any name. */
export function zipOf(name: string, content: Buffer): Buffer {
	const packed = deflateRawSync(content);
	const label = Buffer.from(name);
	const common = Buffer.alloc(26);
	common.writeUInt16LE(20, 0);
	common.writeUInt16LE(8, 4);
	common.writeUInt32LE(crc32(content), 10);
	common.writeUInt32LE(packed.length, 14);
	common.writeUInt32LE(content.length, 18);
	common.writeUInt16LE(label.length, 22);
	const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, label, packed]);
	const central = Buffer.concat([
		Buffer.from('PK\x01\x02'),
		Buffer.from([20, 0]),
		common,
		Buffer.alloc(14),
		label
	]);
	const end = Buffer.alloc(22);
	end.write('PK\x05\x06');
	end.writeUInt16LE(1, 8);
	end.writeUInt16LE(1, 10);
	end.writeUInt32LE(central.length, 12);
	end.writeUInt32LE(local.length, 16);
	return Buffer.concat([local, central, end]);
}

/** NumPy's archive with an array whose head says this. */
export function npz({ descr, shape }: { descr: string; shape: string }): Buffer {
	const head = Buffer.from(`{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }\n`);
	const length = Buffer.alloc(4);
	length.writeUInt32LE(head.length);
	return zipOf('x_train.npy', Buffer.concat([Buffer.from('\x93NUMPY\x02\x00', 'latin1'), length, head]));
}

/** A saved run, whole by its checksum, with any header. */
export function savedRun(header: object): Buffer {
	const text = Buffer.from(JSON.stringify(header));
	const length = Buffer.alloc(4);
	length.writeUInt32LE(text.length);
	const body = Buffer.concat([Buffer.from('FIRESIDE RUN 1\n'), length, text, Buffer.alloc(1000, 0x41)]);
	return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}
