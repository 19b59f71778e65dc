// Training pictures as a text augments them. What an engine has learned from the rows is kept for the next text.

import type { Engine, EngineAugmenter, EngineData } from './engine-types';
import type { Augmented } from './wall';

type Wish = { text: string; of: { epoch: number; rows: number[] } | null };

export class Augmenting {
	/** What it was made for: other rows want another one. */
	#data: EngineData | null = null;
	#checksum = '';
	#augmenter: EngineAugmenter | null = null;

	make(engine: Engine, data: EngineData, { text, of }: Wish): Augmented {
		const { checksum } = data.state();
		if (this.#data !== data || this.#checksum !== checksum || !this.#augmenter) {
			this.#augmenter?.free?.();
			this.#augmenter = null;
			this.#augmenter = new engine.Augmenter(text, data);
			this.#data = data;
			this.#checksum = checksum;
		}
		const [epoch = 0, ...rows] = of ? [of.epoch, ...of.rows] : this.#augmenter.wanted(text);
		const values = this.#augmenter.pictures(text, Uint32Array.from(rows), epoch);
		const walls = rows.map((row) => data.wall('train', row, 1));
		const labels = walls.map((wall) => wall.labels[0] ?? 0);
		const { height = 0, width = 0 } = walls[0] ?? {};
		return { epoch, rows, labels, height, width, values };
	}
}
