// PNG files of 8 bits, grey or colour: exactly the bytes that are given, which a canvas does not promise (some browsers
// blur what is read from one, and all write four channels).

/** Deflates with the frame of zlib. */
export type Deflate = (bytes: Uint8Array) => Uint8Array;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Types of colour: grey and red-green-blue. */
const COLOUR = { 1: 0, 3: 2 } as const;

export type Image = { width: number; height: number; channels: 1 | 3; bytes: Uint8Array };

export function png({ width, height, channels, bytes }: Image, deflate: Deflate): Uint8Array {
	const line = width * channels;
	// Before each row of cells stands how it is coded: 0, as it is.
	const rows = new Uint8Array(height * (line + 1));
	for (let y = 0; y < height; y++) rows.set(bytes.subarray(y * line, (y + 1) * line), y * (line + 1) + 1);
	const head = new Uint8Array(13);
	const view = new DataView(head.buffer);
	view.setUint32(0, width);
	view.setUint32(4, height);
	head.set([8, COLOUR[channels], 0, 0, 0], 8);
	const parts = [
		Uint8Array.from(SIGNATURE),
		chunk('IHDR', head),
		chunk('IDAT', deflate(rows)),
		chunk('IEND', new Uint8Array())
	];
	const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		file.set(part, at);
		at += part.length;
	}
	return file;
}

/** Length, name, content, checksum of name and content. */
function chunk(name: string, content: Uint8Array): Uint8Array {
	const out = new Uint8Array(content.length + 12);
	const view = new DataView(out.buffer);
	view.setUint32(0, content.length);
	for (let at = 0; at < 4; at++) out[4 + at] = name.charCodeAt(at);
	out.set(content, 8);
	view.setUint32(content.length + 8, crc(out.subarray(4, content.length + 8)));
	return out;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
	let value = index;
	for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
	return value;
});

/** CRC-32 as in ISO 3309. */
export function crc(bytes: Uint8Array): number {
	let value = 0xffffffff;
	for (const byte of bytes) value = (TABLE[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
	return (value ^ 0xffffffff) >>> 0;
}
