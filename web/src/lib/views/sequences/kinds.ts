// The four kinds of sequence problems: at which step something is read, and at which something is given.

export type KindName = 'many_one' | 'one_many' | 'many_many' | 'coder';
/** Of each step: whether an input comes in, whether an output goes out, and whether it is read again. */
export type Stage = { input: boolean; output: boolean; again: boolean };

const stage = (input: boolean, output: boolean, again = false): Stage => ({ input, output, again });

export const kinds: Record<KindName, readonly Stage[]> = {
	many_one: [stage(true, false), stage(true, false), stage(true, false), stage(true, true)],
	one_many: [stage(true, true), stage(false, true, true), stage(false, true, true), stage(false, true, true)],
	many_many: [stage(true, true), stage(true, true), stage(true, true), stage(true, true)],
	coder: [
		stage(true, false),
		stage(true, false),
		stage(true, false),
		stage(false, true),
		stage(false, true, true),
		stage(false, true, true)
	]
};
export const kindNames = Object.keys(kinds) as KindName[];

/** How many inputs (or outputs) there are up to a step, itself counted. */
export const upTo = (stages: readonly Stage[], what: 'input' | 'output', step: number): number =>
	stages.slice(0, step + 1).filter((one) => one[what]).length;
