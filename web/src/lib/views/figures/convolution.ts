// The worked convolution: where the window stops, what it adds up there, and what comes after. Pure arithmetic.

export type Grid = readonly (readonly number[])[];
export type Padding = 'valid' | 'same';
export type Setting = { stride: number; padding: Padding; dilation: number };

/** One direction of a window: cells of zeros before and after, places where the window stops, its reach. */
export type Axis = { before: number; after: number; places: number; reach: number };

/** As Keras on TensorFlow places it: `same` puts the odd cell of padding behind. */
export function axis(size: number, kernel: number, { stride, padding, dilation }: Setting): Axis {
	const reach = (kernel - 1) * dilation + 1;
	if (padding === 'valid') {
		const places = size < reach ? 0 : Math.floor((size - reach) / stride) + 1;
		return { before: 0, after: 0, places, reach };
	}
	const places = Math.ceil(size / stride);
	const zeros = Math.max(0, (places - 1) * stride + reach - size);
	const before = Math.floor(zeros / 2);
	return { before, after: zeros - before, places, reach };
}

/** A product of the sum: which cell of the input (perhaps one of the zeros around it), which weight. */
export type Term = { row: number; column: number; u: number; v: number; value: number; weight: number };

export const rowsOf = (grid: Grid): number => grid.length;
export const columnsOf = (grid: Grid): number => grid[0]?.length ?? 0;

/** Both axes of a grid under a kernel. */
export function axes(input: Grid, kernel: Grid, setting: Setting): { rows: Axis; columns: Axis } {
	return {
		rows: axis(rowsOf(input), rowsOf(kernel), setting),
		columns: axis(columnsOf(input), columnsOf(kernel), setting)
	};
}

/** The products of one cell of the output, in reading order of the kernel. */
export function termsAt(input: Grid, kernel: Grid, setting: Setting, row: number, column: number): Term[] {
	const { rows, columns } = axes(input, kernel, setting);
	return kernel.flatMap((weights, u) =>
		weights.map((weight, v) => {
			const y = row * setting.stride - rows.before + u * setting.dilation;
			const x = column * setting.stride - columns.before + v * setting.dilation;
			return { row: y, column: x, u, v, value: input[y]?.[x] ?? 0, weight };
		})
	);
}

export const sumOf = (terms: readonly Term[]): number =>
	terms.reduce((sum, { value, weight }) => sum + value * weight, 0);

/** What every network library calls a convolution: the kernel lies on the input as it is written. */
export function convolve(input: Grid, kernel: Grid, setting: Setting): number[][] {
	const { rows, columns } = axes(input, kernel, setting);
	return Array.from({ length: rows.places }, (_, row) =>
		Array.from({ length: columns.places }, (_, column) => sumOf(termsAt(input, kernel, setting, row, column)))
	);
}

/** Turned by half a turn: with this kernel the sum is a convolution in the strict sense. */
export const turned = (kernel: Grid): number[][] => kernel.map((row) => [...row].reverse()).reverse();

export const relu = (grid: Grid): number[][] => grid.map((row) => row.map((value) => Math.max(0, value)));

export type PoolKind = 'max' | 'average';

/** The values of one window; cells outside count for nothing, as in Keras (no zeros are averaged in). */
export function poolWindow(
	input: Grid,
	size: number,
	stride: number,
	padding: Padding,
	row: number,
	column: number
): { row: number; column: number; value: number }[] {
	const one = { stride, padding, dilation: 1 };
	const top = row * stride - axis(rowsOf(input), size, one).before;
	const left = column * stride - axis(columnsOf(input), size, one).before;
	const cells = [];
	for (let y = top; y < top + size; y++) {
		for (let x = left; x < left + size; x++) {
			const value = input[y]?.[x];
			if (value !== undefined) cells.push({ row: y, column: x, value });
		}
	}
	return cells;
}

export function pool(
	input: Grid,
	kind: PoolKind,
	size: number,
	stride: number = size,
	padding: Padding = 'valid'
): number[][] {
	const one = { stride, padding, dilation: 1 };
	const columns = axis(columnsOf(input), size, one).places;
	return Array.from({ length: axis(rowsOf(input), size, one).places }, (_, row) =>
		Array.from({ length: columns }, (_, column) => {
			const values = poolWindow(input, size, stride, padding, row, column).map(({ value }) => value);
			if (kind === 'max') return Math.max(...values);
			return values.reduce((sum, value) => sum + value, 0) / values.length;
		})
	);
}

/** The same numbers in a grid of another size: cut off, or filled with zeros. */
export function resized(grid: Grid, rows: number, columns: number): number[][] {
	return Array.from({ length: rows }, (_, row) =>
		Array.from({ length: columns }, (_, column) => grid[row]?.[column] ?? 0)
	);
}

export function withCell(grid: Grid, row: number, column: number, value: number): number[][] {
	return grid.map((cells, y) => cells.map((old, x) => (y === row && x === column ? value : old)));
}

const LARGEST = 999;

/** `-1`, `0.5`, `1/9`, also with the minus sign of print and full-width digits; null when it is no such number. */
export function numberIn(text: string): number | null {
	const plain = text.normalize('NFKC').replace(/\s/g, '').replace('−', '-').replace(',', '.');
	const found = /^(-?(?:\d+\.?\d*|\.\d+))(?:\/(\d+\.?\d*))?$/.exec(plain);
	if (!found) return null;
	const value = Number(found[1]) / (found[2] === undefined ? 1 : Number(found[2]));
	return Number.isFinite(value) && Math.abs(value) <= LARGEST ? value : null;
}

/** At most three digits behind the point, with the minus sign of print. */
export function shown(value: number): string {
	const text = String(Number(value.toFixed(3)));
	return (text === '-0' ? '0' : text).replace('-', '−');
}

/** `1·1 + 0·(−1) + … = 4` */
export function written(terms: readonly Term[]): string {
	const factor = (value: number) => (value < 0 ? `(${shown(value)})` : shown(value));
	const products = terms.map(({ value, weight }) => `${factor(value)}·${factor(weight)}`);
	return `${products.join(' + ')} = ${shown(sumOf(terms))}`;
}
