// A line chart over epochs: uPlot with the marks that make it ours (labels at the line ends, the source's
// dashed line, dots for its printed curve). Loaded when the first chart is on the page, not with the page.

import UPlot from 'uplot';
import { lastPoint, niceStep, spread, type Range } from './series';
import { token, type Token } from './theme';

export type Line = {
	key: string;
	/** Stands at the end of the line; null = none. */
	label: string | null;
	x: number[];
	y: number[];
	colour: Token;
	width: number;
	alpha: number;
	/** `line`, `points` (a line with its points), `dots` or `rings` (points only). */
	style: 'line' | 'points' | 'dots' | 'rings';
};
/** A dashed line across. */
export type Level = { key: string; label: string; value: number; colour: Token };

/** A dashed line from top to bottom, with a word at its head. */
export type Mark = { key: string; label: string; x: number; colour: Token };

export type Figure = {
	lines: Line[];
	levels: Level[];
	marks: Mark[];
	/** Epochs of the whole run. */
	xMax: number;
	range: Range;
	tick: (value: number, step: number) => string;
};

export type Plot = {
	update: (figure: Figure) => void;
	resize: (width: number) => void;
	redraw: () => void;
	destroy: () => void;
};

const LABEL_ROOM = 52;
const LABEL_GAP = 13;

export function chartHeight(width: number): number {
	return Math.round(Math.min(212, Math.max(172, width * 0.42)));
}

function pointsOnly(line: Line): boolean {
	return line.style === 'dots' || line.style === 'rings';
}

/** A dot that lies below the chart would leave its upper half at the edge. */
export function above({ x, y }: Pick<Line, 'x' | 'y'>, min: number): [number[], number[]] {
	const kept = [...x.keys()].filter((index) => (y[index] ?? NaN) >= min);
	return [kept.map((index) => x[index] ?? NaN), kept.map((index) => y[index] ?? NaN)];
}

/** Joined columns: every line has its own places along x, uPlot wants common ones. */
function join(figure: Figure): UPlot.AlignedData {
	const tables = figure.lines.map(
		(line) => (pointsOnly(line) ? above(line, figure.range.min) : [line.x, line.y]) as UPlot.AlignedData
	);
	return tables.length > 0 ? UPlot.join(tables) : [[]];
}

/** What decides uPlot's series: anything else can change without building it anew. */
function signature(figure: Figure): string {
	return figure.lines
		.map((line) => `${line.key}:${line.style}:${line.colour}:${line.width}:${line.alpha}`)
		.join(' ');
}

