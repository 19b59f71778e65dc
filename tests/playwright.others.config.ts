// The other browsers: Playwright's runner, their own drivers (`others/webdriver.ts`).

import { defineConfig } from '@playwright/test';

const minute = 60_000;

export default defineConfig({
	testDir: 'others',
	outputDir: '../target/other-browsers',
	reporter: [['list']],
	workers: 1,
	retries: 0,
	forbidOnly: true,
	timeout: 6 * minute,
	globalTimeout: 15 * minute,
	expect: { timeout: 30_000 }
});
