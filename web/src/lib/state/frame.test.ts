import { expect, it } from 'vitest';
import { HandTicker } from './fakes';
import { drawn } from './frame';

it('draws at most once in 100 ms, and at once when told to', () => {
	const ticker = new HandTicker();
	const at: number[] = [];
	const view = drawn(() => at.push(ticker.ms), 100, ticker);
	for (let i = 0; i < 50; i++) {
		view.ask();
		view.ask();
		ticker.advance(10);
	}
	// The first ask waits for a frame only.
	expect(at).toEqual([10, 110, 210, 310, 410]);
	view.ask();
	view.now();
	expect(at.at(-1)).toBe(500);
	ticker.advance(1000);
	expect(at).toHaveLength(6);
});
