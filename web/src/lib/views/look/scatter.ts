// Points on a plane: where they lie on the canvas, which one is meant, and how well the classes keep together.

export type Spot = { x: number; y: number };

/** Into a box of `width` x `height` with a margin; both axes by the same measure, so that distances stay honest. */
export function fitted(points: ArrayLike<number>, width: number, height: number, margin: number): Spot[] {
	const count = Math.floor(points.length / 2);
	const axis = (offset: number) => {
		let [low, high] = [Infinity, -Infinity];
		for (let at = 0; at < count; at += 1) {
			const value = points[2 * at + offset] ?? 0;
			low = Math.min(low, value);
			high = Math.max(high, value);
		}
		return { middle: (low + high) / 2, spread: high - low };
	};
	const [across, down] = [axis(0), axis(1)];
	const room = (size: number) => Math.max(1, size - 2 * margin);
	const scale = Math.min(room(width) / (across.spread || 1), room(height) / (down.spread || 1));
	return Array.from({ length: count }, (_, at) => ({
		x: width / 2 + ((points[2 * at] ?? 0) - across.middle) * scale,
		y: height / 2 - ((points[2 * at + 1] ?? 0) - down.middle) * scale
	}));
}

/** The nearest point; -1 where none is within `reach`. */
export function nearest(spots: readonly Spot[], { x, y }: Spot, reach: number, without = -1): number {
	let found = -1;
	let best = reach * reach;
	spots.forEach((spot, at) => {
		const distance = (spot.x - x) ** 2 + (spot.y - y) ** 2;
		if (at === without || !(distance <= best)) return;
		best = distance;
		found = at;
	});
	return found;
}

/** The next point that way: near, and rather straight ahead than aside. The same point where there is none. */
export function towards(spots: readonly Spot[], from: number, way: Spot): number {
	const here = spots[from];
	if (!here) return spots.length > 0 ? 0 : -1;
	let found = from;
	let best = Infinity;
	spots.forEach((spot, at) => {
		if (at === from) return;
		const ahead = (spot.x - here.x) * way.x + (spot.y - here.y) * way.y;
		const aside = Math.abs((spot.x - here.x) * way.y - (spot.y - here.y) * way.x);
		if (ahead <= 0 || aside > 2 * ahead) return;
		const cost = ahead + 2 * aside;
		if (cost < best) {
			best = cost;
			found = at;
		}
	});
	return found;
}

/** Share of the points whose nearest neighbour on the plane has the same label; null where nothing can be said. */
export function kept(spots: readonly Spot[], labels: readonly number[]): number | null {
	if (spots.length < 2 || labels.every((label) => label < 0)) return null;
	const same = spots.filter((spot, at) => labels[nearest(spots, spot, Infinity, at)] === labels[at]);
	return same.length / spots.length;
}

/** A hue for each class, neighbours in number far apart; readable on light and on dark ground. */
export function hue(label: number, classes: number, dark: boolean): string {
	const n = Math.max(1, classes);
	// Every third of the circle in turn.
	const turn = ((label % 3) + Math.floor(label / 3) / Math.ceil(n / 3)) / 3;
	const tone = dark ? [70, 62, 78] : [38, 46, 30];
	return `hsl(${Math.round(360 * turn)} 72% ${tone[Math.floor(label / 3) % 3]}%)`;
}

/** Lines of text are so high. */
const LINE = 12;

/** Where names stand beside their points without lying over each other; those that are `first` choose first. */
export function roomFor(
	spots: readonly Spot[],
	wide: (at: number) => number,
	box: { width: number; height: number },
	first: (at: number) => boolean
): (Spot & { at: number })[] {
	const placed: (Spot & { at: number; end: number })[] = [];
	const order = [...spots.keys()].sort((a, b) => Number(first(b)) - Number(first(a)) || a - b);
	for (const at of order) {
		const spot = spots[at];
		if (!spot) continue;
		const width = wide(at);
		// To the right of the point, or to its left.
		for (const x of [spot.x + 5, spot.x - 5 - width]) {
			const end = x + width;
			if (x < 0 || end > box.width || spot.y < LINE / 2 || spot.y > box.height - LINE / 2) continue;
			const over = placed.some(
				(other) => Math.abs(other.y - spot.y) < LINE && x < other.end + 3 && end > other.x - 3
			);
			if (over) continue;
			placed.push({ at, x, y: spot.y, end });
			break;
		}
	}
	return placed.map(({ at, x, y }) => ({ at, x, y }));
}
