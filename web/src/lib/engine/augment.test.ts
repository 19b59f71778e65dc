import { describe, expect, it } from 'vitest';
import { Augmenting } from './augment';
import { FakeClock, FakeData, fakeEngine } from './fakes';

describe('augmented pictures', () => {
	const engine = () => fakeEngine(new FakeClock());

	it('are of the rows that were asked for, or of those that the text names', () => {
		const augmenting = new Augmenting();
		const data = new FakeData('pack', ['a', 'b'], 'x');
		const own = augmenting.make(engine(), data, { text: 'a', of: null });
		const shape = { height: 1, width: 1 };
		expect(own).toEqual({
			epoch: 2,
			rows: [5, 3],
			labels: [0, 0],
			...shape,
			values: Float32Array.of(5.2, 3.2)
		});
		const named = augmenting.make(engine(), data, { text: 'a', of: { epoch: 1, rows: [7] } });
		expect(named).toEqual({ epoch: 1, rows: [7], labels: [0], ...shape, values: Float32Array.of(7.1) });
	});

	it('keep what was learned as long as the rows stay the same', () => {
		const augmenting = new Augmenting();
		const fake = engine();
		const data = new FakeData('pack', ['a'], 'x');
		for (const text of ['a', 'b', 'c']) augmenting.make(fake, data, { text, of: null });
		expect(fake.augmenters).toBe(1);
		augmenting.make(fake, new FakeData('official', ['a'], 'y'), { text: 'a', of: null });
		expect(fake.augmenters).toBe(2);
	});

	it('fail with what the engine says, and work again afterwards', () => {
		const augmenting = new Augmenting();
		const data = new FakeData('pack', ['a'], 'x');
		const fake = engine();
		expect(() => augmenting.make(fake, data, { text: 'bad', of: null })).toThrow();
		expect(augmenting.make(fake, data, { text: 'good', of: null }).rows).toEqual([5, 3]);
	});
});
