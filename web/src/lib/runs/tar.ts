// A tar archive (POSIX ustar), for what must be several files in folders: TensorBoard wants a folder for every run.

import { joined } from './tensorboard';

const BLOCK = 512;
const encoder = new TextEncoder();

export type TarFile = { path: string; bytes: Uint8Array; /** In s since 1970. */ time: number };

function header({ path, bytes, time }: TarFile): Uint8Array {
	const block = new Uint8Array(BLOCK);
	const put = (at: number, text: string) => block.set(encoder.encode(text), at);
	const octal = (value: number, digits: number) =>
		Math.floor(Math.min(value, 8 ** digits - 1))
			.toString(8)
			.padStart(digits, '0');
	const name = encoder.encode(path);
	if (name.length > 100) throw new RangeError(`${path} is too long a name for a tar archive`);
	block.set(name, 0);
	put(100, '0000644\0');
	put(108, '0000000\0');
	put(116, '0000000\0');
	put(124, `${octal(bytes.length, 11)}\0`);
	put(136, `${octal(time, 11)}\0`);
	// While the checksum is taken there are spaces in its place.
	put(148, ' '.repeat(8));
	put(156, '0');
	put(257, 'ustar\0');
	put(263, '00');
	const sum = block.reduce((total, byte) => total + byte, 0);
	put(148, `${octal(sum, 6)}\0 `);
	return block;
}

export function tar(files: readonly TarFile[]): Uint8Array<ArrayBuffer> {
	const parts = files.flatMap((file) => {
		const rest = (BLOCK - (file.bytes.length % BLOCK)) % BLOCK;
		return [header(file), file.bytes, new Uint8Array(rest)];
	});
	return joined([...parts, new Uint8Array(2 * BLOCK)]);
}
