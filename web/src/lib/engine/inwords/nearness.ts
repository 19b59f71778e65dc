// Which words lie near each other in the table of an Embedding: cosines, and sums of words.

export type Table = { values: Float32Array; rows: number; width: number };
export type Near = { id: number; cosine: number };

export const rowOf = ({ values, width }: Table, id: number): Float32Array =>
	values.subarray(id * width, (id + 1) * width);

function length(vector: ArrayLike<number>): number {
	let sum = 0;
	for (let at = 0; at < vector.length; at += 1) sum += vector[at]! ** 2;
	return Math.sqrt(sum);
}

/** 0 where one of them is nothing. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
	let sum = 0;
	for (let at = 0; at < a.length; at += 1) sum += a[at]! * b[at]!;
	const size = length(a) * length(b);
	return size > 0 ? sum / size : 0;
}

/** The `count` rows from `first` on that point most the same way as `vector`, the nearest first. */
export function nearest(
	table: Table,
	vector: ArrayLike<number>,
	{ first, without, count }: { first: number; without: readonly number[]; count: number }
): Near[] {
	const found: Near[] = [];
	for (let id = first; id < table.rows; id += 1) {
		if (without.includes(id)) continue;
		const near = cosine(rowOf(table, id), vector);
		if (found.length === count && near <= (found.at(-1)?.cosine ?? -1)) continue;
		let place = found.length;
		while (place > 0 && (found[place - 1]?.cosine ?? 1) < near) place -= 1;
		found.splice(place, 0, { id, cosine: near });
		if (found.length > count) found.pop();
	}
	return found;
}

/** a - b + c, each brought to length 1 before, so that none of them outweighs the others. */
export function sum(table: Table, [a, b, c]: readonly [number, number, number]): Float64Array {
	const unit = (id: number) => {
		const row = rowOf(table, id);
		const size = length(row) || 1;
		return Float64Array.from(row, (value) => value / size);
	};
	const [x, y, z] = [unit(a), unit(b), unit(c)];
	return x.map((value, at) => value - y[at]! + z[at]!);
}
