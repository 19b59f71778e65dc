import { expect, it, vi } from 'vitest';
import { fakeCard, fakeSite, until } from './fakes';
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

it('has its pictures from the next worker where another engine takes over meanwhile', async () => {
	const site = fakeSite();
	const look = new LookState(fakeCard('13.2'), () => site.train);
	const shown = look.show('train', 0, 4);
	await until(() => (site.workers[0]?.asked.length ?? 0) >= 2);
	site.train.use('gpu');
	await shown;
	expect([look.wall?.count, look.failure]).toEqual([4, null]);
	expect(site.workers.map(({ ended }) => ended)).toEqual([true, false]);
});

it('reads dropped files again where another engine takes over', async () => {
	const site = fakeSite();
	const look = new LookState(fakeCard('13.2'), () => site.train);
	await look.dropFiles([new File(['x'], 'train-images-idx3-ubyte.gz')]);
	site.train.use('gpu');
	await look.show('train', 0, 4);
	expect([look.data?.origin, look.failure]).toEqual(['official', null]);
	const gone = new File(['x'], 'train-images-idx3-ubyte.gz');
	await look.dropFiles([gone]);
	// As the browser does when the file was moved or changed since.
	gone.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
	site.train.use('cpu');
	await look.show('train', 0, 4);
	expect([look.data?.origin, look.failure]).toEqual(['sample', null]);
});
