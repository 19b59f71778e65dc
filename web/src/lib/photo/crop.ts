// The square that the reader moves and sizes over a photo, in whole pixels, always inside of it.

import type { Crop } from './reduce';

type Sides = { width: number; height: number };
export type Corner = 'nw' | 'ne' | 'sw' | 'se';

/** The smallest square: below it there is nothing left to see. */
const SMALLEST = 8;

const between = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);
const largest = ({ width, height }: Sides) => Math.min(width, height);
const smallest = (of: Sides) => Math.min(SMALLEST, largest(of));

/** Inside, with a side that can be. */
export function inside({ x, y, side }: Crop, of: Sides): Crop {
	const fits = Math.round(between(side, smallest(of), largest(of)));
	return {
		x: Math.round(between(x, 0, of.width - fits)),
		y: Math.round(between(y, 0, of.height - fits)),
		side: fits
	};
}

/** The largest square, in the middle. */
export function middle(of: Sides): Crop {
	const side = largest(of);
	return inside({ x: (of.width - side) / 2, y: (of.height - side) / 2, side }, of);
}

export function moved(crop: Crop, dx: number, dy: number, of: Sides): Crop {
	return inside({ ...crop, x: crop.x + dx, y: crop.y + dy }, of);
}

/** Another side, the middle kept; at least a pixel more or less, unless it is at its end. */
export function sized(crop: Crop, factor: number, of: Sides): Crop {
	const wanted = Math.round(crop.side * factor);
	const step = factor > 1 ? Math.max(wanted, crop.side + 1) : Math.min(wanted, crop.side - 1);
	const side = between(step, smallest(of), largest(of));
	const shift = (crop.side - side) / 2;
	return inside({ x: crop.x + shift, y: crop.y + shift, side }, of);
}

/** One corner pulled to a place; the one across from it stays. */
export function pulled(crop: Crop, corner: Corner, x: number, y: number, of: Sides): Crop {
	const [west, north] = [corner.endsWith('w'), corner.startsWith('n')];
	const fixed = { x: west ? crop.x + crop.side : crop.x, y: north ? crop.y + crop.side : crop.y };
	const room = Math.min(west ? fixed.x : of.width - fixed.x, north ? fixed.y : of.height - fixed.y);
	const wanted = Math.max(west ? fixed.x - x : x - fixed.x, north ? fixed.y - y : y - fixed.y);
	const side = Math.round(between(wanted, Math.min(smallest(of), room), room));
	return { x: west ? fixed.x - side : fixed.x, y: north ? fixed.y - side : fixed.y, side };
}

/** How far an arrow key moves: one pixel of what the network sees, where there are as many. */
export const stride = (crop: Crop, seen: number): number => Math.max(1, Math.round(crop.side / seen));
