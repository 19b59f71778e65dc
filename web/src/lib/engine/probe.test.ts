import { expect, it } from 'vitest';
import { adapterName, probe, type AdapterLike, type GpuLike } from './probe';

const good: AdapterLike = {
	features: new Set(['timestamp-query', 'shader-f16']),
	limits: {
		maxStorageBuffersPerShaderStage: 10,
		maxComputeInvocationsPerWorkgroup: 1024,
		maxComputeWorkgroupSizeX: 1024,
		maxComputeWorkgroupStorageSize: 32_768
	},
	info: { vendor: 'nvidia', architecture: 'ampere', device: '', description: '', isFallbackAdapter: false }
};
const gpu = (part: Partial<AdapterLike> = {}): GpuLike => ({
	requestAdapter: async () => ({ ...good, ...part })
});
const offers = (answer: () => Promise<AdapterLike | null>): GpuLike => ({ requestAdapter: answer });

it('finds a GPU, and names it as far as the browser does', async () => {
	expect(await probe(gpu())).toEqual({
		ok: true,
		adapter: { vendor: 'nvidia', architecture: 'ampere', device: '', description: '', fallback: false }
	});
	const named = { vendor: 'apple', architecture: 'metal-3', device: '', description: '' };
	expect(adapterName({ ...named, fallback: false })).toBe('Apple metal-3');
	expect(adapterName({ ...named, description: 'Apple M2', fallback: false })).toBe('Apple M2');
	// Some browsers tell nothing at all.
	const silent = await probe(gpu({ info: undefined }));
	expect(silent).toMatchObject({ ok: true, adapter: { vendor: '', fallback: false } });
	expect(silent.adapter && adapterName(silent.adapter)).toBe('');
});

it('says what is missing', async () => {
	expect(await probe(null)).toMatchObject({ ok: false, reason: 'no_webgpu' });
	expect(await probe(undefined)).toMatchObject({ ok: false, reason: 'no_webgpu' });
	expect(await probe(offers(async () => null))).toMatchObject({ ok: false, reason: 'no_adapter' });
	const refuses = offers(() => Promise.reject(new Error('blocked')));
	expect(await probe(refuses)).toMatchObject({ ok: false, reason: 'no_adapter' });
	const throws = offers(() => {
		throw new Error('not here');
	});
	expect(await probe(throws)).toMatchObject({ ok: false, reason: 'no_adapter' });
	expect(await probe(gpu({ features: new Set<string>() }))).toMatchObject({
		reason: 'missing',
		args: { feature: 'timestamp-query' },
		adapter: { vendor: 'nvidia' }
	});
	const small = { ...good.limits, maxComputeWorkgroupStorageSize: 8192 };
	expect(await probe(gpu({ limits: small }))).toMatchObject({
		ok: false,
		reason: 'limit',
		args: { name: 'maxComputeWorkgroupStorageSize', needed: '16384', found: '8192' }
	});
	const { maxStorageBuffersPerShaderStage: _gone, ...less } = good.limits;
	expect(await probe(gpu({ limits: less }))).toMatchObject({ reason: 'limit', args: { found: '0' } });
});

it('does not wait for ever', async () => {
	const silent = offers(() => new Promise(() => {}));
	expect(await probe(silent, 5)).toMatchObject({ ok: false, reason: 'no_adapter' });
});

it('knows software by its flag, in both places where that was kept, or by its name', async () => {
	const software: Partial<AdapterLike>[] = [
		{ info: { isFallbackAdapter: true } },
		{ info: {}, isFallbackAdapter: true },
		{ info: { vendor: 'google', architecture: 'swiftshader' } },
		{ info: { description: 'llvmpipe (LLVM 17.0.6, 256 bits)' } },
		{ info: { description: 'Microsoft Basic Render Driver' } },
		{ info: { vendor: 'microsoft', device: 'WARP' } }
	];
	for (const part of software) {
		expect(await probe(gpu(part))).toMatchObject({ ok: true, adapter: { fallback: true } });
	}
	expect(await probe(gpu({ info: { description: 'Warpdrive 9' } }))).toMatchObject({
		adapter: { fallback: false }
	});
});
