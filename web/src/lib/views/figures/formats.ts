// A picture as a list: where a value stands with channels last and with channels first. Pure arithmetic.

export type Size = { rows: number; columns: number; channels: number };
export type Place = { row: number; column: number; channel: number };
export type Format = 'channels_last' | 'channels_first';

export function indexOf(format: Format, size: Size, { row, column, channel }: Place): number {
	return format === 'channels_last'
		? (row * size.columns + column) * size.channels + channel
		: (channel * size.rows + row) * size.columns + column;
}

export function placeOf(format: Format, size: Size, index: number): Place {
	const { rows, columns, channels } = size;
	if (format === 'channels_last') {
		const cell = Math.floor(index / channels);
		return { row: Math.floor(cell / columns), column: cell % columns, channel: index % channels };
	}
	const line = Math.floor(index / columns);
	return { row: line % rows, column: index % columns, channel: Math.floor(line / rows) };
}

/** Every place in the order of the list. */
export function inOrder(format: Format, size: Size): Place[] {
	return Array.from({ length: size.rows * size.columns * size.channels }, (_, index) =>
		placeOf(format, size, index)
	);
}
