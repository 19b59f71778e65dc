// Browser specs on the built site: `FIRESIDE_URL` is its home page (served by `cargo xtask test`).

import { defineConfig } from '@playwright/test';
import { launch } from './browser/chromium.ts';

const minute = 60_000;

export default defineConfig({
	testDir: 'browser',
	outputDir: '../target/browser-specs',
	reporter: [['list']],
	// One at a time: the specs measure, and every training run fills a core.
	workers: 1,
	fullyParallel: false,
	retries: 0,
	forbidOnly: true,
	// Bounds for a slow or busy machine; on an idle one everything together takes a few minutes.
	timeout: 5 * minute,
	globalTimeout: 45 * minute,
	expect: { timeout: 30_000 },
	use: {
		baseURL: process.env['FIRESIDE_URL'] ?? 'http://localhost:8080/',
		locale: 'en-US',
		// A worker between page and host would hide requests from the specs that watch or change them. Those about
		// the site without a connection let it in.
		serviceWorkers: 'block',
		colorScheme: 'light',
		viewport: { width: 1280, height: 800 },
		actionTimeout: 30_000,
		navigationTimeout: 60_000,
		screenshot: 'only-on-failure',
		browserName: 'chromium',
		launchOptions: launch()
	}
});
