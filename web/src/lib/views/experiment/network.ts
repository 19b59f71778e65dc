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

function glyphOf(sheet: readonly [number, number, number], picture: boolean, scale: number): Glyph {
	const [channels, height, width] = sheet;
	if (!picture) {
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
	return type.replace('Pooling2D', 'Pool');
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
const QUIET = new Set(['Dropout', 'Flatten', 'Activation', 'Reshape']);

function isPicture(output: readonly number[]): boolean {
	return output.length >= 3;
}

/** The input and then the layers, quiet neighbours together. */
export function columns(summary: Summary): Column[] {
	const sides = [summary.input_sheet, ...summary.layers.map((layer) => layer.sheet)].map(
		([, height, width]) => Math.max(height, width)
	);
	const scale = Math.min(1, FULL_SIDE / Math.max(1, ...sides));
	const all: Column[] = [
		{
			layers: [],
			name: '',
			shape: shape(summary.input),
			parameters: 0,
			glyph: glyphOf(summary.input_sheet, isPicture(summary.input), scale)
		}
	];
	let quiet = false;
	summary.layers.forEach((layer, index) => {
		const figure = {
			shape: shape(layer.output),
			glyph: glyphOf(layer.sheet, isPicture(layer.output), scale)
		};
		const last = all[all.length - 1];
		const isQuiet = QUIET.has(layer.type) && layer.parameters === 0;
		if (isQuiet && quiet && last) {
			const first = summary.layers[last.layers[0] ?? index];
			last.name = `${last.layers.length === 1 && first ? typeName(first.type) : last.name} · ${typeName(layer.type)}`;
			last.layers.push(index);
			Object.assign(last, figure);
		} else {
			all.push({ layers: [index], name: nameOf(layer), parameters: layer.parameters, ...figure });
		}
		quiet = isQuiet;
	});
	return all;
}

/** What goes into a layer: the output of the one before, or the input. */
export function inputOf(summary: Summary, index: number): number[] {
	return summary.layers[index - 1]?.output ?? summary.input;
}
