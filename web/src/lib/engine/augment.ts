// Training pictures as a text augments them, with what a page shows of the rows themselves.

import type { Engine, EngineData } from './engine-types';
import type { Augmented } from './wall';

type Wish = { text: string; of: { epoch: number; rows: number[] } | null };

export function augmented(engine: Engine, data: EngineData, { text, of }: Wish): Augmented {
	const wanted = of ? Uint32Array.of(of.epoch, ...of.rows) : undefined;
	const [[epoch = 0, ...rows], values] = engine.augment(text, data, wanted);
	const walls = rows.map((row) => data.wall('train', row, 1));
	const labels = walls.map((wall) => wall.labels[0] ?? 0);
	const { height = 0, width = 0 } = walls[0] ?? {};
	return { epoch, rows, labels, height, width, values };
}
