// How long the page's main thread is busy in one piece.

import { cpus, loadavg } from 'node:os';
import type { Browser, Page } from '@playwright/test';

/** In ms. `wall` and `cpu`: of the longest task, by the clock and by the time that the thread really ran. */
export type Busy = { longTasks: number[]; wall: number; cpu: number };

type TraceEvent = {
	ph: string;
	name: string;
	pid: number;
	tid: number;
	dur?: number;
	tdur?: number;
	args?: { name?: string };
};

/** Watches for `ms`: the browser's own reports of tasks from 50 ms on, and a trace for the figures below that. */
export async function mainThread(browser: Browser, page: Page, ms: number): Promise<Busy> {
	await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
	const longTasks = await page.evaluate(
		(ms) =>
			new Promise<number[]>((resolve) => {
				const tasks: number[] = [];
				const observer = new PerformanceObserver((list) =>
					tasks.push(...list.getEntries().map((entry) => entry.duration))
				);
				observer.observe({ type: 'longtask' });
				setTimeout(() => {
					tasks.push(...observer.takeRecords().map((entry) => entry.duration));
					observer.disconnect();
					resolve(tasks);
				}, ms);
			}),
		ms
	);
	const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
	const main = new Set(
		trace.traceEvents
			.filter((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain')
			.map((event) => `${event.pid} ${event.tid}`)
	);
	const tasks = trace.traceEvents.filter(
		({ ph, name, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && main.has(`${pid} ${tid}`)
	);
	if (tasks.length === 0) throw new Error('the trace has no task of the main thread');
	const longest = (of: (task: TraceEvent) => number | undefined) =>
		Math.max(...tasks.map((task) => (of(task) ?? 0) / 1000));
	return { longTasks, wall: longest((task) => task.dur), cpu: longest((task) => task.tdur) };
}

/** More wants to run than there are cores: a task's clock time says little about the page. */
export function crowded(): boolean {
	return (loadavg()[0] ?? 0) > cpus().length + 1;
}
