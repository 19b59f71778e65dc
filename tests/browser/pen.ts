// Writing with the mouse on the drawing sheet, as a hand does: smooth strokes of many small moves.

import { expect, type Locator } from '@playwright/test';
import { percentIn, SLOW } from './site.ts';

/** Places on the sheet, 0 to 1. */
type Point = readonly [x: number, y: number];
type Stroke = readonly Point[];

function arc(cx: number, cy: number, rx: number, ry: number, from: number, to: number): Point[] {
	const count = 24;
	return Array.from({ length: count + 1 }, (_, at) => {
		const angle = ((from + ((to - from) * at) / count) * Math.PI) / 180;
		return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)] as const;
	});
}

/** 0 degrees is to the right, 90 is down. */
export const digits: Record<'0' | '1' | '3' | '7', Stroke[]> = {
	'0': [arc(0.5, 0.5, 0.2, 0.3, -90, 270)],
	'1': [
		[
			[0.54, 0.2],
			[0.52, 0.5],
			[0.49, 0.8]
		]
	],
	'3': [[...arc(0.46, 0.34, 0.17, 0.15, -150, 90), ...arc(0.46, 0.66, 0.2, 0.17, -90, 150)]],
	'7': [
		[
			[0.29, 0.24],
			[0.5, 0.235],
			[0.7, 0.23],
			[0.58, 0.5],
			[0.47, 0.8]
		]
	]
};

/** A drawing card: the sheet and what answers. */
export class Pen {
	readonly root: Locator;
	readonly sheet: Locator;
	readonly say: Locator;

	constructor(root: Locator) {
		this.root = root;
		this.sheet = root.getByRole('application');
		this.say = root.locator('.say');
	}

	async draw(strokes: readonly Stroke[]): Promise<void> {
		await this.sheet.scrollIntoViewIfNeeded();
		const box = await this.sheet.boundingBox();
		if (!box) throw new Error('the sheet cannot be seen');
		const { mouse } = this.root.page();
		for (const stroke of strokes) {
			const places = stroke.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const);
			const [first, ...rest] = places;
			if (!first) continue;
			await mouse.move(first[0], first[1]);
			await mouse.down();
			for (const [x, y] of rest) await mouse.move(x, y, { steps: rest.length > 10 ? 2 : 10 });
			await mouse.up();
		}
	}

	async clear(): Promise<void> {
		await this.root.getByRole('button', { name: 'Clear' }).click();
	}

	/** Probabilities of the ten digits in percent; empty while nothing is said. */
	async probabilities(): Promise<number[]> {
		const cells = await this.root.locator('table td.num').allTextContents();
		return cells.filter((text) => text.trim() !== '').map(percentIn);
	}

	/** Waits until what is said is about what is drawn now. */
	async expectDigit(digit: string): Promise<void> {
		await expect(this.say).toContainText(new RegExp(`^It says ${digit}, \\d+\\s*%`), { timeout: SLOW });
		const all = await this.probabilities();
		expect(all).toHaveLength(10);
		expect(all.indexOf(Math.max(...all))).toBe(Number(digit));
		expect(all.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
	}

	/** Bright pixels of the little picture that the network sees. */
	littleInk(): Promise<number> {
		return this.root.locator('.sees canvas').evaluate((canvas: HTMLCanvasElement) => {
			const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
			let bright = 0;
			for (let at = 0; at < pixels.length; at += 4) if ((pixels[at] ?? 0) > 100) bright += 1;
			return bright;
		});
	}
}
