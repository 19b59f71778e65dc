// Files and built-in samples are read by a module of their own, in a worker that ends with its work: the memory that an
// archive takes to unpack is given back, and who trains on the site's packs never loads it.

import { EngineFailure, fail } from './failure';
import type { Failure } from './wire';

/** The official files of a data set, or its built-in sample (`null`). */
export type ReadJob = { name: string; files: { name: string; bytes: ArrayBuffer }[] | null };
/** The parcel that an engine makes its rows of. */
export type ReadAnswer = { parcel: Uint8Array<ArrayBuffer> } | { failure: Failure };
/** The files' bytes are gone afterwards. */
export type ReadApart = (job: ReadJob) => Promise<Uint8Array<ArrayBuffer>>;

export const readApart: ReadApart = async (job) => {
	const worker = new Worker(new URL('./read.worker.ts', import.meta.url), { type: 'module', name: 'read' });
	try {
		const answer = await new Promise<ReadAnswer>((resolve, reject) => {
			worker.onmessage = ({ data }: MessageEvent<ReadAnswer>) => resolve(data);
			worker.onerror = (event) => reject(fail('reader_died', { reason: event.message || 'onerror' }));
			worker.postMessage(
				job,
				(job.files ?? []).map(({ bytes }) => bytes)
			);
		});
		if ('failure' in answer) throw new EngineFailure(answer.failure);
		return answer.parcel;
	} finally {
		worker.terminate();
	}
};
