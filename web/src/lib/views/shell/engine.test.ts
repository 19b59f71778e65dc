import { render } from 'svelte/server';
import { describe, expect, it } from 'vitest';
import { words } from '../../words';
import EngineBox from './EngineBox.svelte';
import { differenceWords, type Check, type EngineView } from './engine';

const layer = (name: string, kind: string, worst: number, ok = true) => ({
	name,
	kind,
	parts: [{ what: 'weights' as const, weight: 'kernel', difference: worst }],
	worst,
	ok
});
const check: Check = {
	layers: [layer('conv2d_1', 'Conv2D', 1.2e-5), layer('dense_1', 'Dense', 1e-6), layer('loss', 'loss', 0)],
	worst: 1.2e-5,
	ok: true
};
const view: EngineView = {
	engine: 'gpu',
	simd: true,
	threads: 1,
	wish: 'auto',
	gpu: true,
	adapter: 'Apple M2',
	software: false,
	reason: 'convolutional',
	args: {},
	network: '13.4',
	measured: { cpu: null, gpu: null },
	check: null,
	checking: null,
	problem: null
};
const html = (part: Partial<EngineView> = {}, lang: 'en' | 'zh' = 'en') =>
	render(EngineBox, {
		props: { lang, view: { ...view, ...part }, onwish: () => undefined, oncheck: () => undefined }
	}).body;

const args = { feature: 'x', name: 'x', found: '1', needed: '2', mflop: '6.0', cpu: '12', gpu: '3' };
const states: Partial<EngineView>[] = [
	...Object.keys(words('en').engine.why).map((reason) => ({ reason, args })),
	{ simd: null, reason: 'unknown', engine: 'cpu', adapter: null, gpu: false, network: null },
	{ simd: false, engine: 'cpu' },
	{ software: true, adapter: '' },
	{ measured: { cpu: 12, gpu: 3.4 } },
	{ checking: 'engine' },
	{ check },
	{ check: { ...check, ok: false, layers: [layer('conv2d_1', 'Conv2D', Infinity, false)] } },
	{ problem: 'No.' }
];

describe('the engine in the rail', () => {
	it.each(states)('has no inline style and no missing word: %j', (part) => {
		for (const lang of ['en', 'zh'] as const) {
			const body = html(part, lang);
			expect(body).not.toMatch(/\sstyle=|undefined|NaN|\[object/);
			// A {place} that nobody filled.
			expect(body.replace(/<!--.*?-->/g, '')).not.toMatch(/\{\w+\}/);
		}
	});

	it('has a sentence for every reason in both languages, with the same arguments', () => {
		const places = (message = '') => [...new Set(message.match(/\{\w+\}/g) ?? [])].sort();
		const [en, zh] = [words('en').engine.why, words('zh').engine.why];
		expect(Object.keys(zh)).toEqual(Object.keys(en));
		for (const [reason, sentence] of Object.entries(en)) {
			expect([reason, places(zh[reason])]).toEqual([reason, places(sentence)]);
		}
	});

	it('says what trains, on what, and why', () => {
		const body = html();
		for (const shown of ['Your GPU', 'Apple M2 · WebGPU', '13.4 is convolutional', 'Self-check']) {
			expect(body).toContain(shown);
		}
		expect(body.match(/aria-pressed="true"/g)).toHaveLength(1);
		expect(
			html({ engine: 'cpu', software: true, reason: 'fallback', adapter: 'Google swiftshader' })
		).toContain('Google swiftshader is a program, not a GPU');
		expect(html({ software: true, wish: 'gpu', reason: 'chosen_gpu' })).toContain('right, and slow');
	});

	it('says what was measured here, once', () => {
		expect(html({ measured: { cpu: 12.3, gpu: 3.42 } })).toContain(
			'12 ms a step on the CPU, 3.4 ms on the GPU'
		);
		expect(html({ measured: { cpu: null, gpu: 3 } })).toContain('3.0 ms a step on the GPU');
		const faster = {
			reason: 'faster_gpu',
			args: { cpu: '12', gpu: '3.4' },
			measured: { cpu: 12.3, gpu: 3.42 }
		};
		expect(html(faster).match(/ms a step/g)).toHaveLength(1);
		expect(html({ engine: 'cpu', reason: 'chosen_cpu' })).toContain('Apple M2 rests');
	});

	it('offers no GPU where there is none', () => {
		const body = html({ gpu: false, engine: 'cpu', reason: 'no_webgpu', adapter: null });
		expect(body.match(/<button[^>]*disabled/g)).toHaveLength(1);
		expect(body).not.toContain('Self-check');
	});

	it('says how well both agree, and layer by layer', () => {
		const body = html({ check });
		expect(body).toContain('agrees with CPU to 2e-5: Conv2D, Dense');
		expect(body).toContain('conv2d_1');
		expect(body).toContain('gradient of its kernel');
		expect(html({ check }, 'zh')).toContain('相差不超过 2e-5：Conv2D、Dense');
	});

	it('says it red and in words when they do not', () => {
		const bad = { ...check, ok: false, layers: [layer('conv2d_1', 'Conv2D', 0.2, false), ...check.layers] };
		const body = html({ check: bad });
		expect(body).toContain('Differs from the CPU: Conv2D.');
		expect(body).toContain('differs');
		expect(body).toMatch(/<i [^>]*class="[^"]*bad/);
	});

	it('writes differences rounded up', () => {
		expect([0, 1e-5, 1.01e-5, 9.6e-6, 0.00042, 2].map((value) => differenceWords(value, 'en'))).toEqual([
			'0',
			'1e-5',
			'2e-5',
			'1e-5',
			'5e-4',
			'2e+0'
		]);
		expect(differenceWords(Infinity, 'en')).toBe('not comparable');
	});
});
