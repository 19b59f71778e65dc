// How the browser is started: Chromium, quiet, and where it is asked for with WebGPU.

const minute = 60_000;

const QUIET = [
	'--no-sandbox',
	'--disable-background-networking',
	'--disable-quic',
	'--no-first-run',
	'--disable-component-update',
	'--disable-sync'
];

/** WebGPU on a machine without a card: Chromium's own processor that plays one. */
export const WEBGPU = ['--enable-unsafe-webgpu', '--ignore-gpu-blocklist', '--enable-unsafe-swiftshader'];

export const launch = (more: string[] = []) => ({
	executablePath: process.env['CHROMIUM'] || '/usr/bin/chromium',
	timeout: 2 * minute,
	args: [...QUIET, ...more]
});
