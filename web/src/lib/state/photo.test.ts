import { createHash } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import type { ModelCard } from '$lib/engine/wire';
import type { Photo } from '$lib/photo/decode';
import { PhotoProblem } from '$lib/photo/problem';
import type { Pixels } from '$lib/photo/reduce';
import { fakeSite, until } from './fakes';
import type { IntakeHost } from './intake.svelte';
import { PhotoState } from './photo.svelte';
import { PlayState } from './play.svelte';
import { TrainedShelf, type TrainedModel } from './trained.svelte';

vi.mock('$app/paths', () => ({ base: '' }));

const good = 'photos';
const card = {
	bytes: good.length,
	sha256: createHash('sha256').update(good).digest('hex')
} as ModelCard;
const shipped = { file: 'models/cifar10.safetensors', card };
const grey = (value: number, width = 64, height = 48): Photo => ({
	data: new Uint8ClampedArray(4 * width * height).fill(value),
	width,
	height,
	full: { width, height }
});
const trained = (name: string, dataset: string): TrainedModel => ({
	id: name,
	dataset,
	title: { en: '', zh: '' },
	seed: 1,
	epochs: 1,
	accuracy: 0.5,
	sample: false,
	bytes: new TextEncoder().encode(name).buffer
});
const file = (name: string, type = 'image/png') => new File([name], name, { type });

function setUp(model: typeof shipped | null = shipped, host: Partial<IntakeHost> = {}) {
	const site = fakeSite();
	const shelf = new TrainedShelf();
	const waiting: ((photo: Photo | Error) => void)[] = [];
	const decode: IntakeHost['decode'] = () =>
		new Promise((resolve, reject) =>
			waiting.push((photo) => (photo instanceof Error ? reject(photo) : resolve(photo)))
		);
	const photo = new PhotoState(
		'cifar10',
		model,
		{ decode, ...host },
		{
			client: () => site.answer,
			trained: shelf,
			root: () => 'https://x/',
			fetch: async () => new Response(good)
		}
	);
	return { ...site, photo, shelf, waiting };
}

it('a photo is shown with the largest square, and judged; another square is judged anew', async () => {
	const { photo, waiting } = setUp();
	const taken = photo.take([file('notes', 'text/plain'), file('a')]);
	expect(photo.reading).toBe(true);
	const picture = grey(50);
	picture.data.fill(90, 0, 4 * 64 * 20);
	waiting[0]?.(picture);
	await taken;
	expect([photo.reading, photo.crop]).toEqual([false, { x: 8, y: 0, side: 48 }]);
	expect([photo.seen?.length, photo.seen?.[0]]).toEqual([3072, 90]);
	await until(() => photo.asking.answer !== null);
	expect(photo.asking.answer).toEqual([good.length, 90]);
	photo.cut({ x: 8, y: 30, side: 18 });
	await until(() => photo.asking.answer?.[1] === 50);
	photo.clear();
	expect([photo.photo, photo.seen, photo.asking.answer]).toEqual([null, null, null]);
});

it('the latest photo counts, also when an earlier one is read later', async () => {
	const { photo, waiting } = setUp();
	const both = [photo.take([file('a')]), photo.take([file('b')])];
	waiting[1]?.(grey(2));
	waiting[0]?.(grey(1));
	await Promise.all(both);
	expect([photo.photo?.data[0], photo.reading, photo.problem]).toEqual([2, false, null]);
});

it('what is wrong is said, and the photo that was there stays', async () => {
	const { photo, waiting } = setUp();
	const first = photo.take([file('a')]);
	waiting[0]?.(grey(7));
	await first;
	const second = photo.take([file('b')]);
	waiting[1]?.(new PhotoProblem('large', { width: 20_000, height: 20_000 }));
	await second;
	expect([photo.problem?.code, photo.problem?.args['width'], photo.photo?.data[0]]).toEqual([
		'large',
		20_000,
		7
	]);
	await photo.take([]);
	expect(photo.problem?.code).toBe('empty');
});

it('without a network the small picture is there, and the one trained on these pictures answers', async () => {
	const { photo, waiting, shelf } = setUp(null);
	shelf.put(trained('four', 'mnist'));
	const taken = photo.take([file('a')]);
	waiting[0]?.(grey(7));
	await taken;
	expect([photo.asking.trained, photo.asking.status, photo.seen?.[0]]).toEqual([null, 'idle', 7]);
	shelf.put(trained('photo of mine', 'cifar10'));
	await photo.asking.ask(photo.seen!);
	expect(photo.asking.answer).toEqual(['photo of mine'.length, 7]);
});

it('a model of other data is refused: its classes would have wrong names', async () => {
	const { photo, waiting, shelf } = setUp(null);
	shelf.put(trained('four', 'cifar10'));
	const taken = photo.take([file('a')]);
	waiting[0]?.(grey(7));
	await taken;
	await until(() => photo.asking.status === 'failed');
	expect(photo.asking.failure).toEqual({ code: 'model_input', args: { input: 'mnist 1×28×28' } });
});

it('digits and photos are asked of one worker in turns, each of its own model', async () => {
	const { photo, waiting, answer } = setUp();
	const shelf = new TrainedShelf();
	shelf.put(trained('seven', 'mnist'));
	const play = new PlayState(null, { client: () => answer, trained: shelf });
	const taken = photo.take([file('a')]);
	waiting[0]?.(grey(7));
	await taken;
	for (let round = 1; round < 5; round++) {
		const drawn = play.draw(new Uint8Array([round]), 1, 1);
		photo.cut({ x: round, y: 0, side: 40 });
		await drawn;
		await until(() => photo.asking.status === 'ready' && play.status === 'ready');
		expect([play.drawing?.pixels[0], play.failure, photo.asking.failure]).toEqual([round, null, null]);
	}
});

it('the camera shows what it sees, keeps the square, and goes off', async () => {
	let show: (picture: Pixels) => void = () => {};
	let lose = () => {};
	const ended: string[] = [];
	const { photo } = setUp(shipped, {
		openCamera: async () =>
			({ getTracks: () => [{ stop: () => ended.push('track') }] }) as unknown as MediaStream,
		watch: (_stream, seen, lost) => {
			[show, lose] = [seen, lost];
			return () => ended.push('watch');
		}
	});
	await photo.openCamera();
	expect(photo.camera).toBe('on');
	show(grey(1));
	photo.cut({ x: 3, y: 3, side: 20 });
	show(grey(2));
	expect([photo.crop, photo.seen?.[0]]).toEqual([{ x: 3, y: 3, side: 20 }, 2]);
	show(grey(3, 48, 64));
	expect(photo.crop).toEqual({ x: 0, y: 8, side: 48 });
	photo.stopCamera();
	expect([photo.camera, ended, photo.photo?.data[0]]).toEqual(['off', ['watch'], 3]);

	await photo.openCamera();
	lose();
	expect([photo.camera, photo.problem?.code]).toEqual(['off', 'camera_lost']);
	// Another photo ends it; a reader who leaves while the browser asks is not filmed.
	await photo.openCamera();
	void photo.take([file('a')]);
	expect([photo.camera, ended.length]).toEqual(['off', 3]);
	const asked = photo.openCamera();
	photo.stopCamera();
	await asked;
	expect([photo.camera, ended.at(-1)]).toEqual(['off', 'track']);
});

it('a camera that is refused is said', async () => {
	const { photo } = setUp(shipped, {
		openCamera: async () => {
			throw new PhotoProblem('camera_refused');
		}
	});
	await photo.openCamera();
	expect([photo.camera, photo.problem?.code]).toEqual(['off', 'camera_refused']);
});
