import { expect, it } from 'vitest';
import { prefixer, runningTitle } from './title.svelte';

const run = {
	...{ text: '', seed: 7, epoch: 0, step: 0, update: 25, steps_per_epoch: 10, epochs: 10 },
	...{ learning_rate: 0.1, finished: false, history: [] }
};

it('says how far the run is, while it is on', () => {
	const running = { id: '13.4', run };
	expect(runningTitle.prefix).toBe('');
	runningTitle.begin(running);
	expect(runningTitle.prefix).toBe('25\u202f% · 13.4');
	runningTitle.end({ ...running }, null);
	expect(runningTitle.prefix).toBe('25\u202f% · 13.4');
	runningTitle.end(running, 'finished');
	expect(runningTitle.prefix).toBe('');
});

it('comes before the title of whatever page there is, and goes away', () => {
	const page = { title: 'A · Fireside' };
	const put = prefixer(page);
	put('');
	expect(page.title).toBe('A · Fireside');
	put('1 %');
	put('2 %');
	expect(page.title).toBe('2 % · A · Fireside');
	page.title = 'B · Fireside';
	put('3 %');
	expect(page.title).toBe('3 % · B · Fireside');
	put('');
	expect(page.title).toBe('B · Fireside');
	page.title = 'C · Fireside';
	put('');
	expect(page.title).toBe('C · Fireside');
});
