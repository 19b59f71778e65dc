// The CPU engine in the other browsers: chapter 13 trains, draws, and goes on after a reload.

import { expect, test } from '@playwright/test';
import type { RunEvent } from '../../web/src/lib/engine/wire';
import { digits } from '../browser/pen.ts';
import { data, terminal, written } from '../browser/terminal.ts';
import { Browser, type Name } from './browsers.ts';
import type { Element, Session } from './webdriver.ts';

const SLOW = 120_000;

/** The card of an experiment, and what a reader does with it. */
class Card {
	readonly #session: Session;
	readonly #root: string;

	constructor(session: Session, id: string) {
		this.#session = session;
		this.#root = `[id="e${id}"]`;
	}

	async press(name: string): Promise<void> {
		await expect.poll(() => this.#button(name), { timeout: SLOW, message: name }).not.toBeNull();
		const button = await this.#button(name);
		if (button) await this.#session.click(button);
	}
	#button(name: string): Promise<Element | null> {
		return this.#session.run(
			`const all = document.querySelectorAll(arguments[0] + ' button');
			return [...all].find((one) => one.textContent.trim() === arguments[1] && one.ariaDisabled !== 'true') ?? null`,
			this.#root,
			name
		);
	}
	text(css: string): Promise<string> {
		return this.#session.run(
			'return document.querySelector(arguments[0])?.textContent ?? ""',
			`${this.#root} ${css}`
		);
	}
	/** Steps of the run; 0 before the first one. */
	async step(): Promise<number> {
		const found = /epoch (\d+) of \d+ · step (\d+) of (\d+)/.exec(await this.text('.progress'));
		const [epoch = 1, step = 0, steps = 0] = (found?.slice(1) ?? []).map(Number);
		return (epoch - 1) * steps + step;
	}
	/** The loss of training, as the chart says it. */
	async loss(): Promise<number> {
		return Number(/train ([\d.]+)/.exec(await this.text('.charts'))?.[1] ?? NaN);
	}
}

/** The page is alive, and nothing on it has failed. */
async function alive(session: Session, settled = true): Promise<void> {
	// A page that was loaded without the site's own worker is loaded again once, when the worker is there. A reload that is
	// asked for by a driver passes the worker by in Firefox.
	const script = `return document.querySelector(".engine i.good") !== null && (!arguments[0] ||
		window.crossOriginIsolated === true && navigator.serviceWorker.controller !== null)`;
	const state = () => session.run(script, settled).catch(() => false);
	await expect.poll(state, { timeout: SLOW }).toBe(true);
	// What goes wrong from here on.
	await session.run(
		`window.wrong = [];
		window.addEventListener('error', (event) => window.wrong.push(event.message));
		window.addEventListener('unhandledrejection', (event) => window.wrong.push(String(event.reason)));
		document.addEventListener('securitypolicyviolation', (event) => window.wrong.push(event.violatedDirective + ' ' + event.blockedURI));`
	);
}
async function nothingWrong(session: Session): Promise<void> {
	const wrong = await session.run<string[]>('return window.wrong');
	// No fault: a browser says so when a size that follows from another one is drawn a frame later.
	expect(wrong.filter((text) => !text.startsWith('ResizeObserver loop'))).toEqual([]);
	expect(await session.run('return document.querySelector(".notice.failure")?.textContent ?? ""')).toBe('');
}

/** The first loss of 13.3 in the terminal. */
function firstLoss(): number {
	const text = written('13.3', ['epochs = 10', 'epochs = 1']);
	const [first] = terminal(text, '--data', data) as RunEvent[];
	if (first?.type !== 'step') throw new Error('the terminal has made no step');
	return first.loss;
}

for (const name of ['Firefox', 'WebKitGTK'] as Name[]) {
	test(`${name}: chapter 13 trains on the CPU engine, a digit is drawn, a reload loses nothing`, async ({}, info) => {
		const browser = await Browser.start(name);
		const { session } = browser;
		try {
			console.log(session.browser);
			const home = process.env['FIRESIDE_URL'] ?? 'http://localhost:8080/';
			await session.open(new URL('chapter/13/', home).href);
			await alive(session);
			expect(await session.run('return document.querySelector(".engine").textContent')).toContain('Your CPU');

			// The first update of a seed is the same in every browser, and in the terminal.
			const first = firstLoss();
			const card = new Card(session, '13.3');
			await card.press('Step');
			await expect.poll(() => card.step(), { timeout: SLOW }).toBe(1);
			await expect.poll(() => card.loss(), { timeout: SLOW }).toBeCloseTo(first, 3);
			await card.press('Continue');
			await expect.poll(() => card.step(), { timeout: SLOW }).toBeGreaterThan(20);
			await card.press('Pause');
			await expect.poll(() => card.text('.progress'), { timeout: SLOW }).toContain('paused');
			const step = await card.step();
			const loss = await card.loss();
			expect(loss).toBeLessThan(first);
			await nothingWrong(session);

			// It is isolated, so all threads that this machine has took part. (WebKitGTK has no memory to share.)
			await card.press('Inside');
			const threads = async () => Number(/threads\s*(\d+)/.exec(await card.text('.inside'))?.[1] ?? 0);
			const shares = await session.run<boolean>('return typeof SharedArrayBuffer === "function"');
			const cores = await session.run<number>('return navigator.hardwareConcurrency');
			expect(shares).toBe(name === 'Firefox');
			await expect.poll(threads, { timeout: SLOW }).toBe(shares ? Math.min(8, cores) : 1);
			console.log(`${await card.text('.inside dl')}`.replace(/\s+/g, ' '));
			// It takes 5 s where vector instructions of two encodings hinder each other (`engine/upper-halves.ts`), and 30 ms elsewhere.
			const computing = Number(/computing, a step\s*(\d+)/.exec(await card.text('.inside'))?.[1] ?? NaN);
			expect(computing).toBeLessThan(2_000);

			// The shipped model answers what is drawn.
			const sheet = await session.find('[role="application"][aria-label^="Drawing area"]');
			expect(await session.role(sheet)).toBe('application');
			await session.run('arguments[0].scrollIntoView({ block: "center" })', sheet);
			const size = await session.run<{ width: number; height: number }>(
				'const { width, height } = arguments[0].getBoundingClientRect(); return { width, height }',
				sheet
			);
			for (const stroke of digits['7']) {
				const places = stroke.map(([x, y]) => [(x - 0.5) * size.width, (y - 0.5) * size.height] as const);
				await session.stroke(sheet, places);
			}
			const says = () => session.run<string>('return document.querySelector(".say")?.textContent ?? ""');
			await expect.poll(says, { timeout: SLOW }).toMatch(/^\s*It says 7/);
			await nothingWrong(session);

			await session.reload();
			await alive(session, false);
			const offered = () => card.text('.notice.saved');
			await expect.poll(offered, { timeout: SLOW }).toContain('The run was kept on this device.');
			await card.press('Continue');
			await expect.poll(() => card.step(), { timeout: SLOW }).toBeGreaterThan(step);
			await card.press('Pause');
			await expect.poll(() => card.text('.progress'), { timeout: SLOW }).toContain('paused');
			expect(await card.loss()).toBeLessThan(first);
			await nothingWrong(session);
		} catch (error) {
			await info
				.attach('page', { body: await session.screenshot(), contentType: 'image/png' })
				.catch(() => undefined);
			throw error;
		} finally {
			await browser.end();
		}
	});
}
