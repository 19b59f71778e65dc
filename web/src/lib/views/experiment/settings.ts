// The form beside the text: what was changed, what is wrong where.

import type { Checked, Problem, Setting, Summary } from './types';

/** The values that the book prints, by place in the text. */
export function printedValues(printed: Summary | null): Map<string, string> {
	const values = new Map<string, string>();
	if (!printed) return values;
	for (const setting of allSettings(printed)) values.set(setting.path, setting.value);
	return values;
}

/** Settings of the run and of every layer; a dropout rate is in both, once here. */
export function allSettings(summary: Summary): Setting[] {
	const seen = new Map<string, Setting>();
	for (const setting of summary.settings) seen.set(setting.path, setting);
	for (const layer of summary.layers)
		for (const setting of layer.settings) if (!seen.has(setting.path)) seen.set(setting.path, setting);
	return [...seen.values()];
}

/** `0.20` and `0.2` are the same number. */
export function sameValue(a: string, b: string): boolean {
	if (a === b) return true;
	const [x, y] = [Number(a), Number(b)];
	return a.trim() !== '' && b.trim() !== '' && Number.isFinite(x) && x === y;
}

/** The printed value where the present one differs, else null. */
export function editedFrom(setting: Setting, printed: Map<string, string>): string | null {
	const before = printed.get(setting.path);
	return before === undefined || sameValue(before, setting.value) ? null : before;
}

/**
 * The learning rate while a run is on: the text keeps the one that the run began with, the field shows what holds now.
 * A rate that falls by itself, by `decay` or a schedule, was not edited: only what the reader `steered` was.
 */
export function rateNow(
	setting: Setting,
	now: number | null,
	steered: boolean,
	printed: Map<string, string>
): { setting: Setting; from: string | null } {
	if (now === null) return { setting, from: editedFrom(setting, printed) };
	const shown = { ...setting, value: String(Number(now.toPrecision(4))) };
	return { setting: shown, from: editedFrom(steered ? shown : setting, printed) };
}

/** Several dropout rates need numbers behind their names. */
export function numbered(settings: Setting[]): { setting: Setting; number: number }[] {
	const names = settings.map((setting) => setting.name);
	return settings.map((setting, index) => {
		const many = names.filter((name) => name === setting.name).length > 1;
		return {
			setting,
			number: many ? names.slice(0, index + 1).filter((name) => name === setting.name).length : 0
		};
	});
}

/** What is typed is no value of this kind: it isn't sent to the text. A range is the text's own business. */
export function typingError(setting: Setting, typed: string): 'notInteger' | 'notNumber' | null {
	const text = typed.trim();
	if (setting.kind === 'integer') return /^[+-]?\d{1,15}$/.test(text) ? null : 'notInteger';
	if (setting.kind === 'number')
		return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
			? null
			: 'notNumber';
	return null;
}

/** As the text wants it: no plus sign, no bare point. */
export function normalised(setting: Setting, typed: string): string {
	const text = typed.trim();
	if (setting.kind === 'choice') return text;
	return String(Number(text));
}

/** Problems at a field; a wrong list element (`kernel_size[1]`) belongs to the field. */
export function problemsAt(checked: Checked | null, path: string): Problem[] {
	if (!checked) return [];
	return checked.problems.filter((problem) => problem.place === path || problem.place.startsWith(`${path}[`));
}

/** Problems that no field shows. */
export function problemsElsewhere(checked: Checked | null, shown: readonly string[]): Problem[] {
	if (!checked) return [];
	const here = new Set(shown.flatMap((path) => problemsAt(checked, path)));
	return checked.problems.filter((problem) => !here.has(problem));
}
