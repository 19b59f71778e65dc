// How many threads the CPU engine uses on this device.

/** More helpers than this are more memory than speed. */
const MOST = 7;

/** Workers beside the one that trains, where memory can be shared. */
export function helpersWanted(cores: number | undefined, shares: boolean): number {
	return shares ? Math.min(MOST, Math.max(0, (cores ?? 1) - 1)) : 0;
}

/** Only an isolated page may share memory, and not in every browser: WebKitGTK has none to share. */
export function canShare(): boolean {
	return globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer === 'function';
}

/** Of a run that is started here, in a page or in a worker. */
export function threadsHere(): number {
	if (typeof navigator === 'undefined') return 1;
	return 1 + helpersWanted(navigator.hardwareConcurrency, canShare());
}
