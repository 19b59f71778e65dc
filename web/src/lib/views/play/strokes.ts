// Strokes as points on a sheet of SIZE x SIZE, drawn once as an SVG path (what the reader sees) and once as grey
// ink (what the network gets): the same path string for both.

export const SIZE = 140;
/** Width of the pen on the sheet: a felt pen, about what MNIST was written with after scaling. */
export const PEN = 10.5;

export type Point = readonly [x: number, y: number];
export type Stroke = readonly Point[];

const short = (value: number): string => String(Math.round(value * 10) / 10);

/** A curve through the middles of the points; a lone point becomes a dot (a line too short to see). */
export function pathOf(stroke: Stroke): string {
	const [first, ...rest] = stroke;
	if (!first) return '';
	let d = `M${short(first[0])} ${short(first[1])}`;
	if (rest.length === 0) return `${d}l.01 0`;
	let [px, py] = first;
	for (const [x, y] of rest.slice(0, -1)) {
		d += `Q${short(px)} ${short(py)} ${short((px + x) / 2)} ${short((py + y) / 2)}`;
		[px, py] = [x, y];
	}
	const last = stroke[stroke.length - 1]!;
	return `${d}Q${short(px)} ${short(py)} ${short(last[0])} ${short(last[1])}`;
}

/** Points closer than this say nothing new and only make the path long. */
export function far([ax, ay]: Point, [bx, by]: Point): boolean {
	return (ax - bx) ** 2 + (ay - by) ** 2 >= 0.8 ** 2;
}

/** Keep a point on the sheet: a captured pointer may leave it. */
export function onSheet(x: number, y: number): Point {
	const inside = (value: number) => Math.min(SIZE, Math.max(0, value));
	return [inside(x), inside(y)];
}

/** Grey ink of a picture drawn in black on nothing: its opacity. */
export function inkOf(rgba: Uint8ClampedArray): Uint8Array {
	const ink = new Uint8Array(rgba.length / 4);
	for (let i = 0; i < ink.length; i++) ink[i] = rgba[4 * i + 3]!;
	return ink;
}
