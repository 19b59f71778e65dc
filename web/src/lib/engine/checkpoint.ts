// The engine's checkpoints from outside: safetensors files with the run's experiment in their metadata. The format is
// written and read in `crates/training/src/checkpoint.rs`; here it is only looked at, and given another text.

/** The key of the file's metadata that holds ours, as JSON. */
const OURS = 'fireside';
/** Length of the header, as eight bytes. */
const LENGTH = 8;

type Header = { __metadata__?: Record<string, string> } & Record<string, unknown>;

function headerOf(file: Uint8Array): { header: Header; body: number } | null {
	if (file.length < LENGTH) return null;
	const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
	if (length > BigInt(file.length - LENGTH)) return null;
	const body = LENGTH + Number(length);
	try {
		const header: unknown = JSON.parse(new TextDecoder().decode(file.subarray(LENGTH, body)));
		return typeof header === 'object' && header !== null ? { header: header as Header, body } : null;
	} catch {
		return null;
	}
}

/** All numbers of a file, which are f32; null where it is no safetensors file. */
export function floatsOf(file: Uint8Array): Float32Array | null {
	const found = headerOf(file);
	if (!found) return null;
	const count = Math.floor((file.length - found.body) / 4);
	// A view needs an address that is a multiple of four.
	const start = file.byteOffset + found.body;
	if (start % 4 === 0) return new Float32Array(file.buffer, start, count);
	return new Float32Array(file.slice(found.body, found.body + 4 * count).buffer);
}

/**
 * The same state of a run, to go on from by another text: one of another learning rate, say. Whether the text fits the
 * weights is for the engine to say. Null where the file is no checkpoint.
 */
export function retold(file: Uint8Array, text: string, learningRate: number): Uint8Array | null {
	const found = headerOf(file);
	const ours = found?.header.__metadata__?.[OURS];
	if (!found || typeof ours !== 'string') return null;
	let cursor: unknown;
	try {
		cursor = JSON.parse(ours);
	} catch {
		return null;
	}
	if (typeof cursor !== 'object' || cursor === null || !('experiment' in cursor)) return null;
	const told = JSON.stringify({ ...cursor, experiment: text, learning_rate: String(learningRate) });
	const metadata = { ...found.header.__metadata__, [OURS]: told };
	const json = new TextEncoder().encode(JSON.stringify({ ...found.header, __metadata__: metadata }));
	// Padded with spaces, as the format has it.
	const length = Math.ceil(json.length / 8) * 8;
	const out = new Uint8Array(LENGTH + length + file.length - found.body).fill(0x20, LENGTH, LENGTH + length);
	new DataView(out.buffer).setBigUint64(0, BigInt(length), true);
	out.set(json, LENGTH);
	out.set(file.subarray(found.body), LENGTH + length);
	return out;
}
