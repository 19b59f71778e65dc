import { describe, expect, it } from 'vitest';
import { FakeClock, FakeData, fakeEngine, fakeRead } from './fakes';
import type { Notice } from './messages';
import { Datasets } from './packs';

const SHARDS = ['train-0', 'train-1', 'test-0'];
type Answer = string | number | 'offline';

/** A site whose files answer with these texts, one after the other (the last one again and again). */
function setUp(files: Record<string, Answer | Answer[]>, cached: Record<string, string> | null = {}) {
	const clock = new FakeClock();
	const engine = fakeEngine(clock);
	const asked: string[] = [];
	const kept = new Map(Object.entries(cached ?? {}));
	const cache = {
		match: async (url: string) => (kept.has(url) ? new Response(kept.get(url)) : undefined),
		put: async (url: string, response: Response) => void kept.set(url, await response.text()),
		delete: async (url: string) => kept.delete(url)
	};
	const datasets = new Datasets({
		engine: async () => engine,
		fetch: async (url, init) => {
			const name = url.replace('https://x/packs/mnist/', '');
			asked.push(init?.cache === 'reload' ? `${name} (reload)` : name);
			const answers = files[name] ?? 404;
			const answer = Array.isArray(answers) ? (answers.length > 1 ? answers.shift() : answers[0]) : answers;
			if (answer === 'offline') throw new TypeError('Failed to fetch');
			if (typeof answer === 'number') return new Response('', { status: answer });
			const type = answer?.startsWith('<') ? 'text/html; charset=utf-8' : 'application/octet-stream';
			return new Response(answer, { headers: { 'content-type': type } });
		},
		caches: cached && ({ open: async () => cache } as unknown as CacheStorage),
		read: fakeRead,
		now: clock.now,
		wait: async () => {}
	});
	const notices: Notice[] = [];
	const load = (rows: 'first' | 'all' = 'all') =>
		datasets.load('mnist', rows, 'https://x/', (notice) => void notices.push(notice));
	return { datasets, load, asked, kept, notices, engine };
}

const site = {
	'manifest.json': JSON.stringify(SHARDS),
	'train-0': 'train-0',
	'train-1': 'train-1',
	'test-0': 'test-0'
};
const at = (name: string) => `https://x/packs/mnist/${name}`;
const failing = (code: string, args = {}) => ({
	failure: expect.objectContaining({ code, args: expect.objectContaining(args) })
});

describe('a pack', () => {
	it('is fetched in the order in which it is wanted, with progress, and kept', async () => {
		const { load, asked, kept, notices } = setUp({ ...site });
		expect(await load()).toMatchObject({ origin: 'pack', train: { ready: 3 } });
		expect(asked).toEqual(['manifest.json', ...SHARDS]);
		expect([...kept.keys()]).toEqual(['manifest.json', ...SHARDS].map(at));
		expect(notices.at(-1)).toMatchObject({
			type: 'data',
			loaded_bytes: 20,
			total_bytes: 20,
			data: { train: { ready: 3 } }
		});
	});

	it('comes from the cache the second time', async () => {
		const { load, asked } = setUp({ ...site }, Object.fromEntries(SHARDS.map((name) => [at(name), name])));
		await load();
		expect(asked).toEqual(['manifest.json']);
	});

	it('is fetched as far as needed: first shard to look, the rest to train', async () => {
		const { load, asked } = setUp({ ...site });
		expect(await load('first')).toMatchObject({ train: { ready: 1 } });
		await load('first');
		expect(asked).toEqual(['manifest.json', 'train-0']);
		const both = await Promise.all([load('all'), load('all')]);
		expect(both).toMatchObject([{ train: { ready: 3 } }, { train: { ready: 3 } }]);
		expect(asked).toEqual(['manifest.json', ...SHARDS]);
	});

	it('is no more than labels and one shard to look at', async () => {
		const shards = ['train-labels', 'train-0', 'train-1'];
		const files = Object.fromEntries(shards.map((file) => [file, file]));
		const { load, asked } = setUp({ 'manifest.json': JSON.stringify(shards), ...files });
		expect(await load('first')).toMatchObject({ train: { ready: 1 } });
		await load('first');
		expect(asked).toEqual(['manifest.json', 'train-labels', 'train-0']);
	});

	it('works without any cache', async () => {
		const { load } = setUp({ ...site }, null);
		expect(await load()).toMatchObject({ train: { ready: 3 } });
	});
});

describe('a shard with a wrong checksum', () => {
	it('from the cache is deleted and fetched again', async () => {
		const { load, asked, kept } = setUp({ ...site }, { [at('train-1')]: 'rotten!' });
		expect(await load()).toMatchObject({ train: { ready: 3 } });
		expect(asked).toEqual(['manifest.json', ...SHARDS]);
		expect(kept.get(at('train-1'))).toBe('train-1');
	});

	it("from the site is asked for once more, past the browser's own cache", async () => {
		const { load, asked, kept } = setUp({ ...site, 'train-1': ['rotten!', 'train-1'] });
		expect(await load()).toMatchObject({ train: { ready: 3 } });
		expect(asked).toEqual(['manifest.json', 'train-0', 'train-1', 'train-1 (reload)', 'test-0']);
		expect(kept.get(at('train-1'))).toBe('train-1');
	});

	it('twice is a failure, and the wrong bytes are not kept', async () => {
		const { load, asked, kept } = setUp({ ...site, 'train-1': 'rotten!' }, { [at('train-1')]: 'rotten!' });
		await expect(load()).rejects.toMatchObject(failing('pack_checksum', { file: 'train-1' }));
		expect(asked.filter((name) => name.startsWith('train-1'))).toHaveLength(2);
		expect(kept.has(at('train-1'))).toBe(false);
	});

	it('that is longer than the manifest says is not read to its end', async () => {
		const { load } = setUp({ ...site, 'train-1': 'x'.repeat(1 << 20) });
		await expect(load()).rejects.toMatchObject(failing('pack_checksum', { file: 'train-1' }));
	});

	it('leaves the pack usable: the next try goes on with it', async () => {
		const { load, asked } = setUp({ ...site, 'train-1': ['rotten!', 'rotten!', 'train-1'] });
		await expect(load()).rejects.toMatchObject(failing('pack_checksum'));
		asked.length = 0;
		expect(await load()).toMatchObject({ train: { ready: 3 } });
		expect(asked).toEqual(['train-1', 'test-0']);
	});
});

