import { expect, it } from 'vitest';
import { choose, SMALL_STEP, type Known, type Reason } from './choice';
import type { Probe } from './probe';
import type { SummaryLayer } from './wire';

const adapter = { vendor: 'x', architecture: '', device: '', description: '', fallback: false };
const found: Probe = { ok: true, adapter };
const software: Probe = { ok: true, adapter: { ...adapter, fallback: true } };
const none: Probe = { ok: false, reason: 'no_webgpu', args: {}, adapter: null };
const lacks: Probe = { ok: false, reason: 'missing', args: { feature: 'timestamp-query' }, adapter };

const network = (types: string[], mflop = 400): Known['network'] => ({
	layers: types.map((type) => ({ type }) as SummaryLayer),
	flops: (mflop * 1e6) / 64,
	batch_size: 64
});
const known: Known = {
	wish: 'auto',
	probe: found,
	failed: false,
	network: network(['Conv2D', 'Flatten', 'Dense']),
	measured: { cpu: null, gpu: null }
};

const cases: [string, Partial<Known>, 'cpu' | 'gpu', Reason][] = [
	['convolutions', {}, 'gpu', 'convolutional'],
	['recurrent layers', { network: network(['LSTM', 'Dense']) }, 'gpu', 'recurrent'],
	['language', { network: network(['Embedding', 'Flatten', 'Dense']) }, 'gpu', 'language'],
	['dense layers only', { network: network(['Dense', 'Dropout', 'Dense']) }, 'cpu', 'dense'],
	['a small step', { network: network(['Conv2D', 'Dense'], 6) }, 'cpu', 'small'],
	['no network on the page', { network: null }, 'gpu', 'no_network'],
	['no answer yet', { probe: null }, 'cpu', 'unknown'],
	['no WebGPU', { probe: none }, 'cpu', 'no_webgpu'],
	['a GPU that lacks something', { probe: lacks }, 'cpu', 'missing'],
	['software', { probe: software }, 'cpu', 'fallback'],
	['a GPU that failed', { failed: true }, 'cpu', 'failed'],
	['a measured GPU', { measured: { cpu: null, gpu: 90 } }, 'gpu', 'convolutional'],
	['a slower GPU', { measured: { cpu: 12, gpu: 90 } }, 'cpu', 'faster_cpu'],
	[
		'a faster GPU, whatever the rule says',
		{ measured: { cpu: 12, gpu: 3 }, network: network(['Dense']) },
		'gpu',
		'faster_gpu'
	],
	['the reader’s CPU', { wish: 'cpu' }, 'cpu', 'chosen_cpu'],
	['the reader’s GPU', { wish: 'gpu', network: network(['Dense'], 1) }, 'gpu', 'chosen_gpu'],
	['the reader’s software GPU', { wish: 'gpu', probe: software }, 'gpu', 'chosen_gpu'],
	['the reader’s GPU that is not there', { wish: 'gpu', probe: none }, 'cpu', 'no_webgpu'],
	['the reader’s GPU that failed', { wish: 'gpu', failed: true }, 'cpu', 'failed']
];

it.each(cases)('%s', (_name, part, engine, reason) => {
	expect(choose({ ...known, ...part })).toMatchObject({ engine, reason });
});

it('gives its reasons figures', () => {
	expect(choose({ ...known, probe: lacks }).args).toEqual({ feature: 'timestamp-query' });
	expect(choose({ ...known, measured: { cpu: 12.4, gpu: 3.21 } }).args).toEqual({ cpu: '12', gpu: '3.2' });
	expect(choose({ ...known, network: network(['Conv2D'], 6) }).args).toEqual({ mflop: '6.0' });
	expect(choose({ ...known, network: network(['Conv2D'], SMALL_STEP / 1e6) }).engine).toBe('gpu');
});
