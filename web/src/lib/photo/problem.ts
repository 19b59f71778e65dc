// What can be wrong with a photo or a camera: codes with arguments; the words are in `words/*/photo.ts`.

export type PhotoCode =
	/** Nothing, or nothing that is a picture, was dropped or pasted. */
	| 'empty'
	| 'not_picture'
	/** A kind that is not read here. */
	| 'other_kind'
	/** More bytes than are read. */
	| 'heavy'
	/** More pixels than are unpacked. */
	| 'large'
	| 'damaged'
	| 'unreadable'
	| 'camera_insecure'
	| 'camera_refused'
	| 'camera_none'
	| 'camera_busy'
	| 'camera_lost';

export class PhotoProblem extends Error {
	readonly code: PhotoCode;
	readonly args: Readonly<Record<string, string | number>>;
	constructor(code: PhotoCode, args: Record<string, string | number> = {}) {
		super(code);
		this.name = 'PhotoProblem';
		this.code = code;
		this.args = args;
	}
}
