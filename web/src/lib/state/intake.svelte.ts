// Where a picture comes from: a file of the reader's, or the camera. The latest wish counts; whoever shows pictures says what
// becomes of one.

import { close, openCamera, watch } from '$lib/photo/camera';
import { decode, type Photo } from '$lib/photo/decode';
import { PhotoProblem } from '$lib/photo/problem';
import type { Pixels } from '$lib/photo/reduce';

export type IntakeHost = {
	decode: typeof decode;
	openCamera: typeof openCamera;
	watch: typeof watch;
};

export abstract class PictureIntake {
	readonly #host: IntakeHost;
	/** Between two pictures of the camera (ms); the camera's own usual pace where it is not said. */
	readonly #every: number | undefined;
	/** A file is being read. */
	reading = $state(false);
	camera = $state<'off' | 'asking' | 'on'>('off');
	problem = $state.raw<PhotoProblem | null>(null);
	/** A picture that another wish followed is not shown. */
	#turn = 0;
	#endCamera: (() => void) | null = null;

	constructor(host: Partial<IntakeHost>, every?: number) {
		this.#host = { decode, openCamera, watch, ...host };
		this.#every = every;
	}

	/** A file was read. */
	protected abstract photographed(photo: Photo): void;
	/** The camera has a picture, its `first` one or another. */
	protected abstract filmed(picture: Pixels, first: boolean): void;

	/** The first of these files that says that it is a picture, or else the first one. What was shown stays if it fails. */
	async take(files: readonly File[]): Promise<void> {
		const file = files.find(({ type }) => type.startsWith('image/')) ?? files[0];
		const live = this.begin();
		if (!file) {
			this.problem = new PhotoProblem('empty');
			return;
		}
		this.reading = true;
		try {
			const photo = await this.#host.decode(file, live);
			if (photo && live()) this.photographed(photo);
		} catch (error) {
			if (live()) this.problem = error instanceof PhotoProblem ? error : new PhotoProblem('unreadable');
		} finally {
			if (live()) this.reading = false;
		}
	}

	async openCamera(): Promise<void> {
		const live = this.begin();
		this.camera = 'asking';
		try {
			const stream = await this.#host.openCamera();
			// The reader went away, or took something else, while the browser asked.
			if (!live()) return close(stream);
			let first = true;
			const show = (picture: Pixels) => {
				this.filmed(picture, first);
				first = false;
			};
			this.#endCamera = this.#host.watch(stream, show, () => this.#lost(), this.#every);
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

	/** What was under way ends. Whether the new wish is still the latest. */
	protected begin(): () => boolean {
		this.stopCamera();
		this.problem = null;
		this.reading = false;
		const turn = ++this.#turn;
		return () => turn === this.#turn;
	}

	#lost(): void {
		this.stopCamera();
		this.problem = new PhotoProblem('camera_lost');
	}
}