it('begins anew when a pack could not be closed', async () => {
	const { load, asked, engine } = setUp({ ...site });
	const broken = new FakeData('pack', SHARDS, 'x');
	broken.add = () => {
		throw { code: 'internal', args: { reason: 'the pack could not be closed' } };
	};
	const make = engine.Data.from_manifest;
	engine.Data.from_manifest = () => broken;
	await expect(load()).rejects.toMatchObject({ code: 'internal' });
	engine.Data.from_manifest = make;
	expect(await load()).toMatchObject({ train: { ready: 3 } });
	expect(asked).toEqual(['manifest.json', 'train-0', 'manifest.json', ...SHARDS]);
});

describe('a site', () => {
	it('without a pack has the built-in sample', async () => {
		expect(await setUp({}).load()).toMatchObject({ origin: 'sample' });
	});

	it('that answers everything with its start page has no pack either', async () => {
		expect(await setUp({ 'manifest.json': '<!doctype html>' }).load()).toMatchObject({ origin: 'sample' });
	});

	it('that stumbles is asked twice', async () => {
		const { load, asked } = setUp({ ...site, 'train-0': [503, 'train-0'], 'test-0': ['offline', 'test-0'] });
		expect(await load()).toMatchObject({ train: { ready: 3 } });
		expect(asked).toEqual(['manifest.json', 'train-0', 'train-0', 'train-1', 'test-0', 'test-0']);
	});

	it('that is gone is a failure, not the sample', async () => {
		await expect(setUp({ 'manifest.json': 'offline' }).load()).rejects.toMatchObject(
			failing('pack_unreachable', { file: 'manifest.json', status: '0' })
		);
		await expect(setUp({ ...site, 'train-0': 'offline' }).load()).rejects.toMatchObject(
			failing('pack_unreachable', { file: 'train-0', status: '0' })
		);
		await expect(setUp({ ...site, 'train-0': 404 }).load()).rejects.toMatchObject(
			failing('pack_unreachable', { file: 'train-0', status: '404' })
		);
	});

	it('that is gone is not missed where everything was kept', async () => {
		const first = setUp({ ...site });
		await first.load();
		const offline = { 'manifest.json': 'offline' as const };
		const second = setUp(offline, Object.fromEntries(first.kept));
		expect(await second.load()).toMatchObject({ origin: 'pack', train: { ready: 3 } });
	});
});

describe('dropped files', () => {
	const drop = (names: string[]) => names.map((name) => ({ name, bytes: new ArrayBuffer(2) }));

	it('take the place of what was there', async () => {
		const { datasets, load } = setUp({ ...site });
		await load('first');
		expect(await datasets.drop('mnist', drop(['a.gz']), () => {})).toMatchObject({ origin: 'official' });
		expect(await load('all')).toMatchObject({ origin: 'official' });
	});

	it('that are refused leave what was there', async () => {
		const { datasets, load } = setUp({ ...site });
		await load('first');
		await expect(datasets.drop('mnist', drop(['a.pdf']), () => {})).rejects.toMatchObject({
			code: 'foreign_file'
		});
		await expect(datasets.drop('mnist', [], () => {})).rejects.toMatchObject(failing('drop_empty'));
		// Of the reader's own: the sample in place of what was dropped.
		expect(await datasets.drop('own-text', [], () => {})).toMatchObject({ origin: 'official' });
		expect(datasets.get('mnist')).toMatchObject({ added: ['train-0'] } satisfies Partial<FakeData>);
		expect(await load('all')).toMatchObject({ origin: 'pack' });
	});
});

describe('an official file that the site itself holds', () => {
	const url = 'https://x/texts/alice.txt';
	const alice = (files: Record<string, Answer | Answer[]>, cached: Record<string, string> = {}) => {
		const { datasets, asked, kept } = setUp(files, cached);
		return { asked, kept, load: () => datasets.load('alice', 'all', 'https://x/', () => {}) };
	};

	it('is read as if it had been dropped, in place of the sample, and kept', async () => {
		const { load, kept, asked } = alice({ [url]: 'Alice was' });
		expect(await load()).toMatchObject({ origin: 'official' });
		expect(kept.get(url)).toBe('Alice was');
		expect(asked).toEqual(['https://x/packs/alice/manifest.json', url]);
	});
	it('needs no connection the second time', async () => {
		const { load } = alice(
			{ 'https://x/packs/alice/manifest.json': 404, [url]: 'offline' },
			{ [url]: 'Alice was' }
		);
		expect(await load()).toMatchObject({ origin: 'official' });
	});
	it('is missing: then the sample; no connection is told', async () => {
		expect(await alice({}).load()).toMatchObject({ origin: 'sample' });
		await expect(alice({ [url]: 'offline' }).load()).rejects.toMatchObject(
			failing('pack_unreachable', { file: 'texts/alice.txt' })
		);
	});
});
