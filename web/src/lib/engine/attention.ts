// What every step of a Transformer looks at. The engine gives a network's answer, not the shares inside its attention
// layers; they are worked out here from the weights of the model file, layer by layer up to the last attention, for one
// window. The same formulas as `crates/network`, in doubles; a test holds them against Keras's numbers.

import type { Tensor } from './safetensors';

/** Steps by features, row after row. */
export type Sheet = { steps: number; features: number; values: Float64Array };
/** `shares`: head after head, for each step its share of every step. */
export type Attention = { name: string; heads: number; steps: number; shares: Float32Array };
/** A layer: its name, what it reads, and its fields as they stand in the text. */
export type Layer = {
	name: string;
	type: string;
	inputs: readonly string[];
	fields: Readonly<Record<string, string>>;
};
type Tensors = ReadonlyMap<string, Tensor>;

const sheet = (steps: number, features: number): Sheet => ({
	steps,
	features,
	values: new Float64Array(steps * features)
});

/** x W + b, `kernel` as (features, units). */
export function dense(x: Sheet, kernel: Float32Array, bias: Float32Array | null): Sheet {
	const units = kernel.length / x.features;
	const y = sheet(x.steps, units);
	for (let t = 0; t < x.steps; t++)
		for (let unit = 0; unit < units; unit++) {
			let sum = bias?.[unit] ?? 0;
			for (let f = 0; f < x.features; f++)
				sum += (x.values[t * x.features + f] ?? 0) * (kernel[f * units + unit] ?? 0);
			y.values[t * units + unit] = sum;
		}
	return y;
}

export function normalized(
	x: Sheet,
	gamma: Float32Array | null,
	beta: Float32Array | null,
	epsilon: number
): Sheet {
	const y = sheet(x.steps, x.features);
	for (let t = 0; t < x.steps; t++) {
		const row = x.values.subarray(t * x.features, (t + 1) * x.features);
		const mean = row.reduce((sum, value) => sum + value, 0) / x.features;
		const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.features;
		row.forEach((value, f) => {
			const unit = (value - mean) / Math.sqrt(variance + epsilon);
			y.values[t * x.features + f] = unit * (gamma?.[f] ?? 1) + (beta?.[f] ?? 0);
		});
	}
	return y;
}

/** Self-attention: what each step looks at, and what comes of it. */
export function attend(
	x: Sheet,
	tensor: (name: string) => Tensor | undefined,
	causal: boolean
): { y: Sheet; shares: Float32Array; heads: number } {
	const values = (name: string) => tensor(name)?.values ?? new Float32Array();
	const [, heads = 1, key = 1] = tensor('query/kernel')?.shape ?? [];
	const project = (name: string) =>
		dense(x, values(`${name}/kernel`), tensor(`${name}/bias`)?.values ?? null);
	const [q, k, v] = [project('query'), project('key'), project('value')];
	const size = v.features / heads;
	const { steps } = x;
	const shares = new Float32Array(heads * steps * steps);
	const joined = sheet(steps, v.features);
	for (let head = 0; head < heads; head++)
		for (let t = 0; t < steps; t++) {
			const seen = causal ? t + 1 : steps;
			const scores = Array.from({ length: seen }, (_, other) => {
				let sum = 0;
				for (let i = 0; i < key; i++)
					sum +=
						(q.values[t * q.features + head * key + i] ?? 0) *
						(k.values[other * k.features + head * key + i] ?? 0);
				return sum / Math.sqrt(key);
			});
			const most = Math.max(...scores);
			const powers = scores.map((score) => Math.exp(score - most));
			const all = powers.reduce((sum, power) => sum + power, 0);
			powers.forEach((power, other) => {
				const share = power / all;
				shares[(head * steps + t) * steps + other] = share;
				for (let i = 0; i < size; i++) {
					const at = t * v.features + head * size + i;
					joined.values[at] =
						(joined.values[at] ?? 0) + share * (v.values[other * v.features + head * size + i] ?? 0);
				}
			});
		}
	const y = dense(joined, values('attention_output/kernel'), tensor('attention_output/bias')?.values ?? null);
	return { y, shares, heads };
}

