// A file becomes pixels that can be cropped and shown: its header is read first, then the browser unpacks it, turned as
// its camera was held. Large photos are averaged down once, so that the square can be moved over them live.

import { foreignKind, readHeader } from './header';
import { PhotoProblem } from './problem';
import { shrunk, type Pixels } from './reduce';

const MEGA = 1_000_000;
/** More than any camera in a pocket gives: 160 MB once it is unpacked. */
export const MAX_PIXELS = 40 * MEGA;
/** No canvas is larger in every browser. */
export const MAX_SIDE = 16_384;
const MAX_BYTES = 64 * MEGA;
/** The longest side that is kept. */
const KEPT = 1024;
/** Pixels that are read from a canvas at once. */
const STRIP = 2 * MEGA;

/** `full`: its size before it was averaged down. */
export type Photo = Pixels & { full: { width: number; height: number } };

/** Refuses what would be too large once it is unpacked. */
function measured(width: number, height: number): void {
	if (width * height <= MAX_PIXELS && width <= MAX_SIDE && height <= MAX_SIDE) return;
	throw new PhotoProblem('large', {
		width,
		height,
		mega: Math.round((width * height) / MEGA),
		limit: MAX_PIXELS / MEGA,
		side: MAX_SIDE
	});
}

/** The file's bytes, as far as its header says that it can be unpacked. */
async function checked(file: Blob): Promise<{ bytes: ArrayBuffer; kind: string }> {
	if (file.size === 0) throw new PhotoProblem('empty');
	if (file.size > MAX_BYTES)
		throw new PhotoProblem('heavy', { mega: Math.round(file.size / MEGA), limit: MAX_BYTES / MEGA });
	const bytes = await file.arrayBuffer().catch(() => {
		throw new PhotoProblem('unreadable');
	});
	const all = new Uint8Array(bytes);
	const header = readHeader(all);
	if (!header) {
		const kind = foreignKind(all);
		throw kind ? new PhotoProblem('other_kind', { kind }) : new PhotoProblem('not_picture');
	}
	if (header.width === 0) throw new PhotoProblem('damaged', { kind: header.kind });
	measured(header.width, header.height);
	return { bytes, kind: header.kind };
}

/** Of anything that can be drawn. What is transparent is white. `live`: whether somebody still waits. */
export async function pixelsOf(
	source: CanvasImageSource,
	{ width, height }: { width: number; height: number },
	live: () => boolean = () => true
): Promise<Pixels | null> {
	const factor = Math.ceil(Math.max(width, height) / KEPT);
	// A whole number of new lines.
	const lines = Math.max(1, Math.floor(STRIP / width / factor)) * factor;
	const canvas = document.createElement('canvas');
	[canvas.width, canvas.height] = [width, Math.min(lines, height)];
	const context = canvas.getContext('2d', { willReadFrequently: true });
	if (!context) throw new PhotoProblem('unreadable');
	const [wide, high] = [Math.ceil(width / factor), Math.ceil(height / factor)];
	const data = new Uint8ClampedArray(4 * wide * high);
	context.fillStyle = '#fff';
	for (let top = 0; top < height; top += lines) {
		const rows = Math.min(lines, height - top);
		context.fillRect(0, 0, width, rows);
		context.drawImage(source, 0, top, width, rows, 0, 0, width, rows);
		const strip = context.getImageData(0, 0, width, rows);
		data.set((factor === 1 ? strip : shrunk(strip, factor)).data, 4 * wide * (top / factor));
		// The page goes on meanwhile.
		if (top + lines < height) await new Promise((resolve) => setTimeout(resolve, 0));
		if (!live()) return null;
	}
	return { data, width: wide, height: high };
}

/** Null: nobody waits for it any more. Fails with a `PhotoProblem`. */
export async function decode(file: Blob, live: () => boolean): Promise<Photo | null> {
	const { bytes, kind } = await checked(file);
	if (!live()) return null;
	// The type comes from the bytes, not from the file's name. What EXIF says of its top is heeded by default.
	const blob = new Blob([bytes], { type: `image/${kind.toLowerCase()}` });
	const bitmap = await createImageBitmap(blob).catch(() => {
		throw new PhotoProblem('damaged', { kind });
	});
	try {
		// What was unpacked need not be what the header said.
		const full = { width: bitmap.width, height: bitmap.height };
		measured(full.width, full.height);
		const pixels = live() ? await pixelsOf(bitmap, full, live) : null;
		return pixels && { ...pixels, full };
	} finally {
		bitmap.close();
	}
}
