// Serves the work folder to Chromium, isolated as threads in wasm need it, and keeps account of what was asked for.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';

const TYPES = new Map([
	['.html', 'text/html; charset=utf-8'],
	['.js', 'text/javascript'],
	['.json', 'application/json'],
	['.wasm', 'application/wasm']
]);

/**
 * @param {string} folder
 * @returns {Promise<{ url: string, asked: () => string[], forget: () => void, close: () => void }>}
 */
export function serve(folder) {
	/** @type {Set<string>} */
	const asked = new Set();
	const server = createServer(async (request, response) => {
		const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
		const file = path === '/' ? '/index.html' : path;
		try {
			const content = await readFile(join(folder, file));
			asked.add(file);
			response.writeHead(200, {
				'Content-Type': TYPES.get(extname(file)) ?? 'application/octet-stream',
				'Cache-Control': 'no-store',
				'Cross-Origin-Opener-Policy': 'same-origin',
				'Cross-Origin-Embedder-Policy': 'require-corp'
			});
			response.end(content);
		} catch {
			response.writeHead(404).end();
		}
	});
	return new Promise((resolve) => {
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			const port = typeof address === 'object' && address ? address.port : 0;
			resolve({
				url: `http://localhost:${port}/`,
				asked: () => [...asked],
				forget: () => asked.clear(),
				close: () => {
					server.closeAllConnections();
					server.close();
				}
			});
		});
	});
}