export function makePlot(host: HTMLElement, first: Figure, onHover: (x: number | null) => void): Plot {
	let figure = first;
	let built = '';
	let plot: UPlot | null = null;
	let width = host.clientWidth;
	let colours = new Map<string, string>();
	const colour = (name: Token | '--sans' | '--mono') => {
		const known = colours.get(name);
		if (known !== undefined) return known;
		const value = token(host, name);
		colours.set(name, value);
		return value;
	};

	/** uPlot scales the canvas by the pixel ratio: so do we. */
	function marks(u: UPlot): void {
		const ratio = UPlot.pxRatio;
		const { ctx } = u;
		const { left, top, width: across, height } = u.bbox;
		ctx.save();
		ctx.font = `600 ${11.5 * ratio}px ${colour('--sans')}`;
		ctx.textBaseline = 'middle';
		ctx.textAlign = 'left';
		/** A rim in the card's colour keeps it readable where it crosses a line. */
		const word = (text: string, x: number, y: number, inked: string) => {
			ctx.strokeStyle = colour('--card');
			ctx.lineWidth = 4 * ratio;
			ctx.lineJoin = 'round';
			ctx.strokeText(text, x, y);
			ctx.fillStyle = inked;
			ctx.fillText(text, x, y);
		};
		const labels: { key: string; y: number; x: number; text: string; colour: string }[] = [];
		for (const level of figure.levels) {
			const y = u.valToPos(level.value, 'y', true);
			if (y < top - 1 || y > top + height + 1) continue;
			ctx.strokeStyle = colour(level.colour);
			ctx.lineWidth = 1.5 * ratio;
			ctx.setLineDash([5 * ratio, 4 * ratio]);
			ctx.beginPath();
			ctx.moveTo(left, y);
			ctx.lineTo(left + across, y);
			ctx.stroke();
			ctx.setLineDash([]);
			labels.push({
				key: level.key,
				y,
				x: left + across + 6 * ratio,
				text: level.label,
				colour: colour(level.colour)
			});
		}
		for (const mark of figure.marks) {
			const x = u.valToPos(mark.x, 'x', true);
			if (x < left - 1 || x > left + across + 1) continue;
			ctx.strokeStyle = colour(mark.colour);
			ctx.lineWidth = 1.5 * ratio;
			ctx.setLineDash([2 * ratio, 3 * ratio]);
			ctx.beginPath();
			ctx.moveTo(x, top);
			ctx.lineTo(x, top + height);
			ctx.stroke();
			ctx.setLineDash([]);
			// To the left of its line where there is no room to the right.
			const room = left + across - x > ctx.measureText(mark.label).width + 6 * ratio;
			// At its foot where a level runs along its head.
			const head = top + 7 * ratio;
			const taken = figure.levels.some(
				({ value }) => Math.abs(u.valToPos(value, 'y', true) - head) < LABEL_GAP * ratio
			);
			ctx.textAlign = room ? 'left' : 'right';
			word(
				mark.label,
				x + (room ? 5 : -5) * ratio,
				taken ? top + height - 8 * ratio : head,
				colour(mark.colour)
			);
			ctx.textAlign = 'left';
		}
		for (const line of figure.lines) {
			if (line.label === null) continue;
			const end = lastPoint(line.x, line.y);
			if (!end) continue;
			const x = u.valToPos(end.x, 'x', true);
			const y = u.valToPos(end.y, 'y', true);
			if (y < top - 4 * ratio || y > top + height + 4 * ratio) continue;
			if (!pointsOnly(line)) {
				ctx.fillStyle = colour(line.colour);
				ctx.beginPath();
				ctx.arc(x, y, 3.5 * ratio, 0, 2 * Math.PI);
				ctx.fill();
			}
			labels.push({ key: line.key, y, x: x + 8 * ratio, text: line.label, colour: colour(line.colour) });
		}
		for (const label of spread(labels, LABEL_GAP * ratio, top - 4 * ratio, top + height)) {
			word(label.text, label.x, label.y, label.colour);
		}
		ctx.restore();
	}

	function build(): void {
		plot?.destroy();
		built = signature(figure);
		const axis = {
			stroke: () => colour('--ink3'),
			font: `11px ${colour('--mono')}`,
			ticks: { show: false }
		};
		const options: UPlot.Options = {
			width,
			height: chartHeight(width),
			padding: [8, LABEL_ROOM, 0, 0],
			legend: { show: false },
			cursor: {
				y: false,
				drag: { x: false, y: false },
				points: { show: false }
			},
			scales: {
				x: { time: false, range: () => [0, figure.xMax] },
				y: { range: () => [figure.range.min, figure.range.max] }
			},
			axes: [
				{ ...axis, size: 26, gap: 6, grid: { show: false }, splits: () => epochTicks(figure.xMax, width) },
				{
					...axis,
					size: 46,
					gap: 8,
					grid: { stroke: () => colour('--rule'), width: 1 },
					splits: () => valueTicks(figure.range),
					values: (_, splits) => splits.map((value) => figure.tick(value, tickStep(figure.range)))
				}
			],
			series: [
				{},
				...figure.lines.map((line): UPlot.Series => {
					const dots = pointsOnly(line);
					return {
						stroke: () => colour(line.colour),
						width: line.width,
						alpha: line.alpha,
						spanGaps: true,
						...(dots ? { paths: () => null } : {}),
						points: {
							show: line.style !== 'line',
							size: dots ? 4 : 5,
							width: line.style === 'rings' ? 1 : 0,
							fill: () => colour(line.style === 'rings' ? '--card' : line.colour),
							stroke: () => colour(line.colour)
						}
					};
				})
			],
			hooks: {
				draw: [marks],
				setCursor: [
					(u) => {
						const { left } = u.cursor;
						onHover(left === undefined || left < 0 ? null : u.posToVal(left, 'x'));
					}
				]
			}
		};
		plot = new UPlot(options, join(figure), host);
	}
	build();

	return {
		update(next) {
			figure = next;
			if (signature(next) !== built) build();
			else plot?.setData(join(next));
		},
		resize(next) {
			if (next === width || next === 0) return;
			width = next;
			plot?.setSize({ width, height: chartHeight(width) });
		},
		redraw() {
			colours = new Map();
			plot?.redraw(false, true);
		},
		destroy() {
			plot?.destroy();
			plot = null;
		}
	};
}

/** Whole epochs, as many as have room. */
export function epochTicks(xMax: number, width: number): number[] {
	const room = Math.max(2, Math.floor(width / 60));
	const step = Math.max(1, Math.round(niceStep(xMax / room)));
	const ticks: number[] = [];
	for (let at = 0; at <= xMax + 1e-9; at += step) ticks.push(at);
	return ticks;
}

export function tickStep(range: Range): number {
	return niceStep((range.max - range.min) / 5);
}

export function valueTicks(range: Range): number[] {
	const step = tickStep(range);
	const ticks: number[] = [];
	const first = Math.ceil(range.min / step - 1e-6);
	for (let i = first; i * step <= range.max + step * 1e-6; i += 1) ticks.push(i * step);
	return ticks;
}
