// Reviews as the reading module hands them over: opened without an engine, for who only looks at them.
// The form is that of `crates/datasets/src/parcel.rs`; `texts.test.ts` opens a parcel that Rust has packed.

import { EngineFailure } from './failure';
import type { DataOrigin } from './wire';

export type TextPart = {
	labels: Uint16Array;
	/** Word ranks of all reviews, one after the other; 1 = the most frequent word. */
	ranks: Uint32Array;
	/** Where each review ends in `ranks`. */
	ends: Uint32Array;
};
export type Texts = {
	name: string;
	origin: DataOrigin;
	checksum: string;
	classes: number;
	train: TextPart;
	test: TextPart;
	/** `words[rank - 1]`; empty where the index of words did not come. */
	words: string[];
};

const MARK = 'FSPARCEL';
/** In the order of `ORIGINS`. */
const origins: readonly DataOrigin[] = ['official', 'subset', 'unverified', 'pack', 'sample'];
/** Between the strings of a list. */
const END = '\0';
/** The kind of content. */
const REVIEWS = 4;

const damaged = () => new EngineFailure({ code: 'parcel', args: {} });

class Unpacking {
	readonly #bytes: Uint8Array;
	readonly #view: DataView;
	#at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	get left(): number {
		return this.#bytes.byteLength - this.#at;
	}

	take(count: number): Uint8Array {
		if (count > this.left) throw damaged();
		this.#at += count;
		return this.#bytes.subarray(this.#at - count, this.#at);
	}

	number(): number {
		this.take(4);
		return this.#view.getUint32(this.#at - 4, true);
	}

	text(): string {
		try {
			return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.take(this.number()));
		} catch {
			throw damaged();
		}
	}

	/** The bytes of a list, with a buffer of their own: a list of wider numbers has to begin at a whole one. */
	list(width: number): ArrayBuffer {
		const bytes = this.take(this.number() * width);
		return new Uint8Array(bytes).buffer;
	}

	part(): { classes: number; part: TextPart } {
		const classes = this.number();
		const labels = new Uint16Array(this.list(2));
		const ranks = new Uint32Array(this.list(4));
		// The lengths become ends in place.
		const ends = new Uint32Array(this.list(4));
		let end = 0;
		for (let row = 0; row < ends.length; row++) {
			end += ends[row]!;
			if (end > ranks.length) throw damaged();
			ends[row] = end;
		}
		if (ends.length !== labels.length || end !== ranks.length) throw damaged();
		if (labels.some((label) => label >= classes)) throw damaged();
		return { classes, part: { labels, ranks, ends } };
	}
}

/** Throws `parcel` for what holds no reviews. */
export function textsIn(parcel: Uint8Array): Texts {
	const from = new Unpacking(parcel);
	if (new TextDecoder('latin1').decode(from.take(MARK.length)) !== MARK) throw damaged();
	const name = from.text();
	const origin = origins[from.number()];
	const checksum = from.text();
	if (!origin || from.number() !== REVIEWS) throw damaged();
	const { classes, part: train } = from.part();
	const { part: test } = from.part();
	const words = from.text().split(END);
	// Each has an end, so the last piece is empty.
	if (words.pop() !== '' || from.left > 0) throw damaged();
	return { name, origin, checksum, classes, train, test, words };
}

/** The ranks of one review; none if there is no such row. */
export function rowOf({ ranks, ends }: TextPart, row: number): Uint32Array {
	return ranks.subarray(row === 0 ? 0 : (ends[row - 1] ?? 0), ends[row] ?? 0);
}
