import { expect, it } from 'vitest';
import { PhotoProblem } from '$lib/photo/problem';
import type { Pixels } from '$lib/photo/reduce';
import { PictureSource, type PictureHost } from './picture.svelte';

const grey = (width: number, height: number, value = 9): Pixels => ({
	data: new Uint8ClampedArray(4 * width * height).fill(value),
	width,
	height
});
const first = grey(2, 2);

/** A camera that is filmed by hand. */
function studio(host: Partial<PictureHost> = {}) {
	const stopped: string[] = [];
	const track = { stop: () => stopped.push('track') };
	const stream = { getTracks: () => [track] } as unknown as MediaStream;
	let film: (pixels: Pixels) => void = () => {};
	let lose: () => void = () => {};
	let clock = 0;
	const source = new PictureSource(first, {
		openCamera: async () => stream,
		watch: (_, seen, lost) => {
			[film, lose] = [seen, lost];
			return () => stopped.push('watch');
		},
		now: () => (clock += 50),
		...host
	});
	return { source, stopped, film: (pixels: Pixels) => film(pixels), lose: () => lose() };
}

it('averages what is larger down, and keeps what is small', () => {
	const { source } = studio();
	source.show(grey(640, 480));
	expect([source.shown.width, source.shown.height]).toEqual([320, 240]);
	source.show(grey(28, 28));
	expect(source.shown.width).toBe(28);
});

it('films until it is stopped, and counts pictures a second', async () => {
	const { source, stopped, film } = studio();
	await source.openCamera();
	expect(source.camera).toBe('on');
	for (let at = 0; at < 16; at++) film(grey(640, 480, at));
	expect(source.rate).toBeCloseTo(20);
	expect(source.shown.data[0]).toBe(15);
	source.stopCamera();
	expect(stopped).toEqual(['watch']);
	expect([source.camera, source.rate]).toEqual(['off', null]);
	expect(source.shown.data[0]).toBe(15);
});

it('gives the camera back that nobody waits for any more', async () => {
	const { source, stopped } = studio();
	const asking = source.openCamera();
	source.show(first);
	await asking;
	expect(stopped).toEqual(['track']);
	expect(source.camera).toBe('off');
});

it('says what was wrong, and keeps what was there', async () => {
	const refused = studio({
		openCamera: () => Promise.reject(new PhotoProblem('camera_refused')),
		decode: () => Promise.reject(new PhotoProblem('not_picture'))
	}).source;
	await refused.openCamera();
	expect([refused.camera, refused.problem?.code]).toEqual(['off', 'camera_refused']);
	await refused.take([new File(['x'], 'x.txt')]);
	expect([refused.reading, refused.problem?.code]).toEqual([false, 'not_picture']);
	await refused.take([]);
	expect(refused.problem?.code).toBe('empty');
	expect(refused.shown).toBe(first);

	const { source, lose } = studio();
	await source.openCamera();
	lose();
	expect([source.camera, source.problem?.code]).toEqual(['off', 'camera_lost']);
});
