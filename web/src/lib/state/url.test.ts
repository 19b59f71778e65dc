import { describe, expect, it } from 'vitest';
import { decodeLink, encodeLink, type Link } from './url';

const known = ['13.4', '002-LENET'];
const sets: Link = {
	id: '13.4',
	sets: [
		['training.epochs', '5'],
		['layers[2].rate', '0.25'],
		['title', 'a&b=c #+%']
	],
	text: null
};

async function packed(text: string | Uint8Array<ArrayBuffer>): Promise<string> {
	const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
	return Buffer.from(await new Response(stream).arrayBuffer()).toString('base64url');
}

describe('the address of an experiment', () => {
	it('carries changed settings', async () => {
		const hash = await encodeLink(sets);
		expect(hash).toMatch(/^#e=13\.4&s\.training\.epochs=5&/);
		expect(await decodeLink(hash, known)).toEqual({ link: sets, note: null });
	});

	it('carries a rewritten text, in any script, compressed', async () => {
		const text = `id = "13.4"\n# 中文 and 🔥\n${'[[layers]]\ntype = "Dense"\n'.repeat(100)}`;
		const link: Link = { id: '002-LENET', sets: [], text };
		const hash = await encodeLink(link);
		expect(hash.length).toBeLessThan(300);
		expect(hash).toMatch(/^#e=002-LENET&t=[\w-]+$/);
		expect(await decodeLink(hash, known)).toEqual({ link, note: null });
	});

	it('carries what is shown, also of a card as printed', async () => {
		const link: Link = {
			id: '13.4',
			sets: [['seed', '9']],
			text: null,
			tab: 'inside',
			hide: ['settings', 'text'],
			go: true
		};
		const hash = await encodeLink(link);
		expect(hash).toBe('#e=13.4&s.seed=9&tab=inside&hide=settings%2Ctext&go=1');
		expect(await decodeLink(hash, known)).toEqual({ link, note: null });
		const printed = { id: '13.4', sets: [], text: null };
		expect(await encodeLink({ ...printed, tab: 'text' })).toBe('#e=13.4&tab=text');
		expect(await encodeLink(printed, true)).toBe('#e=13.4');
		expect(await decodeLink('#e=13.4', known)).toEqual({ link: printed, note: null });
	});

	it.each(['tab=<img>', 'tab=', 'hide=all', 'hide=', 'go=yes', 'go=true', `tab=${'x'.repeat(99)}`])(
		'takes no notice of %s',
		async (part) => {
			const link = { id: '13.4', sets: [['seed', '9']], text: null };
			expect(await decodeLink(`#e=13.4&s.seed=9&${part}`, known)).toEqual({ link, note: null });
		}
	);

	it('is empty where nothing was changed, or too much', async () => {
		expect(await encodeLink({ id: '13.4', sets: [], text: null })).toBe('');
		expect(await encodeLink({ id: '13.4', sets: [], text: 'x'.repeat(70_000) })).toBe('');
		let noise = '';
		for (let i = 0, x = 1; i < 40_000; i++, x = (x * 48_271) % 2_147_483_647)
			noise += String.fromCharCode(33 + (x % 90));
		expect(await encodeLink({ id: '13.4', sets: [], text: noise })).toBe('');
	});

	it('leaves anchors and no hash alone', async () => {
		for (const hash of ['', '#', '#e134', '#look-before', '#t=abc']) {
			expect(await decodeLink(hash, known)).toEqual({ link: null, note: null });
		}
	});
});

describe('a hostile address', () => {
	const damaged: [string, string][] = [
		['an unknown key', '#e=13.4&x=1'],
		['a prototype', '#e=13.4&s.=1'],
		['a path with a space', '#e=13.4&s.a%20b=1'],
		['markup in a path', '#e=13.4&s.%3Cscript%3E=1'],
		['a value of two lines', '#e=13.4&s.epochs=1%0Aid%3D2'],
		['an endless value', `#e=13.4&s.epochs=${'9'.repeat(300)}`],
		['too many settings', `#e=13.4${'&s.a=1'.repeat(65)}`],
		['no base64', '#e=13.4&t=%00%01'],
		['no deflate', '#e=13.4&t=AAAAAAAA'],
		['half a stream', '#e=13.4&t=S0w']
	];
	it.each(damaged)('with %s is ignored with a note', async (_name, hash) => {
		expect(await decodeLink(hash, known)).toEqual({ link: null, note: { code: 'link_damaged', args: {} } });
	});

	it('with text that is no UTF-8 is ignored', async () => {
		const hash = `#e=13.4&t=${await packed(new Uint8Array([0xff, 0xfe, 0x80]))}`;
		expect((await decodeLink(hash, known)).note?.code).toBe('link_damaged');
	});

	it('that unpacks to far more than a text is not unpacked to its end', async () => {
		const hash = `#e=13.4&t=${await packed('x'.repeat(5_000_000))}`;
		expect(hash.length).toBeLessThan(16_384);
		expect((await decodeLink(hash, known)).note?.code).toBe('link_too_large');
	});

	it('that is itself too long is not looked at', async () => {
		expect((await decodeLink(`#e=13.4&t=${'A'.repeat(20_000)}`, known)).note?.code).toBe('link_too_large');
	});

	it('for an experiment that is not there says which, as plain text', async () => {
		const { link, note } = await decodeLink('#e=%3Cb%3E99.9&s.a=1', known);
		expect(link).toBeNull();
		expect(note).toEqual({ code: 'link_unknown_experiment', args: { id: 'b99.9' } });
	});
});
