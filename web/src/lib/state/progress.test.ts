import { expect, it, vi } from 'vitest';
import { chapterMark, markDone, markLast, markStarted, onProgress, readProgress } from './progress';
import type { Store } from './storage';

function memory(initial?: string): Store & { text: string | null } {
	const store = {
		text: initial ?? null,
		getItem: () => store.text,
		setItem: (_key: string, value: string) => void (store.text = value)
	};
	return store;
}

it('remembers what was started and finished, with the best accuracy', () => {
	const store = memory();
	const heard = vi.fn();
	const stop = onProgress(heard);
	markStarted('13.4', store);
	markStarted('13.4', store);
	markDone('13.4', 0.98, store);
	markDone('13.4', 0.97, store);
	markDone('13.2', null, store);
	markLast('/chapter/13/', store);
	expect(heard).toHaveBeenCalledTimes(6);
	stop();
	markDone('13.4', 0.99, store);
	expect(heard).toHaveBeenCalledTimes(6);
	expect(readProgress(store)).toMatchObject({
		started: ['13.4'],
		done: { '13.4': { accuracy: 0.99 }, '13.2': { accuracy: null } },
		last: 'chapter/13'
	});
});

it('marks a chapter as begun and as done', () => {
	const store = memory();
	const ids = ['13.3', '13.4'];
	const mark = () => chapterMark(ids, readProgress(store));
	expect(mark()).toBe('none');
	markStarted('13.3', store);
	expect(mark()).toBe('half');
	markDone('13.3', 0.9, store);
	expect(mark()).toBe('half');
	markDone('13.4', 0.9, store);
	expect(mark()).toBe('full');
	expect(chapterMark([], readProgress(store))).toBe('none');
	expect(chapterMark(['constructor'], readProgress(store))).toBe('none');
});

it.each([
	'',
	'{',
	'null',
	'[]',
	'"x"',
	'{"started":7,"done":[],"last":{}}',
	'{"started":[1,null],"done":{"a":null,"b":{"at":"x"}},"last":"javascript:alert(1)"}',
	'{"last":"//evil.example"}'
])('reads nothing from what somebody else wrote there: %s', (text) => {
	expect(readProgress(memory(text))).toEqual({ started: [], done: {}, last: null });
});

it('does without storage', () => {
	const full: Store = {
		getItem: () => null,
		setItem: () => {
			throw new DOMException('full', 'QuotaExceededError');
		}
	};
	expect(() => markDone('13.4', 1, full)).not.toThrow();
	expect(() => markDone('13.4', 1, null)).not.toThrow();
	expect(readProgress(null).done).toEqual({});
});
