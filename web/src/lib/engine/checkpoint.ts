// The engine's checkpoints from outside: safetensors files with the run's experiment in their metadata. The format is
// written and read in `crates/training/src/checkpoint.rs`; here it is only looked at.

/** Length of the header, as eight bytes. */
const LENGTH = 8;

/** Where the numbers begin; null where it is no such file. */
function bodyOf(file: Uint8Array): number | null {
	if (file.length < LENGTH) return null;
	const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
	if (length > BigInt(file.length - LENGTH)) return null;
	const body = LENGTH + Number(length);
	try {
		const header: unknown = JSON.parse(new TextDecoder().decode(file.subarray(LENGTH, body)));
		return typeof header === 'object' && header !== null ? body : null;
	} catch {
		return null;
	}
}

/** All numbers of a file, which are f32; null where it is no safetensors file. */
export function floatsOf(file: Uint8Array): Float32Array | null {
	const body = bodyOf(file);
	if (body === null) return null;
	const count = Math.floor((file.length - body) / 4);
	// A view needs an address that is a multiple of four.
	const start = file.byteOffset + body;
	if (start % 4 === 0) return new Float32Array(file.buffer, start, count);
	return new Float32Array(file.slice(body, body + 4 * count).buffer);
}
