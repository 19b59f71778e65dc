// How large a picture is, read from the first bytes of its file: known before a browser unpacks it, because a file of a
// few kilobytes can claim gigabytes. The bytes are anybody's, so every read is bounded, and every loop goes forward.

export type PictureKind = 'PNG' | 'JPEG' | 'GIF' | 'WebP' | 'BMP';
/** `width` 0: it says that it is one, and then its header breaks off. */
export type Header = { kind: PictureKind; width: number; height: number };

/** Reads past the end give -1, which is no size and no marker. */
class Reader {
	readonly #bytes: Uint8Array;
	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}
	get length(): number {
		return this.#bytes.length;
	}
	u8(at: number): number {
		return this.#bytes[at] ?? -1;
	}
	big(at: number, count: number): number {
		let value = 0;
		for (let i = 0; i < count; i++) {
			const byte = this.u8(at + i);
			if (byte < 0) return -1;
			value = value * 256 + byte;
		}
		return value;
	}
	little(at: number, count: number): number {
		let value = 0;
		for (let i = count - 1; i >= 0; i--) {
			const byte = this.u8(at + i);
			if (byte < 0) return -1;
			value = value * 256 + byte;
		}
		return value;
	}
	/** Whether these letters stand there. */
	says(at: number, letters: string): boolean {
		for (let i = 0; i < letters.length; i++) if (this.u8(at + i) !== letters.charCodeAt(i)) return false;
		return true;
	}
}

type Size = [width: number, height: number];
const NONE: Size = [0, 0];

function png(file: Reader): Size {
	return file.says(12, 'IHDR') ? [file.big(16, 4), file.big(20, 4)] : NONE;
}

/** Markers that stand alone, without a length behind them. */
const alone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
/** Those that begin a frame: all of C0 to CF but three of other meaning. */
const frame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function jpeg(file: Reader): Size {
	let at = 2;
	while (at < file.length) {
		if (file.u8(at) !== 0xff) return NONE;
		const marker = file.u8(at + 1);
		if (marker === 0xff) at += 1;
		else if (alone(marker)) at += 2;
		else if (frame(marker)) return [file.big(at + 7, 2), file.big(at + 5, 2)];
		else {
			const length = file.big(at + 2, 2);
			// The picture's data begin, or the file ends: too late for a frame.
			if (marker === 0xda || marker === 0xd9 || length < 2) return NONE;
			at += 2 + length;
		}
	}
	return NONE;
}

/** Browsers show a first picture that is larger than the screen it is meant for. */
function gif(file: Reader): Size {
	const screen: Size = [file.little(6, 2), file.little(8, 2)];
	const flags = file.u8(10);
	if (flags < 0) return NONE;
	let at = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
	while (file.u8(at) === 0x21) {
		at += 2;
		for (let length = file.u8(at); length > 0; length = file.u8(at)) at += 1 + length;
		at += 1;
	}
	if (file.u8(at) !== 0x2c) return NONE;
	const [left, top, width, height] = [1, 3, 5, 7].map((by) => file.little(at + by, 2)) as [
		number,
		number,
		number,
		number
	];
	if (height < 0) return NONE;
	return [Math.max(screen[0], left + width), Math.max(screen[1], top + height)];
}

function webp(file: Reader): Size {
	if (file.says(12, 'VP8 ')) {
		if (file.big(23, 3) !== 0x9d012a) return NONE;
		const [width, height] = [file.little(26, 2), file.little(28, 2)];
		return height < 0 ? NONE : [width & 0x3fff, height & 0x3fff];
	}
	if (file.says(12, 'VP8L')) {
		const bits = file.little(21, 4);
		return file.u8(20) !== 0x2f || bits < 0 ? NONE : [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
	}
	if (!file.says(12, 'VP8X')) return NONE;
	const [width, height] = [file.little(24, 3), file.little(27, 3)];
	return height < 0 ? NONE : [1 + width, 1 + height];
}

function bmp(file: Reader): Size {
	const header = file.little(14, 4);
	if (header === 12) return [file.little(18, 2), file.little(20, 2)];
	if (header < 40) return NONE;
	const height = file.little(22, 4);
	// Negative: its lines go from top to bottom.
	return [file.little(18, 4), height >= 2 ** 31 ? 2 ** 32 - height : height];
}

/** Null: none of the kinds that are read here. */
export function readHeader(bytes: Uint8Array): Header | null {
	const file = new Reader(bytes);
	const of = (kind: PictureKind, [width, height]: Size): Header =>
		width > 0 && height > 0 ? { kind, width, height } : { kind, width: 0, height: 0 };
	if (file.big(0, 4) === 0x89504e47 && file.big(4, 4) === 0x0d0a1a0a) return of('PNG', png(file));
	if (file.big(0, 3) === 0xffd8ff) return of('JPEG', jpeg(file));
	if (file.says(0, 'GIF87a') || file.says(0, 'GIF89a')) return of('GIF', gif(file));
	if (file.says(0, 'RIFF') && file.says(8, 'WEBP')) return of('WebP', webp(file));
	// Two letters are little: what follows has to be a header of BMP as well.
	if (file.says(0, 'BM') && [12, 40, 52, 56, 64, 108, 124].includes(file.little(14, 4)))
		return of('BMP', bmp(file));
	return null;
}

/** A kind that somebody may well take for a picture to drop here; null: not even that. */
export function foreignKind(bytes: Uint8Array): string | null {
	const file = new Reader(bytes);
	if (file.says(4, 'ftyp')) {
		if (file.says(8, 'avi')) return 'AVIF';
		return ['heic', 'heix', 'mif1', 'msf1', 'hevc'].some((brand) => file.says(8, brand)) ? 'HEIC' : 'MP4';
	}
	if (file.says(0, 'II*\0') || file.says(0, 'MM\0*')) return 'TIFF';
	if (file.says(0, '%PDF')) return 'PDF';
	if (file.says(0, '<svg') || file.says(0, '<?xml')) return 'SVG';
	return null;
}
