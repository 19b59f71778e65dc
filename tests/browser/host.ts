// A host for the built site as simple as hosts get: below any path, without special headers, which can be switched off,
// be slow, send broken answers, or have another version from one moment to the next.

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';

/** What is done to the answers for paths that match. */
export type Twist = { match: RegExp; how: 'missing' | 'changed' | 'cut' | 'slow' };

export class Host {
	readonly #site: string;
	readonly path: string;
	readonly #sockets = new Set<Socket>();
	#server: Server | null = null;
	#port = 0;
	/** A folder with another version of the site; packs stay where they are. */
	#next: string | null = null;
	twists: Twist[] = [];
	/** Sent with every answer. */
	headers: Record<string, string> = {};
	/** Paths below the site that were asked for, in their order. */
	readonly asked: string[] = [];

	/** `site`: where the built site is served. */
	constructor(site: string, path = '/books/fireside/') {
		this.#site = site;
		this.path = path;
	}

	get url(): string {
		return `http://localhost:${this.#port}${this.path}`;
	}

	/** The first time at any free port, later at the same one. */
	on(): Promise<void> {
		const server = createServer((request, response) => {
			this.#answer(request, response).catch(() => response.destroy());
		});
		server.on('connection', (socket) => {
			this.#sockets.add(socket);
			socket.on('close', () => this.#sockets.delete(socket));
		});
		this.#server = server;
		return new Promise((resolve, reject) => {
			server.once('error', reject);
			server.listen(this.#port, 'localhost', () => {
				this.#port = (server.address() as AddressInfo).port;
				resolve();
			});
		});
	}

	/** Nobody is there any more: not a browser that is told to be offline, but no host. */
	off(): Promise<void> {
		const server = this.#server;
		this.#server = null;
		return new Promise((resolve) => {
			if (!server) return resolve();
			server.close(() => resolve());
			for (const socket of this.#sockets) socket.destroy();
		});
	}

	/** From now on the host has the site of this folder. */
	publish(folder: string): void {
		this.#next = folder;
	}

	async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { pathname } = new URL(request.url ?? '/', this.url);
		if (pathname === '/frame.html') {
			response.writeHead(200, { 'content-type': 'text/html' });
			response.end(`<iframe src="${this.path}chapter/13/" width="1200" height="700"></iframe>`);
			return;
		}
		if (!pathname.startsWith(this.path)) {
			response.writeHead(404).end();
			return;
		}
		const path = pathname.slice(this.path.length);
		this.asked.push(path);
		const twist = this.twists.find(({ match }) => match.test(path))?.how;
		const { status, headers, body } = await this.#read(path);
		if (twist === 'missing') {
			response.writeHead(404).end();
			return;
		}
		if (twist === 'changed') body.writeUInt8(body.readUInt8(body.length >> 1) ^ 1, body.length >> 1);
		response.writeHead(status, { ...headers, ...this.headers, 'content-length': body.length });
		if (twist === 'cut') {
			response.write(body.subarray(0, body.length >> 1));
			setTimeout(() => response.destroy(), 50);
			return;
		}
		if (twist === 'slow') {
			for (let at = 0; at < body.length; at += 1 << 16) {
				if (!response.write(body.subarray(at, at + (1 << 16))) && response.destroyed) return;
				await new Promise((resolve) => setTimeout(resolve, 60));
			}
			response.end();
			return;
		}
		response.end(body);
	}

	async #read(path: string): Promise<{ status: number; headers: Record<string, string>; body: Buffer }> {
		if (this.#next && !path.startsWith('packs/')) {
			const name = path === '' || path.endsWith('/') ? `${path}index.html` : path;
			const ending = name.slice(name.lastIndexOf('.') + 1);
			const types: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };
			const headers = { 'content-type': types[ending] ?? 'application/octet-stream' };
			try {
				return { status: 200, headers, body: readFileSync(join(this.#next, name)) };
			} catch {
				return { status: 404, headers, body: Buffer.from('404') };
			}
		}
		const answer = await fetch(this.#site + path, { redirect: 'manual' });
		const headers: Record<string, string> = {};
		const [type, place] = [answer.headers.get('content-type'), answer.headers.get('location')];
		if (type) headers['content-type'] = type;
		// A redirect of the host is one below this path.
		if (place) headers['location'] = place.replace(new URL(this.#site).pathname, this.path);
		return { status: answer.status, headers, body: Buffer.from(await answer.arrayBuffer()) };
	}
}
