// A run that changes its engine has it in its record, and the engines in the table measure the same.

import { launch, WEBGPU } from './chromium.ts';
import { Runs } from './runs.ts';
import { expect, SLOW, test } from './site.ts';

test.use({ launchOptions: launch(WEBGPU) });

/** Of the design's table: the GPU against the CPU. */
const TOLERANCE = 1e-3;

test('a run begun on the GPU and ended on the CPU stands in the table with both', async ({ page }) => {
	test.setTimeout(10 * 60_000);
	const card = new Runs(page, '13.3');
	await card.open(
		'#e=13.3&s.layers[1].units=16&s.data.train_rows=48&s.training.batch_size=8&s.training.epochs=2'
	);
	const adapter = await page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter()));
	expect(adapter, 'this browser has WebGPU').toBe(true);
	const choose = async (engine: 'CPU' | 'GPU') => {
		const button = page.locator('.engine').getByRole('button', { name: engine, exact: true });
		await button.click();
		await expect(button).toHaveAttribute('aria-pressed', 'true');
	};
	await choose('GPU');
	for (let step = 1; step <= 3; step += 1) {
		await card.control('Step').click();
		await card.reaches(step);
		await expect(card.control('Continue')).toBeEnabled({ timeout: SLOW });
	}
	expect((await card.cells('run 1'))['engine']).toBe('GPU');
	await choose('CPU');
	await card.control('Continue').click();
	await expect(card.progress).toContainText('finished', { timeout: SLOW });
	await card.root.getByRole('button', { name: 'Train again' }).click();
	await expect(card.rows).toHaveCount(2);
	await expect(card.progress).toContainText('finished', { timeout: SLOW });

	const detail = await card.details('run 1');
	await expect(detail.getByRole('listitem').filter({ hasText: 'GPU → CPU' })).toBeVisible();
	const [both, cpu] = await card.exported(card.files);
	expect(both?.notes).toMatchObject([
		{ type: 'single_steps', count: 3, update: 3 },
		{ type: 'device', from: 'gpu', to: 'cpu', update: 3 },
		{ type: 'resumed', update: 3 }
	]);
	expect(both?.rows).toHaveLength(2);
	const losses = (run: typeof cpu) => run?.rows.flatMap(({ train, test }) => [train.loss, test.loss]) ?? [];
	const [mixed, plain] = [losses(both), losses(cpu)];
	expect(plain).toHaveLength(4);
	const apart = plain.map((loss, index) => Math.abs(loss - (mixed[index] ?? NaN)) / loss);
	console.log(`a run of both engines, against the CPU: ${Math.max(...apart).toExponential(1)} apart`);
	for (const difference of apart) expect(difference).toBeLessThanOrEqual(TOLERANCE);
});
