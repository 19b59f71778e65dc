// How long a run still takes, from what was measured in it: honest numbers or none.

export type Pace = {
	/** Median of the recent steps; 0 = not measured yet. */
	msPerStep: number;
	/** Evaluation of one row; 0 = not measured yet. */
	msPerRow: number;
};

export type Work = {
	/** Updates done, and of the whole run. */
	updates: number;
	totalUpdates: number;
	/** Epochs whose evaluation is done, and of the whole run. */
	evaluated: number;
	epochs: number;
	/** Rows that are evaluated after every epoch, and how many of them are done in the current evaluation. */
	rowsPerEvaluation: number;
	rowsDone: number;
	batchSize: number;
};

/** Backward costs about twice forward, so a row of evaluation is about a third of a row of training. */
const FORWARD_SHARE = 1 / 3;

/** Seconds; null as long as no step was measured. */
export function secondsLeft(pace: Pace, work: Work): number | null {
	if (!(pace.msPerStep > 0)) return null;
	const steps = Math.max(0, work.totalUpdates - work.updates);
	const evaluations = Math.max(0, work.epochs - work.evaluated);
	const rows = Math.max(0, evaluations * work.rowsPerEvaluation - (evaluations > 0 ? work.rowsDone : 0));
	const guess = (pace.msPerStep / Math.max(1, work.batchSize)) * FORWARD_SHARE;
	const msPerRow = pace.msPerRow > 0 ? pace.msPerRow : guess;
	return (steps * pace.msPerStep + rows * msPerRow) / 1000;
}
