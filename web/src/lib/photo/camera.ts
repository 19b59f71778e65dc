// The camera: pictures as they come, until it is stopped. It is on only while it is seen.

import { pixelsOf } from './decode';
import { PhotoProblem, type PhotoCode } from './problem';
import type { Pixels } from './reduce';

/** Between two pictures (ms): a network of this size answers as fast. */
const EVERY = 100;

const codes: Record<string, PhotoCode> = {
	NotAllowedError: 'camera_refused',
	SecurityError: 'camera_refused',
	NotFoundError: 'camera_none',
	OverconstrainedError: 'camera_none',
	NotReadableError: 'camera_busy',
	AbortError: 'camera_busy'
};

/** Asks the reader's leave. Fails with a `PhotoProblem`. */
export async function openCamera(): Promise<MediaStream> {
	// Missing on pages without https.
	if (!navigator.mediaDevices?.getUserMedia) throw new PhotoProblem('camera_insecure');
	try {
		const video = { facingMode: 'environment', width: { ideal: 640 }, height: { ideal: 480 } };
		return await navigator.mediaDevices.getUserMedia({ video, audio: false });
	} catch (error) {
		throw new PhotoProblem(codes[error instanceof Error ? error.name : ''] ?? 'camera_busy');
	}
}

export function close(stream: MediaStream): void {
	for (const track of stream.getTracks()) track.stop();
}

/** Pictures of an open camera; the answer ends them and the camera. `lost`: it was taken away. `every`: ms between two. */
export function watch(
	stream: MediaStream,
	seen: (picture: Pixels) => void,
	lost: () => void,
	every: number = EVERY
): () => void {
	const video = document.createElement('video');
	video.muted = video.playsInline = true;
	video.srcObject = stream;
	// A browser that does not let it play gives no pictures; the next turn tries again.
	const play = () => void video.play().catch(() => undefined);
	play();
	let over = false;
	let timer: ReturnType<typeof setTimeout>;
	const picture = async () => {
		const { videoWidth: width, videoHeight: height } = video;
		if (video.paused) play();
		if (width > 0 && height > 0 && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
			const pixels = await pixelsOf(video, { width, height }, () => !over);
			if (pixels && !over) seen(pixels);
		}
	};
	const turn = () => {
		picture().then(() => {
			if (!over) timer = setTimeout(turn, every);
		}, gone);
	};
	timer = setTimeout(turn, 0);
	const end = () => {
		if (over) return;
		over = true;
		clearTimeout(timer);
		video.srcObject = null;
		close(stream);
	};
	function gone(): void {
		if (over) return;
		end();
		lost();
	}
	for (const track of stream.getVideoTracks()) track.addEventListener('ended', gone);
	return end;
}
