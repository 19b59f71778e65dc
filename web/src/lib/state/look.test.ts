import { expect, it, vi } from 'vitest';
import { fakeCard, fakeSite } from './fakes';
import { LookState } from './look.svelte';

vi.mock('$app/paths', () => ({ base: '' }));

it('shows the wall that was asked for last', async () => {
	const site = fakeSite();
	const look = new LookState(fakeCard('13.2'), () => site.train);
	const first = look.show('train', 0, 4);
	expect(look.loading).not.toBeNull();
	await Promise.all([first, look.show('test', 8, 2)]);
	expect(look.wall).toMatchObject({ first: 8, count: 2, pixels: new Uint8Array([2, 2]) });
	expect([look.loading, look.failure, look.data?.origin]).toEqual([null, null, 'sample']);
});

it('keeps its wall when a drop is refused', async () => {
	const site = fakeSite();
	const look = new LookState(fakeCard('13.2'), () => site.train);
	await look.show('train', 0, 4);
	await look.dropFiles([new File(['x'], 'a.pdf')]);
	expect(look.failure?.code).toBe('foreign_file');
	expect(look.wall?.count).toBe(4);
});
