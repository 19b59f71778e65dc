// The text editor's arithmetic: lines, columns, offsets.

import type { Problem } from './types';

export function lineCount(text: string): number {
	return text.split('\n').length;
}

/** Offset of a line and column, both from 1; columns count characters, offsets UTF-16 units. */
export function offsetOf(text: string, line: number, column: number): number {
	const lines = text.split('\n');
	const at = Math.min(Math.max(1, line), lines.length);
	let offset = 0;
	for (const before of lines.slice(0, at - 1)) offset += before.length + 1;
	const characters = [...(lines[at - 1] ?? '')];
	return offset + characters.slice(0, Math.max(0, column - 1)).join('').length;
}

/** The lines that have a problem. */
export function problemLines(problems: readonly Problem[]): Set<number> {
	return new Set(problems.map((problem) => problem.line).filter((line) => line > 0));
}
