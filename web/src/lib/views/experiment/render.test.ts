// The prerendered HTML: what stands in it, and that the policy (no inline style) lets it through.

import { render } from 'svelte/server';
import { describe, expect, it } from 'vitest';
import ExperimentCard from './ExperimentCard.svelte';
import PredictTryCheck from './PredictTryCheck.svelte';
import { card, epochs, result, run, text, view } from './testdata';
import type { ExperimentView, Question } from './types';

const five = result([0.9889, 0.9896, 0.9899, 0.9904, 0.991]);
const html = (part: Partial<ExperimentView> = {}, lang: 'en' | 'zh' = 'en') =>
	render(ExperimentCard, { props: { experiment: view(part), result: five, lang } }).body;
const ask = (part: Partial<ExperimentView>, answer: { choice: number; measured: number | null } | null) =>
	render(PredictTryCheck, {
		props: {
			question: card.question as Question,
			experiment: view(part),
			answer,
			lang: 'en',
			onanswer: () => undefined
		}
	}).body;

const states: [string, Partial<ExperimentView>][] = [
	['idle', {}],
	['loading', { status: 'loading', loading: { what: 'data', loaded: 1, total: 4 } }],
	[
		'running',
		{ status: 'running', run: run(700), epochs: epochs([0.97, 0.98]), msPerStep: 13, secondsLeft: 30 }
	],
	['failed', { status: 'failed', failure: { code: 'gz_corrupt', args: { file: 'train.gz' } } }],
	['saved', { saved: run(920) }],
	['diverged', { status: 'diverged', run: run(5) }],
	[
		'edited',
		{
			text: `${text}#`,
			edited: true,
			checked: {
				ok: false,
				summary: null,
				problems: [
					{
						code: 'out_of_range',
						args: { value: '900', min: '1', max: '200' },
						place: 'training.epochs',
						line: 3,
						column: 1
					}
				]
			}
		}
	]
];

describe('the card', () => {
	it.each(states)('has no inline style and no missing word: %s', (_, part) => {
		for (const lang of ['en', 'zh'] as const) {
			const body = html(part, lang);
			expect(body).not.toMatch(/\sstyle=/);
			expect(body).not.toMatch(/undefined|NaN|\[object/);
			// A {place} that nobody filled.
			expect(body.replace(/<!--.*?-->/g, '')).not.toMatch(/\{\w+\}/);
		}
	});
	it('shows the network, the claim and the source’s curve before anything was trained', () => {
		const body = html();
		for (const shown of [
			'592,074 parameters',
			'Conv2D 5×5',
			'832',
			'589,952',
			'99.05',
			'not trained yet',
			'0.231'
		]) {
			expect(body).toContain(shown);
		}
		expect(body).not.toContain('on this device');
	});
	it('gives the time only when it was measured', () => {
		expect(html({ msPerStep: 13 })).toContain('about 40 s on this device');
		const earlier = render(ExperimentCard, {
			props: { experiment: view(), result: null, lang: 'en', seconds: 62 }
		}).body;
		expect(earlier).toContain('about 60 s on this device');
	});
	it('says what failed and what to do', () => {
		const body = html({ status: 'failed', failure: { code: 'gz_corrupt', args: { file: 'train.gz' } } });
		expect(body).toContain('train.gz is damaged. Fetch it again.');
		expect(body).toContain('role="alert"');
	});
	it('offers a run of an earlier visit, in both languages', () => {
		expect(html({ saved: run(920) })).toContain('You stopped in epoch 4 of 10.');
		expect(html({ saved: run(920) }, 'zh')).toContain('上次停在第 4 轮，共 10 轮');
		expect(html({ saved: run(3000) })).toContain('to the end');
	});
	it('shows a problem at its field and rests until it is mended', () => {
		const body = html(states[6]?.[1]);
		expect(body).toContain('900 is out of range. Choose a value from 1 to 200.');
		expect(body).toContain('aria-invalid="true"');
		expect(body).toMatch(/<button class="btn go main[^>]*disabled/);
	});
	it('offers what helps a run that went astray', () => {
		const edit = { path: 'training.optimizer.learning_rate', value: '0.0001' };
		const remedies = [{ what: 'rate' as const, edit, from: 0.001 }];
		const body = html({ status: 'diverged', run: run(5), remedies });
		expect(body).toContain('Learning rate 0.001 → 0.0001, and go on');
		expect(body).toContain('Go on unchanged');
		const began = html({ status: 'diverged', run: run(0), remedies });
		expect(began).toContain('Learning rate 0.001 → 0.0001, and begin again');
		expect(began).not.toContain('Go on unchanged');
	});
	it('has tabs that say what they are', () => {
		const body = html();
		expect(body.match(/role="tab"/g)).toHaveLength(5);
		expect(body.match(/aria-selected="true"/g)).toHaveLength(1);
		expect(body.match(/tabindex="-1"/g)).toHaveLength(4);
	});
});

describe('predict, try, check', () => {
	it('waits for a guess', () => {
		const body = ask({}, null);
		expect(body).toContain('below 95\u202f%');
		expect(body).toContain('95\u202f% to 97\u202f%');
		expect(body).toContain('Pick an answer first.');
		expect(body).not.toContain('Because.');
	});
	it('keeps the reason until it was measured', () => {
		expect(ask({}, { choice: 2, measured: null })).not.toContain('Because.');
		const wrong = ask({}, { choice: 2, measured: 0.962 });
		expect(wrong).toContain('Your own run measured 96.20\u202f%: 95\u202f% to 97\u202f%.');
		expect(wrong).toContain('You said 97\u202f% or more.');
		expect(wrong).toContain('Because.');
		expect(ask({}, { choice: 1, measured: 0.962 })).toContain('You had it.');
	});
});
