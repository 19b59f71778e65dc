import { describe, expect, it } from 'vitest';
import { footprint, room, tooLarge } from './footprint';
import type { SummaryLayer } from './wire';

const layer = (type: string, output: number[]): SummaryLayer => ({
	...{ name: type, type, detail: '', activation: '', output, sheet: [1, 1, 1], parameters: 0 },
	...{ non_trainable: 0, inputs: [], count: '', settings: [] }
});
/** 13.4, whose memory was measured in Chromium. */
const lenet = (batch_size: number) => ({
	input: [1, 28, 28],
	layers: [
		layer('Conv2D', [32, 24, 24]),
		layer('MaxPooling2D', [32, 12, 12]),
		layer('Dropout', [32, 12, 12]),
		layer('Flatten', [4608]),
		layer('Dense', [128]),
		layer('Dense', [10])
	],
	parameters: 592_074,
	optimizer: 'adam',
	...{ train_rows: 60_000, validation_rows: 0, test_rows: 10_000, batch_size }
});

describe('the memory of a run', () => {
	it.each([
		[64, 87e6],
		[201, 108e6],
		[1000, 274e6],
		[4000, 898e6]
	])('of 13.4 with batches of %i is near what was measured', (batch, measured) => {
		const { total } = footprint(lenet(batch));
		expect(total / measured).toBeGreaterThan(0.8);
		expect(total / measured).toBeLessThan(1.25);
	});
	it('counts what a recurrent layer keeps of every step', () => {
		const plain = { ...lenet(100), input: [500, 32], parameters: 0, layers: [layer('Dense', [100])] };
		const lstm = { ...plain, layers: [layer('LSTM', [100])] };
		const [without, with_] = [footprint(plain).batch, footprint(lstm).batch];
		expect(with_ - without).toBeGreaterThan(100 * 500 * 100 * 4 * 6);
	});
});

describe('what is too large', () => {
	const limit = 3.5e9;
	it('is refused with a batch that fits', () => {
		expect(tooLarge(lenet(10_000), 'cpu', limit)).toBeNull();
		const refused = tooLarge(lenet(40_000), 'cpu', limit);
		expect(refused).toMatchObject({ what: 'batch', limit });
		const batch = refused?.what === 'batch' ? refused.batch : 0;
		expect(tooLarge(lenet(batch), 'cpu', limit)).toBeNull();
		expect(tooLarge(lenet(batch * 1.1), 'cpu', limit)).not.toBeNull();
	});
	it('has fewer rows, where no batch is small enough', () => {
		const many = { ...lenet(200), train_rows: 10_000_000 };
		expect(tooLarge(many, 'cpu', limit)).toMatchObject({ what: 'rows' });
		// The GPU holds the layers, the page the rows.
		expect(tooLarge(many, 'gpu', limit)).toMatchObject({ what: 'rows' });
		expect(tooLarge(lenet(40_000), 'gpu', limit)).toBeNull();
	});
	it('is a network that fits nowhere', () => {
		expect(tooLarge({ ...lenet(1), parameters: 1e9 }, 'cpu', limit)).toMatchObject({ what: 'network' });
	});
	it('depends on the device', () => {
		expect([room(null), room(2), room(8)]).toEqual([3.5e9, 1e9, 3.5e9]);
	});
});
