import { describe, expect, it } from 'vitest';
import { augmented } from './augment';
import { FakeClock, FakeData, fakeEngine } from './fakes';

describe('augmented pictures', () => {
	const engine = fakeEngine(new FakeClock());
	const data = new FakeData('pack', ['a', 'b'], 'x');
	const shape = { height: 1, width: 1 };

	it('are of the rows that the text asks for', () => {
		const made = augmented(engine, data, { text: 'a', of: null });
		const values = Float32Array.of(5.2, 3.2);
		expect(made).toEqual({ epoch: 2, rows: [5, 3], labels: [0, 0], ...shape, values });
	});

	it('are of the rows that the page asks for', () => {
		const made = augmented(engine, data, { text: 'a', of: { epoch: 1, rows: [7] } });
		expect(made).toEqual({ epoch: 1, rows: [7], labels: [0], ...shape, values: Float32Array.of(7.1) });
	});
});
