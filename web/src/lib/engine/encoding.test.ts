import { expect, it } from 'vitest';
import { decodeText, likeGb, likeUtf8 } from './encoding';

const chinese = '清晨，小狐狸在小河边捡起一片红叶子。松鼠对小熊说：“春天就快来了。”\n'.repeat(8);
const english = 'The fox walked to the river. “It is late,” she said.\n'.repeat(8);

/** Two bytes of GBK for every sign that they stand for: nobody but Python and old programs writes it, so it is made here. */
const gbk = new Map<string, [number, number]>();
const decoder = new TextDecoder('gbk');
for (let first = 0x81; first < 0xff; first++) {
	for (let second = 0x40; second < 0xff; second++) {
		const sign = decoder.decode(new Uint8Array([first, second]));
		if (sign.length === 1 && sign !== '\uFFFD') gbk.set(sign, [first, second]);
	}
}

function inGb(text: string): Uint8Array {
	// The one sign of four bytes that is asked for: U+20BB7.
	const bytes = Array.from(text, (sign) =>
		sign === '𠮷' ? [0x95, 0x34, 0xb2, 0x35] : (gbk.get(sign) ?? [sign.charCodeAt(0)])
	);
	return new Uint8Array(bytes.flat());
}

function wide(text: string, little: boolean, mark: boolean): Uint8Array {
	const bytes = new Uint8Array(2 * (text.length + (mark ? 1 : 0)));
	const view = new DataView(bytes.buffer);
	const all = (mark ? '\uFEFF' : '') + text;
	for (let at = 0; at < all.length; at++) view.setUint16(2 * at, all.charCodeAt(at), little);
	return bytes;
}

it.each([
	['chinese', chinese],
	['english', english]
])('tells UTF-8 and both kinds of UTF-16, with and without a mark: %s', (_, text) => {
	const utf8 = new TextEncoder().encode(text);
	expect(decodeText(utf8)).toEqual({ encoding: 'utf-8', marked: false, text });
	const marked = new Uint8Array([0xef, 0xbb, 0xbf, ...utf8]);
	expect(decodeText(marked)).toEqual({ encoding: 'utf-8', marked: true, text });
	for (const little of [true, false]) {
		for (const mark of [true, false]) {
			const encoding = little ? 'utf-16le' : 'utf-16be';
			expect(decodeText(wide(text, little, mark))).toEqual({ encoding, marked: mark, text });
		}
	}
});

it('tells Chinese without line ends in UTF-16 without a mark', () => {
	const text = '小狐狸走进森林春天来了'.repeat(20);
	for (const little of [true, false]) {
		expect(decodeText(wide(text, little, false))?.text).toBe(text);
	}
});

it('reads GB18030 and its subsets', () => {
	for (const last of ['ABC 123\n', '𠮷，鎔基\n']) {
		const text = chinese + last;
		const bytes = inGb(text);
		expect(bytes.length).toBeLessThan(new TextEncoder().encode(text).length);
		expect(decodeText(bytes)).toEqual({ encoding: 'gb18030', marked: false, text });
	}
});

it('replaces what is no UTF-8, and does not take it for something else', () => {
	const bytes = new TextEncoder().encode(chinese);
	for (const at of [10, 200, 400]) bytes[at] = 0xff;
	const found = decodeText(bytes);
	expect(found?.encoding).toBe('utf-8');
	expect(found?.text.match(/\uFFFD/g)?.length).toBeGreaterThanOrEqual(3);
	// Western letters of one byte are no Chinese.
	const latin = Uint8Array.from(english.replace(/[“”]/g, '').replace(/e /g, 'é '), (c) => c.charCodeAt(0));
	expect(decodeText(latin)?.encoding).toBe('utf-8');
	// A head that ends within a character.
	expect(likeUtf8(new TextEncoder().encode('好').subarray(0, 2))).toBe(1);
	expect(likeGb(new Uint8Array([0xc4]))).toBe(0);
});

it('refuses what is no text', () => {
	const noise = Uint8Array.from({ length: 4000 }, (_, at) => (at * 2654435761) >>> 13);
	expect(decodeText(noise)).toBeNull();
	expect(decodeText(new Uint8Array(1000))).toBeNull();
	expect(decodeText(Uint8Array.from({ length: 999 }, (_, at) => at % 7))).toBeNull();
});
