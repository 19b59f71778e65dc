// Every code that can reach the page has its words, in both languages, with the same arguments.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hostFailures } from '../engine/failure';
import { cardWords, problemWords, settingName } from '../views/experiment/words';
import { experiment as enCard } from './en/experiment';
import { problems as en, terms as enTerms } from './en/problems';
import { experiment as zhCard } from './zh/experiment';
import { problems as zh, terms as zhTerms } from './zh/problems';

const rust = (path: string) => readFileSync(new URL(`../../../../crates/${path}`, import.meta.url), 'utf8');
const places = (message: string) => [...new Set(message.match(/\{\w+\}/g) ?? [])].sort();

function codesOf(source: string, pattern: RegExp): string[] {
	return [...source.matchAll(pattern)].map((match) => match[1] ?? '');
}

describe('codes', () => {
	it('of the data have words', () => {
		const codes = codesOf(rust('datasets/src/error.rs'), /Self::\w+(?: \{ \.\. \})? => "(\w+)"/g);
		expect(codes.length).toBeGreaterThan(15);
		expect(codes.filter((code) => !(code in en))).toEqual([]);
	});
	it.each(['training', 'network', 'inference', 'insight', 'formats'])('of %s have words', (room) => {
		const codes = codesOf(rust(`${room}/src/error.rs`), /Self::\w+ \{ \.\. \} => "(\w+)"/g);
		expect(codes.length).toBeGreaterThan(2);
		expect(codes.filter((code) => !(code in en))).toEqual([]);
	});
	it('of the wasm edge have words', () => {
		const files = readdirSync(new URL('../../../../crates/browser/src', import.meta.url));
		const sources = files.filter((file) => file.endsWith('.rs')).map((file) => rust(`browser/src/${file}`));
		const codes = codesOf(sources.join('\n'), /Failure::new\(\s*"(\w+)"/g);
		expect(codes.length).toBeGreaterThan(2);
		expect(codes.filter((code) => !(code in en))).toEqual([]);
	});
	it('of foreign files have words', () => {
		const kinds = codesOf(rust('datasets/src/kind.rs'), /Self::\w+ => "(\w+)"/g);
		expect(kinds.length).toBeGreaterThan(15);
		expect(kinds.filter((kind) => !(kind in enTerms) || !(kind in zhTerms))).toEqual([]);
	});
	it('of the experiment text have words', () => {
		const codes = codesOf(rust('spec/src/problem.rs'), /^\s+"(\w+)" => /gm);
		expect(codes.length).toBeGreaterThan(12);
		expect(codes.filter((code) => !(code in en))).toEqual([]);
	});
	it('of this side have words', () => {
		expect(Object.keys(hostFailures).filter((code) => !(code in en))).toEqual([]);
	});
});

describe('words', () => {
	it('ask for the same arguments in both languages', () => {
		for (const [code, message] of Object.entries(en)) {
			const other = zh[code as keyof typeof zh];
			expect([code, places(other)]).toEqual([code, places(message)]);
		}
	});
	it('of the card ask for the same arguments in both languages', () => {
		const flat = (value: object, path = ''): [string, string][] =>
			Object.entries(value).flatMap(([key, part]) =>
				typeof part === 'string'
					? [[`${path}${key}`, part] as [string, string]]
					: flat(part as object, `${path}${key}.`)
			);
		const chinese = new Map(flat(zhCard));
		for (const [key, message] of flat(enCard)) {
			expect([key, places(chinese.get(key) ?? '')]).toEqual([key, places(message)]);
		}
	});
	it('take the hint where there is one', () => {
		const problem = { code: 'unknown_field', args: { field: 'unit', known: 'units', suggestion: 'units' } };
		expect(problemWords('en', problem)).toBe('There is no field “unit” here. Did you mean “units”?');
	});
	it('name the kind of a foreign file', () => {
		const failure = { code: 'foreign_file', args: { file: 'a.pdf', kind: 'pdf', expected: 'idx' } };
		expect(problemWords('en', failure)).toBe('a.pdf looks like a PDF document. Choose the official files.');
		expect(problemWords('zh', failure)).toBe('a.pdf 看起来是 PDF 文档。请选择官方文件。');
	});
	it('say of a number that is none which one is wanted', () => {
		const problem = { code: 'wrong_type', args: { expected: 'a finite number', found: 'inf' } };
		expect(problemWords('en', problem)).toContain('Expected a finite number, found inf.');
		expect(problemWords('zh', problem)).toContain('这里应是有限的数字，却是inf。');
	});
	it('say what a file of another program has too many of', () => {
		const failure = { code: 'foreign_too_large', args: { format: 'npz', what: 'tensors', limit: '10000' } };
		expect(problemWords('en', failure)).toContain('more than 10000 tensors');
		expect(problemWords('zh', failure)).toContain('张量个数超过 10000');
	});
	it('never show a code’s braces, an unknown code, or what an object inherits', () => {
		expect(problemWords('en', { code: 'gz_corrupt', args: {} })).toBe('? is damaged. Fetch it again.');
		for (const code of ['never_heard_of', 'toString', '__proto__']) {
			expect(problemWords('en', { code, args: {} })).toBe(en.unknown);
		}
		expect(
			problemWords('zh', { code: 'unknown_value', args: { value: 'constructor', known: 'a' } })
		).toContain('“constructor”');
		expect(settingName('en', 'toString')).toBe('toString');
	});
	it('cut foreign text', () => {
		const long = problemWords('en', { code: 'toml_syntax', args: { message: 'x'.repeat(5000) } });
		expect(long.length).toBeLessThan(300);
	});
	it('of the other language are there', () => {
		expect(cardWords('zh').controls.train).toBe('训练');
	});
});
