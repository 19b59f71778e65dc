// How many threads the CPU engine uses on this device.

/** More helpers than this are more memory than speed. */
const MOST = 7;

/** Workers beside the one that trains. Only where the page is isolated: elsewhere no memory can be shared. */
export function helpersWanted(cores: number | undefined, isolated: boolean): number {
	return isolated ? Math.min(MOST, Math.max(0, (cores ?? 1) - 1)) : 0;
}

/** Of a run that is started in this page; a worker answers for itself. */
export function pageThreads(): number {
	if (typeof navigator === 'undefined') return 1;
	return 1 + helpersWanted(navigator.hardwareConcurrency, globalThis.crossOriginIsolated === true);
}
