// The reviews of a parcel as the rows that an experiment trains on: our engines prepare theirs inside.

/** Marks, and what is added to a word's rank: `imdb.load_data`. */
const [START, UNKNOWN, INDEX_FROM] = [1, 2, 3];

/**
 * Training reviews, each as `maxlen` ids: cut, or filled up with 0, at the beginning.
 * @param {Uint8Array} parcel -- as `crates/datasets/src/parcel.rs` writes it
 * @param {{ num_words: number, maxlen: number }} options
 */
export function reviews(parcel, { num_words, maxlen }) {
	const view = new DataView(parcel.buffer, parcel.byteOffset, parcel.byteLength);
	let at = 'FSPARCEL'.length;
	const number = () => view.getUint32((at += 4) - 4, true);
	/** Where a list of numbers of so many bytes begins, and how many there are. @param {number} width */
	const list = (width) => {
		const count = number();
		at += count * width;
		return { begin: at - count * width, count };
	};
	list(1); // name
	number(); // origin
	list(1); // checksum
	if (number() !== 4) throw new Error('the parcel holds no reviews');
	number(); // classes
	const labels = list(2);
	const ranks = list(4);
	const lengths = list(4);
	/** Where each review's ranks end. */
	const ends = new Uint32Array(lengths.count);
	for (let row = 0, end = 0; row < lengths.count; row++) {
		end += view.getUint32(lengths.begin + 4 * row, true);
		ends[row] = end;
	}
	return {
		/** @param {number} row */
		ids(row) {
			const end = ends[row] ?? 0;
			const begin = ends[row - 1] ?? 0;
			const out = new Uint16Array(maxlen);
			// From the last word to the first; the mark stands before that.
			for (let place = maxlen - 1, from = end - 1; place >= 0 && from >= begin - 1; place--, from--) {
				const id = from < begin ? START : view.getUint32(ranks.begin + 4 * from, true) + INDEX_FROM;
				out[place] = id < num_words ? id : UNKNOWN;
			}
			return out;
		},
		/** @param {number} row */
		label: (row) => view.getUint16(labels.begin + 2 * row, true)
	};
}
