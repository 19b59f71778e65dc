// A picture that a kernel goes over: drawn by arithmetic, from a file, or from the camera, at most 320 x 240 pixels.

import type { Photo } from '$lib/photo/decode';
import { shrunk, type Pixels } from '$lib/photo/reduce';
import { PictureIntake, type IntakeHost } from './intake.svelte';

export const WIDE = 320;
export const HIGH = 240;
/** Between two pictures of the camera (ms). */
const EVERY = 25;
/** Pictures that the rate is counted over. */
const COUNTED = 15;

export type PictureHost = IntakeHost & { now: () => number };

function small(pixels: Pixels): Pixels {
	const factor = Math.ceil(Math.max(pixels.width / WIDE, pixels.height / HIGH));
	return factor > 1 ? shrunk(pixels, factor) : pixels;
}

export class PictureSource extends PictureIntake {
	readonly #now: () => number;
	shown = $state.raw<Pixels>({ data: new Uint8ClampedArray(4), width: 1, height: 1 });
	/** Pictures a second, while the camera is on. */
	rate = $state<number | null>(null);
	#times: number[] = [];

	constructor(first: Pixels, host: Partial<PictureHost> = {}) {
		super(host, EVERY);
		this.#now = host.now ?? (() => performance.now());
		this.shown = first;
	}

	show(pixels: Pixels): void {
		this.begin();
		this.shown = small(pixels);
	}

	override stopCamera(): void {
		super.stopCamera();
		this.#times = [];
		this.rate = null;
	}

	protected photographed(photo: Photo): void {
		this.shown = small(photo);
	}

	protected filmed(pixels: Pixels): void {
		this.shown = small(pixels);
		this.#times.push(this.#now());
		if (this.#times.length <= COUNTED) return;
		const spent = this.#times.at(-1)! - this.#times[0]!;
		this.rate = spent > 0 ? (1000 * COUNTED) / spent : null;
		this.#times = [];
	}
}
