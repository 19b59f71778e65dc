// Looking inside the network of a run: what can be asked, what is answered, what is heard meanwhile. One request of the
// worker, `look`, carries an `Ask`; `look()` below types the answer by it. Pictures and maps are row-major; a picture
// with several channels lies channel by channel (channels x height x width).

import type { Notice } from './messages';
import type { Requester } from './requester';

/**
 * Which picture. `row` counts from 0 in the part. The reader's own: `pixels` 0 to 255, channels x height x width, exactly
 * as large as the pictures that the network learns from (else `picture_size`); it is prepared as theirs are.
 */
export type Picture = { part: 'train' | 'test'; row: number } | { pixels: Uint8Array };

/**
 * What is driven or measured: a class (its score before softmax or sigmoid), or unit `unit` of layer `layer` (both from 0):
 * of a layer that gives maps the mean over the unit's map, else the number itself, both *before* the layer's own
 * activation, so that a relu that is shut does not hide which way is up.
 */
export type Goal = { class: number } | { layer: number; unit: number };

export type Ask =
	/** The layers. At once. */
	| { of: 'layers' }
	/** Pictures of the run's own test rows, as they are shown: at most 600. At once. */
	| { of: 'pictures'; first: number; count: number }
	/** The kernels of a Conv2D layer. At once. `no_filters` for other layers. */
	| { of: 'filters'; layer: number }
	/** What every layer gives for a picture, with its activation, dropout at rest. One pass: at once. */
	| { of: 'maps'; picture: Picture }
	/** Gradient of the class's score by the picture. `class` null: the one that the network finds most likely. */
	| { of: 'saliency'; picture: Picture; class: number | null }
	/** `layer` null: the last convolution (`no_convolution` where there is none; `no_maps` where the layer gives no maps). */
	| { of: 'grad_cam'; picture: Picture; class: number | null; layer: number | null }
	/**
	 * A grey square of `size` pixels (1 to the shorter side) is laid over the picture in steps of `stride` (1 to 64): how sure is
	 * the network still? Notices `occlusion`. Stopped: the map as far as it came, NaN elsewhere.
	 */
	| { of: 'occlusion'; picture: Picture; class: number | null; size: number; stride: number }
	/**
	 * The picture that excites the goal most, by gradient ascent from grey noise. Notices `ascent`. Stopped: the best so far.
	 */
	| { of: 'ascent'; goal: Goal; settings: AscentSettings }
	/** The test picture that excites the goal most, of all test rows. Notices `largest`. Stopped: of the rows seen. */
	| { of: 'largest'; goal: Goal }
	/**
	 * What a layer gives for the first `rows` test rows (3 to 3,000), laid out on a plane. `pca`: the two directions of largest
	 * spread; `umap`: neighbours stay neighbours (of the 30 first principal components). Same `seed`, same plane. Notices
	 * `embedding`. Stopped: `points` as they are, which is null before there are any.
	 */
	| { of: 'embedding'; layer: number; rows: number; method: 'pca' | 'umap'; seed: number }
	/**
	 * A test row of words: its ids, found again in the table of the Embedding, which is the first layer; and what layer
	 * `layer` gives for it. One pass: at once. `words_no_embedding` where the network does not begin with an Embedding.
	 */
	| { of: 'words'; row: number; layer: number };

/** Good beginnings are `ASCENT`. */
export type AscentSettings = {
	/** 1 to 5,000. */
	steps: number;
	/** How far a step goes, of the range from black to white: 0 to 1. */
	rate: number;
	/** The picture is shifted by up to so many pixels before each step, and back after it: 0 to 32. 0 in the last quarter. */
	jitter: number;
	/** Standard deviation in pixels of the blur after every fourth step: 0 to 4. None in the last quarter. */
	blur: number;
	/** How strongly each step pulls the picture back to grey: 0 to 1. */
	l2: number;
	/** Of the start and the jitter: 0 to 2^32 - 1. */
	seed: number;
};
export const ASCENT: AscentSettings = { steps: 200, rate: 0.05, jitter: 2, blur: 0.5, l2: 0.05, seed: 7 };

export type LayerSeen = {
	index: number;
	/** `conv2d_1`, `Conv2D`, `relu`. */
	name: string;
	type: string;
	activation: string;
	/** Channels, height, width; a vector is (units, 1, 1). */
	shape: [number, number, number];
	/** Its output has a height and a width of more than one pixel together: it can be shown as maps, and carries Grad-CAM. */
	maps: boolean;
	/** How many kernels can be shown; 0 where it is no Conv2D. */
	filters: number;
	/** How many units a `Goal` can name: channels, or numbers. */
	units: number;
};

/**
 * Test pictures from `first` on, as many as there are: `pixels` 0 to 255, each channels x height x width; `labels`: their
 * classes, -1 where they have none; `all`: how many test rows the run has.
 */
export type Pictures = {
	of: 'pictures';
	first: number;
	height: number;
	width: number;
	pixels: Uint8Array;
	labels: number[];
	all: number;
};

/** `shape`: filters, channels, height, width, in which order `values` lie. What they are is up to the training. */
export type Filters = {
	of: 'filters';
	layer: number;
	shape: [number, number, number, number];
	values: Float32Array;
};

