// Answers of a network beside what would have been right.

import type { AnswerRow } from '../../engine/wire';

export type JudgedRow = { at: number; says: string; sure: number; target: string; right: boolean };
export type Judged = {
	/** Classes, not numbers. */
	classes: boolean;
	rows: JudgedRow[];
	right: number;
	/** Mean absolute error, of numbers. */
	error: number;
};

const written = (value: number) => String(Number(value.toPrecision(4))).replace('-', '−');

/** Several outputs and one target: the largest one is the class that is meant. */
export function judge(rows: readonly AnswerRow[]): Judged {
	const classes = rows.some(({ output, target }) => output.length > 1 && target.length === 1);
	const judged = rows.map(({ output, target }, at): JudgedRow => {
		if (classes) {
			const sure = Math.max(...output);
			const says = output.indexOf(sure);
			return { at, says: String(says), sure, target: String(target[0]), right: says === target[0] };
		}
		const join = (values: number[]) => values.map(written).join(', ');
		return { at, says: join(output), sure: 0, target: join(target), right: true };
	});
	const errors = rows.flatMap(({ output, target }) =>
		output.map((value, index) => Math.abs(value - (target[index] ?? value)))
	);
	const sum = errors.reduce((total, error) => total + error, 0);
	return {
		classes,
		rows: judged,
		right: judged.filter(({ right }) => right).length,
		error: errors.length > 0 ? sum / errors.length : 0
	};
}
