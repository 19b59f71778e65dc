import { expect, it } from 'vitest';
import { counted } from './load';

it('counts what comes, and knows the total only of an uncompressed body', async () => {
	const body = new Uint8Array(100_000).fill(7);
	for (const [headers, total] of [
		[{ 'content-length': '100000' }, 100_000],
		[{ 'content-length': '400', 'content-encoding': 'gzip' }, 0],
		[{}, 0]
	] as const) {
		const seen: [number, number][] = [];
		const response = counted(new Response(body, { headers }), (...progress) => seen.push(progress));
		expect(new Uint8Array(await response.arrayBuffer())).toEqual(body);
		expect(seen.at(-1)).toEqual([100_000, total]);
		expect(response.headers.get('content-type')).toBe('application/wasm');
	}
});
