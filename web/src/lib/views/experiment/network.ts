// The network as it is drawn: layers that add no weights and no new shape share one figure.

import { shape } from './format';
import type { Summary, SummaryLayer } from './types';

export type Glyph =
	| { kind: 'sheets'; width: number; height: number; sheets: number }
	| { kind: 'comb'; height: number; teeth: number };

export type Column = {
	/** Which entries of `layers`; empty for the input. */
	layers: number[];
	/** `Conv2D 5×5`, `Dropout · Flatten`; empty for the input. */
	name: string;
	shape: string;
	parameters: number;
	glyph: Glyph;
	/** Names of what it reads, where that is not just the figure before. */
	from: string[];
	/** Its name, where another figure that is not the next one reads it. */
	tag: string;
};

/** Figure sizes are drawn in this box, px. */
export const GLYPH_HEIGHT = 132;
export const SLANT = 10;
const SHEET_DX = 5;
const SHEET_DY = 3.6;
const MOST_SHEETS = 12;
/** Up to this many pixels a side are drawn to scale; larger pictures are fitted in. */
const FULL_SIDE = 28;

/** 1 -> 1, 3 -> 3, 32 -> 8, 256 -> 12. */
export function sheetCount(channels: number): number {
	return Math.min(MOST_SHEETS, Math.max(1, Math.round(1 + 1.4 * Math.log2(Math.max(1, channels)))));
}

type Sheet = readonly [number, number, number];

function glyphOf(sheet: Sheet, axes: readonly number[], scale: number): Glyph {
	const [channels, height, width] = sheet;
	if (axes.length === 2) {
		// A sequence: one sheet, steps downwards, features to the right, both by their logarithm.
		const side = (length: number, least: number, most: number) =>
			round(Math.min(most, least + 15 * Math.log(Math.max(1, length))));
		return { kind: 'sheets', width: side(width, 8, 96), height: side(height, 16, 112), sheets: 1 };
	}
	if (!isPicture(axes)) {
		const tall = Math.min(118, 24 + 13 * Math.log(Math.max(1, channels)));
		return { kind: 'comb', height: round(tall), teeth: Math.min(16, Math.max(1, channels)) };
	}
	return {
		kind: 'sheets',
		width: round(7.5 + 1.22 * width * scale),
		height: round(8 + 2.6 * height * scale),
		sheets: sheetCount(channels)
	};
}

function round(value: number): number {
	return Math.round(value * 10) / 10;
}

/** Outline of a sheet whose lower left corner is at (x, y). */
export function sheetPath(glyph: Extract<Glyph, { kind: 'sheets' }>, index: number): string {
	const back = glyph.sheets - 1 - index;
	const x = round(0.5 + back * SHEET_DX);
	const top = round(SLANT + 0.5 + (glyph.sheets - 1 - back) * SHEET_DY);
	return `M${x} ${top}l${glyph.width} ${-SLANT}v${glyph.height}l${-glyph.width} ${SLANT}Z`;
}

/** Size of the drawing of a figure, px. */
export function glyphSize(glyph: Glyph): { width: number; height: number } {
	if (glyph.kind === 'comb') return { width: 15, height: glyph.height + 1 };
	return {
		width: round(glyph.width + (glyph.sheets - 1) * SHEET_DX + 1),
		height: round(glyph.height + SLANT + (glyph.sheets - 1) * SHEET_DY + 1)
	};
}

/** Keras's type names, short enough for the drawing. */
export function typeName(type: string): string {
	return type
		.replace(/Pooling[12]D/, 'Pool')
		.replace('Normalization', 'Norm')
		.replace('MultiHead', '')
		.replace(/(Separable|Depthwise)Conv/, '$1 Conv');
}

/** A window of equal sides is told by one number, `2×2` -> `2`. */
function shortDetail(layer: SummaryLayer): string {
	if (!layer.type.includes('Pooling')) return layer.detail;
	const [a, b] = layer.detail.split('×');
	return a === b ? (a ?? '') : layer.detail;
}

function nameOf(layer: SummaryLayer): string {
	const activation = layer.activation && layer.activation !== 'linear' ? layer.activation : '';
	const detail = layer.type === 'Dense' || layer.type === 'Activation' ? activation : shortDetail(layer);
	return detail ? `${typeName(layer.type)} ${detail}` : typeName(layer.type);
}

/** These leave the values where they are, or only lay them out anew: no figure of their own. */
const QUIET = new Set([
	'Dropout',
	'SpatialDropout1D',
	'SpatialDropout2D',
	'Flatten',
	'Activation',
	'LeakyReLU',
	'ELU',
	'Reshape'
]);

/** A picture, or a film of pictures. */
function isPicture(output: readonly number[]): boolean {
	return output.length >= 3;
}

/** Whether a layer reads what the one before it gives, and nothing else. */
function isNext({ layers }: Summary, index: number): boolean {
	const [first, ...others] = layers[index]?.inputs ?? [];
	const before = layers[index - 1]?.name;
	return first === undefined || (others.length === 0 && (before === undefined || first === before));
}

/** The input and then the layers, quiet neighbours together. */
export function columns(summary: Summary): Column[] {
	const figures = [
		{ sheet: summary.input_sheet, axes: summary.input },
		...summary.layers.map(({ sheet, output }) => ({ sheet, axes: output }))
	];
	const sides = figures
		.filter(({ axes }) => isPicture(axes))
		.map(({ sheet: [, height, width] }) => Math.max(height, width));
	const scale = Math.min(1, FULL_SIDE / Math.max(1, ...sides));
	const all: Column[] = [
		{
			layers: [],
			name: '',
			shape: shape(summary.input),
			parameters: 0,
			glyph: glyphOf(summary.input_sheet, summary.input, scale),
			from: [],
			tag: ''
		}
	];
	const readElsewhere = new Set(
		summary.layers.flatMap((layer, index) => (isNext(summary, index) ? [] : layer.inputs))
	);
	let quiet = false;
	summary.layers.forEach((layer, index) => {
		const next = isNext(summary, index);
		const figure = {
			shape: shape(layer.output),
			glyph: glyphOf(layer.sheet, layer.output, scale),
			tag: readElsewhere.has(layer.name) ? layer.name : ''
		};
		const last = all[all.length - 1];
		const isQuiet = QUIET.has(layer.type) && layer.parameters === 0;
		// A figure that others read too stays one of its own.
		if (isQuiet && quiet && next && last && last.tag === '') {
			const first = summary.layers[last.layers[0] ?? index];
			last.name = `${last.layers.length === 1 && first ? typeName(first.type) : last.name} · ${typeName(layer.type)}`;
			last.layers.push(index);
			Object.assign(last, figure);
		} else {
			const from = next ? [] : layer.inputs;
			all.push({ layers: [index], name: nameOf(layer), parameters: layer.parameters, from, ...figure });
		}
		quiet = isQuiet;
	});
	return all;
}

/** What goes into a layer: outputs of the layers that it reads, or the input. */
export function inputsOf(summary: Summary, index: number): number[][] {
	const layer = summary.layers[index];
	if (!layer || isNext(summary, index)) return [summary.layers[index - 1]?.output ?? summary.input];
	const output = (name: string) =>
		summary.layers.slice(0, index).find((other) => other.name === name)?.output;
	return layer.inputs.map((name) => output(name) ?? summary.input);
}

/** The numbers that a unit of the next layer sees at once: of a sequence one step's. */
export function width(axes: readonly number[]): number {
	if (axes.length === 2) return axes[1] ?? 0;
	return axes.reduce((all, axis) => all * axis, 1);
}
