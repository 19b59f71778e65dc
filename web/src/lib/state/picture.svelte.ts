// A picture that a kernel goes over: drawn by arithmetic, from a file, or from the camera, at most 320 x 240 pixels.

import { close, openCamera, watch } from '$lib/photo/camera';
import { decode } from '$lib/photo/decode';
import { PhotoProblem } from '$lib/photo/problem';
import { shrunk, type Pixels } from '$lib/photo/reduce';

export const WIDE = 320;
export const HIGH = 240;
/** Between two pictures of the camera (ms). */
const EVERY = 25;
/** Pictures that the rate is counted over. */
const COUNTED = 15;

export type PictureHost = {
	decode: typeof decode;
	openCamera: typeof openCamera;
	watch: typeof watch;
	now: () => number;
};

function small(pixels: Pixels): Pixels {
	const factor = Math.ceil(Math.max(pixels.width / WIDE, pixels.height / HIGH));
	return factor > 1 ? shrunk(pixels, factor) : pixels;
}

export class PictureSource {
	readonly #host: PictureHost;
	shown = $state.raw<Pixels>({ data: new Uint8ClampedArray(4), width: 1, height: 1 });
	camera = $state<'off' | 'asking' | 'on'>('off');
	reading = $state(false);
	problem = $state.raw<PhotoProblem | null>(null);
	/** Pictures a second, while the camera is on. */
	rate = $state<number | null>(null);
	/** The latest wish counts. */
	#turn = 0;
	#end: (() => void) | null = null;
	#times: number[] = [];

	constructor(first: Pixels, host: Partial<PictureHost> = {}) {
		this.#host = { decode, openCamera, watch, now: () => performance.now(), ...host };
		this.shown = first;
	}

	show(pixels: Pixels): void {
		this.#begin();
		this.shown = small(pixels);
	}

	/** The first of these files that says that it is a picture, or else the first one. What was shown stays if it fails. */
	async take(files: readonly File[]): Promise<void> {
		const file = files.find(({ type }) => type.startsWith('image/')) ?? files[0];
		const live = this.#begin();
		if (!file) {
			this.problem = new PhotoProblem('empty');
			return;
		}
		this.reading = true;
		try {
			const photo = await this.#host.decode(file, live);
			if (photo && live()) this.shown = small(photo);
		} catch (error) {
			if (live()) this.problem = error instanceof PhotoProblem ? error : new PhotoProblem('unreadable');
		} finally {
			if (live()) this.reading = false;
		}
	}

	async openCamera(): Promise<void> {
		const live = this.#begin();
		this.camera = 'asking';
		try {
			const stream = await this.#host.openCamera();
			// The reader went away, or took something else, while the browser asked.
			if (!live()) return close(stream);
			this.#end = this.#host.watch(
				stream,
				(pixels) => this.#frame(pixels),
				() => {
					this.stop();
					this.problem = new PhotoProblem('camera_lost');
				},
				EVERY
			);
			this.camera = 'on';
		} catch (error) {
			if (!live()) return;
			this.camera = 'off';
			this.problem = error instanceof PhotoProblem ? error : new PhotoProblem('camera_busy');
		}
	}

	/** The last picture stays; the camera goes off. */
	stop(): void {
		if (this.camera === 'asking') this.#turn += 1;
		this.#end?.();
		this.#end = null;
		this.#times = [];
		this.rate = null;
		this.camera = 'off';
	}

	#begin(): () => boolean {
		this.stop();
		this.problem = null;
		this.reading = false;
		const turn = ++this.#turn;
		return () => turn === this.#turn;
	}

	#frame(pixels: Pixels): void {
		this.shown = small(pixels);
		this.#times.push(this.#host.now());
		if (this.#times.length <= COUNTED) return;
		const spent = this.#times.at(-1)! - this.#times[0]!;
		this.rate = spent > 0 ? (1000 * COUNTED) / spent : null;
		this.#times = [];
	}
}
