// One recurrent unit and one LSTM cell with plain numbers, and what their gradients become on the way back.

export type Activation = 'tanh' | 'sigmoid' | 'relu' | 'linear';
export const activations: readonly Activation[] = ['tanh', 'sigmoid', 'relu', 'linear'];

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

export function activate(kind: Activation, x: number): number {
	switch (kind) {
		case 'tanh':
			return Math.tanh(x);
		case 'sigmoid':
			return sigmoid(x);
		case 'relu':
			return Math.max(0, x);
		case 'linear':
			return x;
	}
}

/** The slope at a sum, by the value that came out. */
export function slope(kind: Activation, out: number): number {
	switch (kind) {
		case 'tanh':
			return 1 - out * out;
		case 'sigmoid':
			return out * (1 - out);
		case 'relu':
			return out > 0 ? 1 : 0;
		case 'linear':
			return 1;
	}
}

/** w: weight of the input, u: weight of the state before, b: bias. */
export type Unit = { w: number; u: number; b: number; activation: Activation };
export type Step = { x: number; before: number; sum: number; state: number };

/** The unit reads the inputs one after the other; its state is 0 before the first. */
export function read(inputs: readonly number[], { w, u, b, activation }: Unit): Step[] {
	let before = 0;
	return inputs.map((x) => {
		const sum = w * x + u * before + b;
		const step = { x, before, sum, state: activate(activation, sum) };
		before = step.state;
		return step;
	});
}

export type Way = {
	/** `factors[k]`: how much the last state changes with the state `k` steps before it; `factors[0]` = 1. */
	factors: number[];
	/** How much it changes with `u`, the sum over all steps. */
	weight: number;
};

/** The way back through the steps that were read: every step multiplies by `u` and the slope. */
export function wayBack(steps: readonly Step[], { u, activation }: Unit): Way {
	const factors = [1];
	let weight = 0;
	for (let at = steps.length - 1; at >= 0; at--) {
		const { before, state } = steps[at]!;
		const here = factors[factors.length - 1]! * slope(activation, state);
		weight += here * before;
		if (at > 0) factors.push(here * u);
	}
	return { factors, weight };
}

/** Cut down to the limit, its sign kept; a limit of 0 cuts nothing. */
export function clipped(gradient: number, limit: number): number {
	if (limit <= 0 || Math.abs(gradient) <= limit) return gradient;
	return Math.sign(gradient) * limit;
}

/** The gates of one step, and the candidate that may be written. */
export type Gates = { forget: number; input: number; output: number; candidate: number };
export type Cell = Gates & { before: number; memory: number; out: number };

/** c = forget · c + input · candidate; h = output · tanh(c). The memory is empty before the first step. */
export function cell(steps: readonly Gates[]): Cell[] {
	let before = 0;
	return steps.map((gates) => {
		const memory = gates.forget * before + gates.input * gates.candidate;
		const made = { ...gates, before, memory, out: gates.output * Math.tanh(memory) };
		before = memory;
		return made;
	});
}
