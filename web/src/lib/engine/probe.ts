// Is there a GPU that the engine can use? Asked on the page, before anything of an engine is downloaded.

/** What is known of the adapter; browsers tell more or less of it, down to nothing. */
export type Adapter = {
	vendor: string;
	architecture: string;
	device: string;
	description: string;
	/** A program that pretends to be a GPU: right, and slow. */
	fallback: boolean;
};

export type Probe =
	| { ok: true; adapter: Adapter }
	| { ok: false; reason: 'no_webgpu' | 'no_adapter'; args: Record<string, string>; adapter: null }
	| { ok: false; reason: 'missing' | 'limit'; args: Record<string, string>; adapter: Adapter };

/** The parts of WebGPU that are asked. The page's TypeScript library does not have it, and tests fake it. */
export type GpuLike = { requestAdapter(options?: { powerPreference?: string }): Promise<AdapterLike | null> };
export type AdapterLike = {
	features: { has(name: string): boolean };
	limits: { readonly [name: string]: number | undefined };
	info?: InfoLike;
	/** Where it stood before it moved into `info`. */
	isFallbackAdapter?: boolean;
};
type InfoLike = Partial<Omit<Adapter, 'fallback'>> & { isFallbackAdapter?: boolean };

/** The engine's runtime measures with it and does not start without. */
const FEATURES = ['timestamp-query'];
/** What its kernels use. */
const LIMITS = {
	maxStorageBuffersPerShaderStage: 8,
	maxComputeInvocationsPerWorkgroup: 256,
	maxComputeWorkgroupSizeX: 256,
	maxComputeWorkgroupStorageSize: 16_384
};
/** A broken driver may never answer; the page goes on without it. */
const PATIENCE = 10_000;

/** Software that calls itself a GPU without saying so in `isFallbackAdapter`. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|microsoft basic render|\bwarp\b/i;

function adapterOf({ info = {}, isFallbackAdapter }: AdapterLike): Adapter {
	const { vendor = '', architecture = '', device = '', description = '' } = info;
	const said = info.isFallbackAdapter ?? isFallbackAdapter ?? false;
	const named = SOFTWARE.test([vendor, architecture, device, description].join(' '));
	return { vendor, architecture, device, description, fallback: said || named };
}

function patiently<T>(work: Promise<T>, ms: number): Promise<T | null> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => resolve(null), ms);
		work.then(resolve, reject).finally(() => clearTimeout(timer));
	});
}

/** Never throws: whatever goes wrong is an answer. */
export async function probe(gpu: GpuLike | null | undefined, patience = PATIENCE): Promise<Probe> {
	if (!gpu) return { ok: false, reason: 'no_webgpu', args: {}, adapter: null };
	let found: AdapterLike | null;
	try {
		found = await patiently(gpu.requestAdapter({ powerPreference: 'high-performance' }), patience);
	} catch {
		found = null;
	}
	if (!found) return { ok: false, reason: 'no_adapter', args: {}, adapter: null };
	const adapter = adapterOf(found);
	for (const feature of FEATURES) {
		if (!found.features.has(feature)) return { ok: false, reason: 'missing', args: { feature }, adapter };
	}
	for (const [name, needed] of Object.entries(LIMITS)) {
		const has = found.limits[name] ?? 0;
		if (has >= needed) continue;
		const args = { name, needed: String(needed), found: String(has) };
		return { ok: false, reason: 'limit', args, adapter };
	}
	return { ok: true, adapter };
}

/** As a person would name it: what the browser tells, without repeating itself; empty where it tells nothing. */
export function adapterName({ vendor, architecture, device, description }: Adapter): string {
	if (description) return description;
	const parts = [vendor, device || architecture].filter(Boolean);
	// Codes of vendors are lower case: `nvidia ampere` reads better as `Nvidia ampere`.
	const name = parts.join(' ');
	return name.charAt(0).toUpperCase() + name.slice(1);
}

/** This page's own GPU. */
export function pageGpu(): GpuLike | null {
	return (globalThis.navigator as { gpu?: GpuLike } | undefined)?.gpu ?? null;
}
