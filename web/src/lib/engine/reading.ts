// Files and built-in samples are read by a module of their own, in a worker that ends with its work: the memory that an
// archive takes to unpack is given back, and who trains on the site's packs never loads it.

import { EngineFailure, fail } from './failure';
import type { OwnAnswer, OwnJob } from './own';
import type { Failure } from './wire';

/** The official files of a data set, or its built-in sample (`null`). */
export type ReadJob = { name: string; files: { name: string; bytes: ArrayBuffer }[] | null };
/** The parcel that an engine makes its rows of. */
export type ReadAnswer = { parcel: Uint8Array<ArrayBuffer> } | { own: OwnAnswer } | { failure: Failure };
/** The files' bytes are gone afterwards. */
export type ReadApart = (job: ReadJob) => Promise<Uint8Array<ArrayBuffer>>;

async function apart(
	job: ReadJob | OwnJob,
	moved: ArrayBuffer[],
	signal?: AbortSignal
): Promise<Exclude<ReadAnswer, { failure: Failure }>> {
	const worker = new Worker(new URL('./read.worker.ts', import.meta.url), { type: 'module', name: 'read' });
	try {
		const answer = await new Promise<ReadAnswer>((resolve, reject) => {
			signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')), { once: true });
			worker.onmessage = ({ data }: MessageEvent<ReadAnswer>) => resolve(data);
			worker.onerror = (event) => reject(fail('reader_died', { reason: event.message || 'onerror' }));
			worker.postMessage(job, moved);
		});
		if ('failure' in answer) throw new EngineFailure(answer.failure);
		return answer;
	} finally {
		worker.terminate();
	}
}

const unexpected = () => fail('reader_died', { reason: 'answer' });

export const readApart: ReadApart = async (job) => {
	const moved = (job.files ?? []).map(({ bytes }) => bytes);
	const answer = await apart(job, moved);
	if (!('parcel' in answer)) throw unexpected();
	return answer.parcel;
};

/** Looks at a file of the reader's own; its bytes are gone afterwards. */
export async function examineApart(job: OwnJob, signal: AbortSignal): Promise<OwnAnswer> {
	const answer = await apart(job, [job.bytes], signal);
	if (!('own' in answer)) throw unexpected();
	return answer.own;
}
