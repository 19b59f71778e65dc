// The specs' `test` on a host of their own, which can be changed and go away; `site` is where it has the site from.

import { Host } from './host.ts';
import { test as watched } from './site.ts';

export const test = watched.extend<{ host: Host; site: string }>({
	site: async ({}, use) => use(process.env['FIRESIDE_URL'] ?? 'http://localhost:8080/'),
	host: async ({ site }, use) => {
		const host = new Host(site);
		await host.on();
		await use(host);
		await host.off();
	},
	baseURL: async ({ host }, use) => use(host.url)
});
