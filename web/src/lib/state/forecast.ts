// What a run would take, before it is started.

import { failure } from '$lib/engine/failure';
import { footprint, room, tooLarge } from '$lib/engine/footprint';
import type { EngineKind } from '$lib/engine/kinds';
import type { DataState, Failure, Summary } from '$lib/engine/wire';

export type Forecast = {
	/** Null: no step was measured here yet. */
	seconds: number | null;
	bytes: number;
	/** Why it is not even tried. */
	refused: Failure | null;
};

/** What the browser tells of this device, in GB. */
function deviceMemory(): number | null {
	const told = (globalThis.navigator as { deviceMemory?: number } | undefined)?.deviceMemory;
	return typeof told === 'number' && told > 0 ? told : null;
}

export const megabytes = (bytes: number): string =>
	bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

/** `gpu`: there is one that could train instead. */
export function forecast(
	summary: Summary,
	engine: EngineKind,
	data: DataState | null,
	gpu: boolean,
	seconds: number | null
): Forecast {
	// The sample has fewer rows than the experiment says.
	const rows = data ? data.train.rows + data.test.rows : undefined;
	const { total } = footprint(summary, rows);
	const found = tooLarge(summary, engine, room(deviceMemory()), rows);
	if (!found) return { seconds, bytes: total, refused: null };
	const args = { needed: megabytes(found.needed), limit: megabytes(found.limit) };
	const why = () => {
		if (found.what === 'rows') return failure('too_large_rows', { ...args, rows: String(found.rows) });
		if (found.what === 'network') return failure('too_large_network', args);
		const batch = String(found.batch);
		return gpu && engine === 'cpu'
			? failure('too_large_batch_gpu', { ...args, batch })
			: failure('too_large_batch', { ...args, batch });
	};
	return { seconds, bytes: total, refused: why() };
}
