import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { className, hasNames } from './classes';
import { classes as en } from './en/classes';
import { classes as zh } from './zh/classes';

describe('names of classes', () => {
	it.each(['cifar10', 'gtsrb'])('are those of the engine: %s', (name) => {
		const source = readFileSync(
			new URL(`../../../../crates/datasets/src/sets/${name}.rs`, import.meta.url),
			'utf8'
		);
		const table = /(?:NAMES|CLASSES): \[WordPair[^=]*= \[([^\]]*)\];/.exec(source)?.[1] ?? '';
		const pairs = [...table.matchAll(/word\(\s*"([^"]*)",\s*"([^"]*)"/g)];
		expect(pairs.length).toBeGreaterThanOrEqual(10);
		expect(en[name]).toEqual(pairs.map(([, word]) => word));
		expect(zh[name]).toEqual(pairs.map(([, , word]) => word));
	});
	it('stay numbers where there are none', () => {
		expect(className('en', 'mnist', 7)).toBe('7');
		expect(className('zh', 'gtsrb', 14)).toBe('停车让行');
		expect(className('en', 'cifar10', 12)).toBe('12');
		expect(hasNames('mnist')).toBe(false);
		expect(hasNames('toString')).toBe(false);
	});
});
