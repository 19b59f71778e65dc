import { expect, it } from 'vitest';
import { classNames } from '../../words/classes';
import { photoWords, problemText, sayClass } from './words';

const names = classNames('en', 'cifar10');

it('names the likeliest class, and says when it is not sure', () => {
	const of = (...shares: [number, number][]) => {
		const all = new Array<number>(10).fill(0);
		for (const [at, share] of shares) all[at] = share;
		return all;
	};
	expect(sayClass(of([3, 0.93]), names, 'en')).toBe('It says cat, 93\u202f%.');
	expect(sayClass(of([3, 0.41], [5, 0.39]), names, 'en')).toBe(
		'It is not sure: cat 41\u202f%, dog 39\u202f%.'
	);
	expect(sayClass(of([3, 0.93]), classNames('zh', 'cifar10'), 'zh')).toBe('它认为是猫，93\u202f%。');
	expect(sayClass(null, names, 'en')).toBe('No photo yet.');
});

it('says what is wrong, with its numbers, in both languages', () => {
	const args = { width: 20000, height: 15000, mega: 300, limit: 40, side: 16384, kind: 'HEIC' };
	for (const lang of ['en', 'zh'] as const) {
		for (const code of Object.keys(photoWords('en').problem)) {
			const text = problemText(lang, { code: code as keyof ReturnType<typeof photoWords>['problem'], args });
			expect(text).not.toMatch(/[{}]/);
			expect(text.length).toBeGreaterThan(8);
		}
		expect(problemText(lang, { code: 'large', args })).toContain('20000 × 15000');
	}
});

it('has the same places to fill in both languages, and ten names', () => {
	const flat = (value: unknown): string[] =>
		typeof value === 'string' ? [value] : Object.values(value as object).flatMap(flat);
	const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join();
	const [en, zh] = [flat(photoWords('en')), flat(photoWords('zh'))];
	expect(zh.map(places)).toEqual(en.map(places));
	expect([names.length, new Set(classNames('zh', 'cifar10')).size]).toEqual([10, 10]);
});
