// What the terminal says of an experiment: what the page is compared with.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from './site.ts';

const root = resolve(import.meta.dirname, '../..');
export const program = join(process.env['CARGO_TARGET_DIR'] ?? join(root, 'target'), 'release/fireside');
/** The folder of official data files. */
export const data = process.env['FIRESIDE_DATA'] ?? join(root, '../shared/data');

/** Losses of a whole run: what rounding differences grow to until its end. */
export const CLOSE = 1e-2;

/** An experiment of the book, with some of its lines changed. */
export function written(id: string, ...changes: [from: string, to: string][]): string {
	let text = readFileSync(join(root, `crates/book/experiments/${id}.toml`), 'utf8');
	for (const [from, to] of changes) {
		expect(text, id).toContain(from);
		text = text.replaceAll(from, to);
	}
	return text;
}

/** The terminal's answer, line by line. Without the folder of data files it has the sample that the page has. */
export function terminal(text: string, ...options: string[]): unknown[] {
	// So deep that no folder of data files lies beside it.
	const folder = join(mkdtempSync(join(tmpdir(), 'fireside-')), 'alone/alone');
	mkdirSync(folder, { recursive: true });
	const file = join(folder, 'experiment.toml');
	writeFileSync(file, text);
	const environment = { ...process.env };
	delete environment['FIRESIDE_DATA'];
	const lines = execFileSync(program, ['train', file, '--json', ...options], {
		cwd: folder,
		encoding: 'utf8',
		env: environment,
		stdio: ['ignore', 'pipe', 'ignore']
	});
	return lines
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as unknown);
}

export function near(
	found: number | null | undefined,
	wanted: number | null | undefined,
	what: string
): void {
	expect(typeof found, what).toBe('number');
	const [ours, theirs] = [found ?? NaN, wanted ?? NaN];
	expect(Math.abs(ours - theirs), `${what}: ${ours}, the terminal ${theirs}`).toBeLessThanOrEqual(
		CLOSE * Math.max(1, Math.abs(theirs))
	);
}
