import { expect, it } from 'vitest';
import { indexOf, inOrder } from './formats';

const size = { rows: 2, columns: 3, channels: 3 };

it.each(['channels_last', 'channels_first'] as const)('%s: there and back', (format) => {
	inOrder(format, size).forEach((place, index) => expect(indexOf(format, size, place)).toBe(index));
});

it('puts the channels last or first', () => {
	const channels = (format: 'channels_last' | 'channels_first') =>
		inOrder(format, size)
			.map(({ channel }) => channel)
			.join('');
	expect(channels('channels_last')).toBe('012'.repeat(6));
	expect(channels('channels_first')).toBe('000000111111222222');
	// The fourth value with channels last is red again: row 0, column 1.
	expect(inOrder('channels_last', size)[3]).toEqual({ row: 0, column: 1, channel: 0 });
});
