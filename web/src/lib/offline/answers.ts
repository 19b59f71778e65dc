// Answers of the worker that keeps the site: with the headers that shared memory asks for, whatever the host sends.

const TYPES: Record<string, string> = {
	html: 'text/html; charset=utf-8',
	js: 'text/javascript; charset=utf-8',
	css: 'text/css; charset=utf-8',
	json: 'application/json',
	wasm: 'application/wasm',
	woff2: 'font/woff2',
	svg: 'image/svg+xml',
	png: 'image/png'
};

const ISOLATION: Record<string, string> = {
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-embedder-policy': 'require-corp',
	'cross-origin-resource-policy': 'same-origin'
};

/** The same answer; the page that gets it is alone with its memory. */
export function isolated(response: Response): Response {
	// Redirects that the browser follows itself, and answers without a body, stay as they are.
	if (response.type === 'opaqueredirect' || response.type === 'error' || response.status < 200)
		return response;
	if ([204, 205, 304].includes(response.status)) return response;
	const headers = new Headers(response.headers);
	for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
	const { status, statusText } = response;
	return new Response(response.body, { status, statusText, headers });
}

/** A file of the site. Made of its bytes, not of a stream, which would keep the worker busy until the page has read it. */
export function fileAnswer(path: string, bytes: ArrayBuffer): Response {
	const type = TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
	const headers = { 'content-type': type, 'content-length': String(bytes.byteLength) };
	return new Response(bytes, { headers: { ...ISOLATION, ...headers, 'x-content-type-options': 'nosniff' } });
}

/** A page that was never opened, without a connection. The worker has no page of the site to say it with. */
export function noConnection(home: string): Response {
	const text = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="content-security-policy" content="default-src 'none'"><title>Fireside</title>
<h1>No connection</h1><p>This page has not been opened on this device yet, so it is not here. Go back to
<a href="${home}">the first page</a>, or try again with a connection.</p>
<h1 lang="zh-Hans">没有网络连接</h1><p lang="zh-Hans">这一页还没有在这台设备上打开过，所以现在看不到。请回到<a
href="${home}zh/">首页</a>，或联网后再试。</p>`;
	const headers = { 'content-type': 'text/html; charset=utf-8' };
	return isolated(new Response(text, { status: 503, headers }));
}
