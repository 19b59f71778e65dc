import { describe, expect, it } from 'vitest';
import { filesOfPack, NotTaken, Taking, type Wanted } from './take';
import { digest } from './names';

const bytes = (text: string) => new TextEncoder().encode(text);
const sum = async (text: string) => digest(bytes(text).buffer as ArrayBuffer);
const ROOT = 'http://localhost/book/';

/** A host of a few files, and the browser's caches. */
function world(files: Record<string, string>) {
	const asked: string[] = [];
	const stored = new Map<string, Response>();
	const cache = {
		match: async (url: string) => stored.get(url)?.clone(),
		put: async (url: string, response: Response) => void stored.set(url, response)
	};
	const host = {
		root: ROOT,
		version: 'v1',
		fetch: async (url: string, init?: RequestInit) => {
			init?.signal?.throwIfAborted();
			const path = url.slice(ROOT.length);
			asked.push(path);
			const text = files[path];
			return text === undefined ? new Response(null, { status: 404 }) : new Response(text);
		},
		caches: { open: async () => cache as unknown as Cache }
	};
	return { host, asked, stored };
}

async function listed(path: string, text: string) {
	return { path, bytes: bytes(text).length, sha256: await sum(text) };
}

const nothing: Wanted = { packs: [], engines: [], files: [] };

describe('taking a chapter along', () => {
	it('keeps what is right, with progress, and fetches it only once', async () => {
		const engine = await listed('a.wasm', 'engine');
		const shard = { file: 'train.gz', bytes: 4, sha256: await sum('rows') };
		const files = {
			'offline.json': JSON.stringify({ version: 'v1', engines: { cpu: engine } }),
			'a.wasm': 'engine',
			'packs/iris/manifest.json': JSON.stringify({ train: { labels: shard, shards: [] } }),
			'packs/iris/train.gz': 'rows'
		};
		const { host, asked, stored } = world(files);
		const seen: number[] = [];
		const take = () =>
			new Taking(host, new AbortController().signal).take(
				{ packs: ['iris'], engines: ['cpu'], files: [] },
				(loaded, total) => seen.push(loaded / total)
			);
		expect(await take()).toBe(10);
		expect(seen[0]).toBe(0);
		expect(seen.at(-1)).toBe(1);
		expect([...stored.keys()].sort()).toEqual([
			`${ROOT}a.wasm`,
			`${ROOT}packs/iris/manifest.json`,
			`${ROOT}packs/iris/train.gz`
		]);
		asked.length = 0;
		await take();
		expect(asked).toEqual(['offline.json', 'packs/iris/manifest.json']);
	});

	it('keeps nothing that differs from its checksum', async () => {
		const model = await listed('models/x.safetensors', 'model');
		const { host, stored } = world({
			'offline.json': '{"version":"v1","engines":{}}',
			'models/x.safetensors': 'modem'
		});
		const taking = new Taking(host, new AbortController().signal);
		const taken = taking.take({ ...nothing, files: [model] }, () => {});
		await expect(taken).rejects.toMatchObject({ file: 'models/x.safetensors', room: false });
		expect(stored.size).toBe(0);
	});

	it('takes nothing of another version, and nothing after it was stopped', async () => {
		const other = world({ 'offline.json': '{"version":"v2","engines":{}}' });
		const signal = new AbortController().signal;
		await expect(new Taking(other.host, signal).take(nothing, () => {})).rejects.toBeInstanceOf(NotTaken);
		const stopped = world({ 'offline.json': '{"version":"v1","engines":{}}' });
		await expect(new Taking(stopped.host, AbortSignal.abort()).take(nothing, () => {})).rejects.toMatchObject(
			{
				name: 'AbortError'
			}
		);
	});

	it('remembers that a site has no pack, so that the sample takes its place', async () => {
		const { host, stored } = world({ 'offline.json': '{"version":"v1","engines":{}}' });
		await new Taking(host, new AbortController().signal).take({ ...nothing, packs: ['imdb'] }, () => {});
		expect(stored.get(`${ROOT}packs/imdb/manifest.json`)?.status).toBe(404);
	});

	it.each([
		['a path upwards', { file: '../../x', bytes: 1, sha256: 'a'.repeat(64) }],
		['another host', { file: 'https://evil.example/x', bytes: 1, sha256: 'a'.repeat(64) }],
		['a length beyond reason', { file: 'x.gz', bytes: 1e15, sha256: 'a'.repeat(64) }],
		['no length', { file: 'x.gz', bytes: '1', sha256: 'a'.repeat(64) }],
		['no checksum', { file: 'x.gz', bytes: 1, sha256: 'a' }]
	])('refuses a manifest with %s', (_, shard) => {
		expect(() => filesOfPack({ train: { shards: [shard] } }, 'packs/x/')).toThrow(NotTaken);
	});
});
