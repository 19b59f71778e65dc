// The other browsers, as Debian packages them, and their drivers. None may be missing.

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { Session } from './webdriver.ts';

const target = process.env['CARGO_TARGET_DIR'] ?? resolve(import.meta.dirname, '../../target');

export type Name = 'Firefox' | 'WebKitGTK';

/** The first that there is of `places`. */
function found(what: string, ...places: string[]): string {
	const place = places.find((one) => existsSync(one));
	if (!place) throw new Error(`${what} is missing: \`cargo xtask test other-browsers\` installs it`);
	return place;
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer().on('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
		});
	});
}

/** A browser that runs, and the programs behind it. */
export class Browser {
	readonly session: Session;
	readonly #programs: ChildProcess[];

	private constructor(session: Session, programs: ChildProcess[]) {
		this.session = session;
		this.#programs = programs;
	}

	static async start(name: Name): Promise<Browser> {
		const programs: ChildProcess[] = [];
		try {
			const session = await (name === 'Firefox' ? firefox(programs) : webkit(programs));
			return new Browser(session, programs);
		} catch (error) {
			programs.forEach((program) => program.kill());
			throw error;
		}
	}

	async end(): Promise<void> {
		await this.session.end().catch(() => undefined);
		this.#programs.reverse().forEach((program) => program.kill());
	}
}

async function firefox(programs: ChildProcess[]): Promise<Session> {
	const driver = found('geckodriver', join(target, 'geckodriver/bin/geckodriver'));
	const binary = found('Firefox', '/usr/bin/firefox-esr');
	const port = await freePort();
	programs.push(spawn(driver, ['--host', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' }));
	return ready(port, {
		browserName: 'firefox',
		'moz:firefoxOptions': {
			binary,
			args: ['-headless', '-width=1280', '-height=900'],
			// Asks nobody anything.
			prefs: {
				'app.update.disabledForTesting': true,
				'browser.region.network.url': '',
				'datareporting.policy.dataSubmissionEnabled': false,
				'intl.accept_languages': 'en-US',
				'network.connectivity-service.enabled': false,
				'services.settings.server': 'data:,'
			}
		}
	});
}

/** Debian has it below /usr/lib/x86_64-linux-gnu/webkit2gtk-4.1, or the like. */
function miniBrowsers(): string[] {
	const below = (folder: string) =>
		existsSync(folder) ? readdirSync(folder).map((name) => `${folder}/${name}`) : [];
	return ['/usr/lib', '/usr/libexec']
		.flatMap(below)
		.filter((folder) => folder.endsWith('-linux-gnu'))
		.flatMap(below)
		.filter((folder) => folder.includes('webkit2gtk-'))
		.map((folder) => `${folder}/MiniBrowser`);
}

async function webkit(programs: ChildProcess[]): Promise<Session> {
	const driver = found('WebKitWebDriver', '/usr/bin/WebKitWebDriver');
	const binary = found('MiniBrowser', ...miniBrowsers());
	const xvfb = found('Xvfb', '/usr/bin/Xvfb');
	// It has no mode without a screen. The server says which number is free.
	const server = spawn(xvfb, ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
		stdio: ['ignore', 'pipe', 'ignore']
	});
	programs.push(server);
	const display = await new Promise<string>((resolve, reject) => {
		server.stdout?.once('data', (text: Buffer) => resolve(`:${text.toString().trim()}`));
		server.once('exit', () => reject(new Error('Xvfb does not start')));
	});
	const port = await freePort();
	const environment = {
		...process.env,
		DISPLAY: display,
		GDK_BACKEND: 'x11',
		LANG: 'en_US.UTF-8',
		LC_ALL: 'en_US.UTF-8',
		LANGUAGE: 'en_US'
	};
	programs.push(spawn(driver, ['--host=127.0.0.1', `--port=${port}`], { stdio: 'ignore', env: environment }));
	return ready(port, { 'webkitgtk:browserOptions': { binary, args: ['--automation'] } });
}

/** Waits until the driver listens. */
async function ready(port: number, capabilities: object): Promise<Session> {
	const driver = `http://127.0.0.1:${port}`;
	for (let tries = 0; ; tries++) {
		const there = await fetch(`${driver}/status`).then(
			(response) => response.ok,
			() => false
		);
		if (there) return Session.start(driver, capabilities);
		if (tries === 100) throw new Error('the driver does not answer');
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}