/**
 * `values` of each layer: as its `LayerSeen.shape`. `input`: the picture as the network gets it (scaled, standardised).
 * `output`: probabilities (or whatever the last layer gives).
 */
export type Maps = {
	of: 'maps';
	input: Float32Array;
	layers: { layer: number; shape: [number, number, number]; values: Float32Array }[];
	output: Float32Array;
};

/** Of which class and with which score before softmax; `probability` is what the network says in the end (0 to 1). */
type Judged = { class: number; score: number; probability: number };

/**
 * `gradient`: as the picture lies, signed: by how much the score grows per unit of the network's own scale. `map`: of each
 * pixel the largest absolute value over the channels, height x width.
 */
export type Saliency = Judged & {
	of: 'saliency';
	height: number;
	width: number;
	gradient: Float32Array;
	map: Float32Array;
};

/**
 * `map`: height x width of the layer's maps (smaller than the picture: stretch it over it), relu of the sum of maps times
 * `weights`, not normalised: all zeros where nothing of the layer speaks for the class. `weights`: of each map the mean gradient.
 */
export type GradCam = Judged & {
	of: 'grad_cam';
	layer: number;
	height: number;
	width: number;
	map: Float32Array;
	weights: Float32Array;
};

/**
 * `map`: rows x columns of positions, the class's probability with the square there; NaN where it was not laid yet. `probability`
 * is that without a square. Position (r, c) begins at pixel (ys[r], xs[c]); the last one ends at the border.
 */
export type Occlusion = Judged & {
	of: 'occlusion';
	rows: number;
	columns: number;
	ys: number[];
	xs: number[];
	size: number;
	map: Float32Array;
	finished: boolean;
};

/**
 * `pixels`: 0 to 255, channels x height x width, the best picture so far; all of them can be shown, none is out of the range of
 * the data. `activation`: of the goal for exactly this picture. `curve`: the activation at each notice.
 */
export type Ascent = {
	of: 'ascent';
	pixels: Uint8Array;
	channels: number;
	height: number;
	width: number;
	activation: number;
	/** Before the first step. */
	start: number;
	steps: number;
	curve: { step: number; activation: number }[];
	finished: boolean;
};

/** `row`: of the test part; `rows`: how many were looked at. */
export type Largest = { of: 'largest'; activation: number; row: number; rows: number; finished: boolean };

/**
 * `points`: x, y of row 0, x, y of row 1 ... in no particular unit. `labels`: class of each row, -1 where rows have none.
 * `explained`: share of the spread that the two directions hold (PCA only, else null).
 */
export type Embedding = {
	of: 'embedding';
	layer: number;
	method: 'pca' | 'umap';
	rows: number;
	points: Float32Array | null;
	labels: number[];
	explained: [number, number] | null;
	finished: boolean;
};

/** `label`: its class, -1 where it has none; `all`: how many test rows there are. */
export type Words = {
	of: 'words';
	row: number;
	ids: Uint32Array;
	label: number;
	all: number;
	layer: number;
	values: Float32Array;
};

export type Seen =
	| Words
	| { of: 'layers'; layers: LayerSeen[] }
	| Pictures
	| Filters
	| Maps
	| Saliency
	| GradCam
	| Occlusion
	| Ascent
	| Largest
	| Embedding;
export type SeenOf<A extends Ask> = Extract<Seen, { of: A['of'] }>;

/** What is heard while it goes on, at most every 100 ms or so. */
export type LookNotice =
	/** `map` as in `Occlusion`, a copy. */
	| { of: 'occlusion'; done: number; total: number; rows: number; columns: number; map: Float32Array }
	/** `pixels` and `activation` of the picture after this step. */
	| { of: 'ascent'; step: number; steps: number; pixels: Uint8Array; activation: number }
	/** Rows, and the largest so far. */
	| { of: 'largest'; done: number; total: number; activation: number; row: number }
	/** `stage`: rows go through the network; PCA; neighbours are sought; the plane settles (with `points`, a copy). */
	| {
			of: 'embedding';
			stage: 'rows' | 'pca' | 'neighbours' | 'layout';
			done: number;
			total: number;
			points: Float32Array | null;
	  };

/**
 * Asks about the network of run `id`, as it is now: untrained, in the middle of its training (which goes on meanwhile), or at
 * its end. `{ type: 'stop', id }` ends what takes long; it then answers with what it has (`finished` false).
 *
 * Failures: `no_run`; `no_such_layer` (layer, layers), `no_such_unit` (unit, units), `no_such_class` (class, classes),
 * `no_filters` (layer), `no_maps` (layer), `no_convolution`, `needs_picture_rows` (data that are no pictures), `picture_size` (expected, found),
 * `row_out_of_range`, `no_numbers` (the network diverged), `embedding_too_large` (numbers, limit), `out_of_range`.
 */
export async function look<A extends Ask>(
	client: Pick<Requester, 'request'>,
	id: string,
	ask: A,
	heard?: (notice: LookNotice) => void
): Promise<SeenOf<A>> {
	const onNotice = (notice: Notice) => {
		if (notice.type === 'looked') heard?.(notice.look);
	};
	const { seen } = await client.request({ type: 'look', id, ask }, onNotice);
	return seen as SeenOf<A>;
}
