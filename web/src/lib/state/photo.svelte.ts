// A photo that is shown to a network: where it comes from (a file, the clipboard, the camera), the square of it that the
// reader chose, the small picture that becomes of it, and what the network says to that.

import { inside, middle } from '$lib/photo/crop';
import type { Photo } from '$lib/photo/decode';
import { reduced, type Crop, type Pixels } from '$lib/photo/reduce';
import { Answering, type AskHost, type Shipped } from './answering.svelte';
import { PictureIntake, type IntakeHost } from './intake.svelte';

/** Side of what the network sees: that of the pictures which it was trained on. */
export const SEEN = 32;

export class PhotoState extends PictureIntake {
	readonly asking: Answering<Uint8Array, number[]>;
	/** What is shown; null: nothing yet. Its `full` size is that of the file. */
	photo = $state.raw<Photo | null>(null);
	crop = $state.raw<Crop>({ x: 0, y: 0, side: 0 });
	/** What the network sees, channel after channel. */
	seen = $state.raw<Uint8Array | null>(null);

	constructor(
		dataset: string,
		shipped: Shipped | null,
		host: Partial<IntakeHost> = {},
		askHost: Partial<AskHost> = {}
	) {
		super(host);
		this.asking = new Answering(
			shipped,
			dataset,
			async (client, pixels) => (await client.request({ type: 'judge', pixels })).probabilities,
			askHost
		);
	}

	protected photographed(photo: Photo): void {
		this.#show(photo, middle(photo));
	}

	/** The square stays while the pictures have one size. */
	protected filmed(picture: Pixels, first: boolean): void {
		const { width, height } = picture;
		const same = !first && this.photo?.width === width && this.photo.height === height;
		this.#show({ ...picture, full: { width, height } }, same ? this.crop : middle(picture));
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
		this.begin();
		this.photo = this.seen = null;
		this.asking.clear();
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
