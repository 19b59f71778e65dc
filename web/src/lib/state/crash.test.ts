import { describe, expect, it } from 'vitest';
import type { Crash } from '$lib/engine/history';
import { crashed, remedies, withTable } from './crash';
import { emptySummary } from './text.svelte';

const points = { x: [], loss: [], accuracy: [] };
const crash = (rate: number, back = 3): Crash => ({
	...{ epoch: 1, step: 9, update: 9, reason: 'loss_nan', at: 0.1, points },
	rate,
	back
});
const of = (optimizer: string, learning_rate: number) => ({ ...emptySummary, optimizer, learning_rate });

describe('after a crash', () => {
	it('a tenth of the rate helps, and for plain descent cut gradients', () => {
		const [rate, clip] = remedies('', of('sgd', 0.5), crash(0.5));
		expect(rate?.edit).toEqual({ path: 'training.optimizer.learning_rate', value: '0.05' });
		expect(clip?.edit).toEqual({ path: 'training.optimizer.clipnorm', value: '1' });
		expect(remedies('', of('adam', 0.3), crash(0.3)).map(({ what }) => what)).toEqual(['rate']);
		expect(remedies('clipnorm = 2', of('sgd', 0.3), crash(0.3)).map(({ what }) => what)).toEqual(['rate']);
	});
	it('a rate that was raised by hand goes back to what is written', () => {
		expect(remedies('', of('adam', 0.001), crash(10))[0]).toMatchObject({
			from: 10,
			edit: { value: '0.001' }
		});
		expect(remedies('', of('adam', 0.1), crash(0.5))[0]).toMatchObject({ edit: { value: '0.05' } });
	});
	it('there is nothing to offer without a crash', () => {
		expect(remedies('', of('sgd', 0.5), undefined)).toEqual([]);
		expect(crashed(undefined)).toBeNull();
	});
	it('it is said where the run is now', () => {
		expect(crashed(crash(1))).toMatchObject({ code: 'diverged', args: { back: '3' } });
		expect(crashed(crash(1, 0))?.code).toBe('diverged_at_once');
	});
	it('an optimizer that is only named gets room for a rate', () => {
		expect(withTable('[training]\noptimizer = "adam" # why\n')).toBe(
			'[training]\noptimizer = { name = "adam" } # why\n'
		);
		const table = 'optimizer = { name = "adam" }';
		expect(withTable(table)).toBe(table);
	});
});
