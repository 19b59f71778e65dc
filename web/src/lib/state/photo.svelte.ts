// A photo that is shown to a network: where it comes from (a file, the clipboard, the camera), the square of it that the
// reader chose, the small picture that becomes of it, and what the network says to that.

import { close, openCamera, watch } from '$lib/photo/camera';
import { inside, middle } from '$lib/photo/crop';
import { decode, type Photo } from '$lib/photo/decode';
import { PhotoProblem } from '$lib/photo/problem';
import { reduced, type Crop, type Pixels } from '$lib/photo/reduce';
import { Answering, type AskHost, type Shipped } from './answering.svelte';

export type PhotoHost = {
	decode: typeof decode;
	openCamera: typeof openCamera;
	watch: typeof watch;
};

/** Side of what the network sees: that of the pictures which it was trained on. */
export const SEEN = 32;

export class PhotoState {
	readonly asking: Answering<Uint8Array, number[]>;
	readonly #host: PhotoHost;
	/** What is shown; null: nothing yet. Its `full` size is that of the file. */
	photo = $state.raw<Photo | null>(null);
	crop = $state.raw<Crop>({ x: 0, y: 0, side: 0 });
	/** What the network sees, channel after channel. */
	seen = $state.raw<Uint8Array | null>(null);
	/** A file is being read. */
	reading = $state(false);
	camera = $state<'off' | 'asking' | 'on'>('off');
	problem = $state.raw<PhotoProblem | null>(null);
	/** The latest wish counts: a photo that another one followed is not shown. */
	#turn = 0;
	#endCamera: (() => void) | null = null;

	constructor(
		dataset: string,
		shipped: Shipped | null,
		host: Partial<PhotoHost> = {},
		askHost: Partial<AskHost> = {}
	) {
		this.#host = { decode, openCamera, watch, ...host };
		this.asking = new Answering(
			shipped,
			dataset,
			async (client, pixels) => (await client.request({ type: 'judge', pixels })).probabilities,
			askHost
		);
	}

	/** The first of these files that says that it is a picture, or else the first one. */
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
			if (photo && live()) this.#show(photo, middle(photo));
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
			let first = true;
			this.#endCamera = this.#host.watch(
				stream,
				(picture) => {
					this.#frame(picture, first);
					first = false;
				},
				() => this.#lost()
			);
			this.camera = 'on';
		} catch (error) {
			if (!live()) return;
			this.camera = 'off';
			this.problem = error instanceof PhotoProblem ? error : new PhotoProblem('camera_busy');
		}
	}

	/** The last picture stays; the camera goes off. */
	stopCamera(): void {
		if (this.camera === 'asking') this.#turn += 1;
		this.#endCamera?.();
		this.#endCamera = null;
		this.camera = 'off';
	}

	/** Another square of the same photo. */
	cut(crop: Crop): void {
		if (!this.photo) return;
		const { x, y, side } = this.crop;
		const next = inside(crop, this.photo);
		if (next.x === x && next.y === y && next.side === side) return;
		this.crop = next;
		this.#look();
	}

	/** Nothing is shown any more. */
	clear(): void {
		this.#begin();
		this.photo = this.seen = null;
		this.asking.clear();
	}

	/** What was under way ends. Whether the new wish is still the latest. */
	#begin(): () => boolean {
		this.stopCamera();
		this.problem = null;
		this.reading = false;
		const turn = ++this.#turn;
		return () => turn === this.#turn;
	}

	#frame(picture: Pixels, first: boolean): void {
		const { width, height } = picture;
		const same = !first && this.photo?.width === width && this.photo.height === height;
		this.#show({ ...picture, full: { width, height } }, same ? this.crop : middle(picture));
	}

	#lost(): void {
		this.stopCamera();
		this.problem = new PhotoProblem('camera_lost');
	}

	#show(photo: Photo, crop: Crop): void {
		this.photo = photo;
		this.crop = crop;
		this.#look();
	}

	#look(): void {
		if (!this.photo) return;
		this.seen = reduced(this.photo, this.crop, SEEN);
		// Without a network the small picture is still worth a look.
		if (this.asking.shipped || this.asking.trained) void this.asking.ask(this.seen);
	}
}
