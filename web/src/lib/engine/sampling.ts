// Which token comes next: from the network's probabilities to the ones that are drawn from, and the draw.
// `draw` of `crates/inference/src/generate.rs` is the same without top-p; `sampling.json` is compared on both sides.

export type Sampling = {
	/** Below 1 the likely become likelier, above 1 the unlikely; 0: always the likeliest. */
	temperature: number;
	/** Only so many of the likeliest; 0: all. */
	topK: number;
	/** Only the likeliest that together have this share; 1: all. */
	topP: number;
};
export type Candidate = {
	token: number;
	/** What the network gives it. */
	share: number;
	/** With what probability it is drawn; 0 where it is cut off. */
	chance: number;
};

/** The likeliest first, of equals the one with the smaller id; what is no number comes before all, as in the engine. */
function ranked(shares: ArrayLike<number>): number[] {
	const value = (token: number) => shares[token] ?? 0;
	return Array.from({ length: shares.length }, (_, token) => token).sort((a, b) => {
		const [x, y] = [value(a), value(b)];
		if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(y)) - Number(Number.isNaN(x)) || a - b;
		return y - x || a - b;
	});
}

/** All tokens, the likeliest first, with the chances that they have. */
export function candidates(shares: ArrayLike<number>, { temperature, topK, topP }: Sampling): Candidate[] {
	const order = ranked(shares);
	const share = (token: number) => Math.max(shares[token] || 0, 0);
	if (temperature === 0)
		return order.map((token, at) => ({ token, share: share(token), chance: at === 0 ? 1 : 0 }));
	const kept = topK > 0 ? order.slice(0, topK) : order;
	const largest = Math.max(share(kept[0] ?? 0), 1e-30);
	const weights = kept.map((token) => (share(token) / largest) ** (1 / temperature));
	const all = weights.reduce((sum, weight) => sum + weight, 0);
	let count = weights.length;
	if (topP < 1) {
		// The smallest number of likeliest ones that reach the share; one at least.
		let reached = 0;
		count = 0;
		while (count < weights.length && (count === 0 || reached < topP * all)) reached += weights[count++] ?? 0;
	}
	const sum = weights.slice(0, count).reduce((total, weight) => total + weight, 0);
	return order.map((token, at) => ({
		token,
		share: share(token),
		chance: at < count ? (weights[at] ?? 0) / sum : 0
	}));
}

/** One of them, by a number in [0, 1). */
export function draw(all: readonly Candidate[], number: number): number {
	let left = number;
	let last = all[0]?.token ?? 0;
	for (const { token, chance } of all) {
		if (chance === 0) continue;
		last = token;
		left -= chance;
		if (left < 0) return token;
	}
	return last;
}

/** What a network reads: the last `steps` tokens, with id 0 in front where there are fewer. */
export function windowOf(tokens: readonly number[], steps: number): number[] {
	const last = tokens.slice(-steps);
	return [...Array.from({ length: steps - last.length }, () => 0), ...last];
}

/**
 * Does a greedy text go in circles? It does for ever once the network sees a window that it has seen before. Gives where
 * the circle begins and how many tokens it has; `prompt` tokens were given.
 */
export function circle(
	tokens: readonly number[],
	steps: number,
	prompt: number
): { from: number; length: number } | null {
	const seen = new Map<string, number>();
	for (let end = prompt; end <= tokens.length; end++) {
		const key = windowOf(tokens.slice(0, end), steps).join(' ');
		const before = seen.get(key);
		if (before !== undefined) return { from: before, length: end - before };
		seen.set(key, end);
	}
	return null;
}

/** How many tokens the network hesitates between, over these probabilities of what really came; null: nothing came. */
export function perplexity(probabilities: readonly number[]): number | null {
	if (probabilities.length === 0) return null;
	const sum = probabilities.reduce((total, value) => total - Math.log(Math.max(value, 1e-30)), 0);
	return Math.exp(sum / probabilities.length);
}
