// What the panel "Looking inside" shows and what it may ask for: the shape of `InsightState`.

import type { Failure } from '../../engine/wire';

/** Of the network. `shape`: channels, height, width; `units`: how many a goal can name. */
export type LayerSeen = {
	index: number;
	name: string;
	type: string;
	activation: string;
	shape: [number, number, number];
	/** It can be shown as maps. */
	maps: boolean;
	/** Kernels that can be shown. */
	filters: number;
	units: number;
};
/** `shape`: filters, channels, height, width. */
export type Filters = { layer: number; shape: [number, number, number, number]; values: Float32Array };
export type Maps = {
	layers: { layer: number; shape: [number, number, number]; values: Float32Array }[];
	/** Of the classes. */
	output: Float32Array;
};
type Judged = { class: number; probability: number };
/** As large as the picture. */
export type Saliency = Judged & { height: number; width: number; map: Float32Array };
/** As large as its layer. */
export type GradCam = Judged & { layer: number; height: number; width: number; map: Float32Array };
/** Of each place of the square the probability that is left; NaN where it was not laid. */
export type Occlusion = Judged & {
	ys: number[];
	xs: number[];
	size: number;
	map: Float32Array;
	finished: boolean;
};
/** A class, or a unit of a layer. */
export type Goal = { class: number } | { layer: number; unit: number };
export type AscentSettings = {
	steps: number;
	rate: number;
	jitter: number;
	blur: number;
	l2: number;
	seed: number;
};
export type Largest = { activation: number; row: number; rows: number; finished: boolean };
export type Embedding = {
	layer: number;
	method: 'pca' | 'umap';
	rows: number;
	/** x, y, x, y ... */
	points: Float32Array | null;
	labels: readonly number[];
	/** Shares of the spread. */
	explained: [number, number] | null;
	finished: boolean;
};

/** Test pictures one after the other, 0 to 255, each channels x height x width. */
export type Strip = {
	first: number;
	height: number;
	width: number;
	pixels: Uint8Array;
	labels: readonly number[];
	/** Test pictures that there are. */
	all: number;
};
export type Shot = { row: number; label: number; height: number; width: number; pixels: Uint8Array };

/** The run stands still, goes on, or is being made ready: then the worker is not asked. */
export type Phase = 'still' | 'running' | 'loading';

export type Long = 'occlusion' | 'ascent' | 'largest' | 'embedding';
/** `stage`: of an embedding. */
export type Doing = {
	what: Long;
	stage: 'rows' | 'pca' | 'neighbours' | 'layout' | null;
	done: number;
	total: number;
};
export type Method = Embedding['method'];

/** While it grows, too. `finished` false: it was stopped, or is not done yet. */
export type Grown = {
	goal: Goal;
	pixels: Uint8Array;
	activation: number;
	/** Before the first step. */
	start: number;
	curve: { step: number; activation: number }[];
	finished: boolean;
	height: number;
	width: number;
	steps: number;
};

export interface InsightView {
	/** The network that is looked at: after so many updates; null: not looked yet. */
	readonly at: number | null;
	readonly layers: readonly LayerSeen[];
	readonly strip: Strip | null;
	/** The chosen picture. */
	readonly shot: Shot | null;
	readonly maps: Maps | null;
	/** By layer. */
	readonly filters: Readonly<Record<number, Filters>>;
	readonly saliency: Saliency | null;
	readonly cam: GradCam | null;
	readonly occlusion: Occlusion | null;
	readonly grown: Grown | null;
	/** The test picture that excites the same goal most. */
	readonly largest: (Largest & { shot: Shot | null }) | null;
	readonly embedding: Embedding | null;
	/** The pictures of its points. */
	readonly thumbs: Strip | null;
	readonly doing: Doing | null;
	readonly failure: Failure | null;
	/** Good beginnings of an ascent. */
	readonly usual: AscentSettings;
	/** Looks at the network as it is now. */
	refresh(): Promise<void>;
	/** The strip from this row on. */
	page(first: number): Promise<void>;
	choose(row: number): Promise<void>;
	loadFilters(layer: number): Promise<void>;
	/** Saliency and Grad-CAM; null: the network's own answer, its last convolution. */
	where(of: number | null, layer: number | null): Promise<void>;
	occlude(of: number | null, size: number, stride: number): Promise<void>;
	grow(goal: Goal, settings: AscentSettings): Promise<void>;
	embed(layer: number, rows: number, method: Method, seed: number): Promise<void>;
	stop(): Promise<void>;
}
