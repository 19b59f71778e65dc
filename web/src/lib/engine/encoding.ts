// Which encoding a text file has, and what it says. Only three families are told apart: UTF-8, UTF-16 in both byte orders,
// and GB18030 (with its subsets GBK and GB2312). The tables are the browser's own (`TextDecoder`), so none are downloaded;
// Rust gets UTF-8.

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';
/** Whether the file said itself what it is, by its first bytes. */
export type Decoded = { encoding: Encoding; marked: boolean; text: string };

/** Bytes by which an encoding is judged. */
const HEAD = 1 << 18;
/** Below this share of what looks right, an encoding is not believed. */
const BELIEVED = 0.8;
/** Above this share of characters that are none, a file is no text. */
const BROKEN = 0.1;

const decode = (encoding: Encoding, bytes: Uint8Array) =>
	new TextDecoder(encoding, { ignoreBOM: false }).decode(bytes);

/** The share of what is longer than a byte that is right in UTF-8; 1 where nothing is. */
export function likeUtf8(bytes: Uint8Array): number {
	let [good, bad] = [0, 0];
	for (let at = 0; at < bytes.length; at++) {
		const first = bytes[at] ?? 0;
		if (first < 0x80) continue;
		const more = first >= 0xf0 && first < 0xf5 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 0;
		// The head may end within a character.
		if (at + more >= bytes.length && more > 0) break;
		let right = more > 0 && first < 0xf5;
		for (let next = 1; next <= more; next++) right &&= ((bytes[at + next] ?? 0) & 0xc0) === 0x80;
		if (right) at += more;
		if (right) good++;
		else bad++;
	}
	return good + bad === 0 ? 1 : good / (good + bad);
}

/** The share of two-byte signs that are common ones in GB18030: the 3,755 of GB2312's first level, and its punctuation. */
export function likeGb(bytes: Uint8Array): number {
	let [good, bad] = [0, 0];
	for (let at = 0; at < bytes.length; at++) {
		const first = bytes[at] ?? 0;
		if (first < 0x80) continue;
		if (at + 1 >= bytes.length) break;
		const second = bytes[at + 1] ?? 0;
		const common = (first >= 0xb0 && first <= 0xd7) || (first >= 0xa1 && first <= 0xa3);
		if (common && second >= 0xa1 && second <= 0xfe) good++;
		else bad++;
		at++;
	}
	return good + bad === 0 ? 0 : good / (good + bad);
}

/** The share of 16-bit units that are letters, digits, blanks, or Chinese signs and their punctuation. */
function likeUtf16(bytes: Uint8Array, high: 0 | 1): number {
	if (bytes.length < 4 || bytes.length % 2 !== 0) return 0;
	let good = 0;
	const units = bytes.length / 2;
	for (let at = 0; at < bytes.length; at += 2) {
		const unit = ((bytes[at + high] ?? 0) << 8) | (bytes[at + 1 - high] ?? 0);
		const plain = (unit >= 0x20 && unit < 0x7f) || unit === 9 || unit === 10 || unit === 13;
		const chinese = (unit >= 0x4e00 && unit <= 0x9fa5) || (unit >= 0x3000 && unit <= 0x303f);
		const marks = (unit >= 0x2010 && unit <= 0x203f) || (unit >= 0xff00 && unit <= 0xff5e);
		if (plain || chinese || marks) good++;
	}
	return good / units;
}

/** Zero bytes are in no text but UTF-16's. */
function zeros(bytes: Uint8Array): boolean {
	return bytes.includes(0);
}

function guess(bytes: Uint8Array): { encoding: Encoding; marked: boolean } {
	const [a, b, c] = bytes;
	if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', marked: true };
	if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', marked: true };
	if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', marked: true };
	const head = bytes.subarray(0, Math.min(bytes.length, HEAD));
	const even = head.subarray(0, head.length - (head.length % 2));
	const wide: [Encoding, number][] =
		bytes.length % 2 === 0
			? [
					['utf-16le', likeUtf16(even, 1)],
					['utf-16be', likeUtf16(even, 0)]
				]
			: [];
	const [best] = wide.sort((x, y) => y[1] - x[1]);
	const utf8 = likeUtf8(head);
	// Two letters of ASCII make a Chinese sign of UTF-16, too: what is right in UTF-8 and has no zeros is UTF-8.
	if (zeros(head)) return { encoding: best && best[1] >= BELIEVED ? best[0] : 'utf-8', marked: false };
	if (utf8 >= BELIEVED) return { encoding: 'utf-8', marked: false };
	const gb = likeGb(head);
	if (best && best[1] >= BELIEVED && best[1] > gb) return { encoding: best[0], marked: false };
	return { encoding: gb >= BELIEVED ? 'gb18030' : 'utf-8', marked: false };
}

/** The text of a file; null where it is none. */
export function decodeText(bytes: Uint8Array): Decoded | null {
	const { encoding, marked } = guess(bytes);
	const text = decode(encoding, bytes);
	let [all, none] = [0, 0];
	for (let at = 0; at < Math.min(text.length, HEAD); at++) {
		const unit = text.charCodeAt(at);
		all++;
		const control = unit < 32 && unit !== 9 && unit !== 10 && unit !== 13 && unit !== 12;
		if (unit === 0xfffd || control) none++;
	}
	return none > all * BROKEN ? null : { encoding, marked, text };
}
