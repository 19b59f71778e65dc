// A word drawn as a CAPTCHA by the engine (`crates/browser/src/captcha.rs`), taken apart.

/** Side of a letter as a network gets it. */
export const LETTER = 20;

/** Grey values, 0 = paper, 255 = ink. */
export type Piece = { left: number; top: number; right: number; bottom: number; pixels: Uint8Array };
export type Captcha = { width: number; height: number; pixels: Uint8Array; pieces: Piece[] };

/** What the engine gives as one list: sizes, the picture, and of every piece its place and its letter. */
export function apart(all: Uint16Array): Captcha {
	let at = 0;
	const next = () => all[at++] ?? 0;
	const grey = (count: number) => Uint8Array.from(all.subarray(at, (at += count)));
	const [width, height, count] = [next(), next(), next()];
	const pixels = grey(width * height);
	const pieces = Array.from({ length: count }, (): Piece => {
		const [left, top, right, bottom] = [next(), next(), next(), next()];
		return { left, top, right, bottom, pixels: grey(LETTER * LETTER) };
	});
	return { width, height, pixels, pieces };
}