/** The error function to seven digits (Abramowitz and Stegun 7.1.26). */
function erf(x: number): number {
	const t = 1 / (1 + 0.3275911 * Math.abs(x));
	const poly =
		((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
	return Math.sign(x) * (1 - poly * Math.exp(-x * x));
}

const ACTIVATIONS: Readonly<Record<string, (x: number) => number>> = {
	linear: (x) => x,
	relu: (x) => Math.max(0, x),
	gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
	tanh: Math.tanh,
	sigmoid: (x) => 1 / (1 + Math.exp(-x)),
	swish: (x) => x / (1 + Math.exp(-x))
};

/** The fields of every `[[layers]]` of an experiment's text, as they stand there. */
export function fieldsOf(text: string): Record<string, string>[] {
	const all: Record<string, string>[] = [];
	let open: Record<string, string> | null = null;
	for (const line of text.split('\n')) {
		const head = /^\s*\[+\s*([\w.]+)\s*\]+/.exec(line)?.[1];
		if (head !== undefined) {
			open = head === 'layers' ? {} : null;
			if (open) all.push(open);
		}
		const [, name, value] = /^\s*(\w+)\s*=\s*(.+?)\s*$/.exec(line) ?? [];
		if (open && name !== undefined && value !== undefined) open[name] = value;
	}
	return all;
}

const quoted = (text: string | undefined, field: string): string | null =>
	new RegExp(`${field}\\s*=\\s*"(\\w+)"`).exec(text ?? '')?.[1] ?? null;

/** What one layer makes of its inputs; null where its kind is not known here. */
function forward(layer: Layer, inputs: Sheet[], tensors: Tensors, found: Attention[]): Sheet | null {
	const tensor = (name: string) => tensors.get(`${layer.name}/${name}`);
	const [x] = inputs;
	if (!x) return null;
	const bent = (y: Sheet, name: string): Sheet | null => {
		const bend = ACTIVATIONS[name];
		return bend ? { ...y, values: y.values.map(bend) } : null;
	};
	switch (layer.type) {
		case 'PositionEmbedding': {
			const table = tensor('embeddings')?.values;
			return table ? { ...x, values: x.values.map((value, at) => value + (table[at] ?? 0)) } : null;
		}
		case 'LayerNormalization': {
			const epsilon = Number(layer.fields['epsilon'] ?? 1e-3);
			return normalized(x, tensor('gamma')?.values ?? null, tensor('beta')?.values ?? null, epsilon);
		}
		case 'Add': {
			const values = x.values.map((_, at) => inputs.reduce((sum, one) => sum + (one.values[at] ?? 0), 0));
			return { ...x, values };
		}
		case 'Dropout':
			return x;
		case 'TimeDistributed':
		case 'Dense': {
			const kernel = tensor('kernel');
			const fields =
				layer.type === 'Dense' ? `activation = ${layer.fields['activation'] ?? ''}` : layer.fields['layer'];
			if (!kernel) return null;
			const y = dense(x, kernel.values, tensor('bias')?.values ?? null);
			return bent(y, quoted(fields, 'activation') ?? 'linear');
		}
		case 'MultiHeadAttention': {
			if (inputs.length !== 1 || !tensor('query/kernel')) return null;
			const { y, shares, heads } = attend(x, tensor, layer.fields['use_causal_mask'] === 'true');
			found.push({ name: layer.name, heads, steps: x.steps, shares });
			return y;
		}
		default:
			return null;
	}
}

/** What the attention layers of a network look at in a window; none where it has none, or other layers before them. */
export function attentionsOf(
	layers: readonly Layer[],
	tensors: Tensors,
	window: readonly number[]
): Attention[] {
	const found: Attention[] = [];
	const made = new Map<string, Sheet>();
	const last = layers.findLastIndex(({ type }) => type === 'MultiHeadAttention');
	for (const layer of layers.slice(0, last + 1)) {
		const table = tensors.get(`${layer.name}/embeddings`);
		let y: Sheet | null;
		if (layer.type === 'Embedding' && table) {
			const [, features = 1] = table.shape;
			const rows = window.map((id) => table.values.subarray(id * features, (id + 1) * features));
			y = { steps: window.length, features, values: Float64Array.from(rows.flatMap((row) => [...row])) };
		} else {
			const inputs = layer.inputs.map((name) => made.get(name));
			y = inputs.every((input) => input !== undefined) ? forward(layer, inputs, tensors, found) : null;
		}
		if (!y) break;
		made.set(layer.name, y);
	}
	return found;
}
