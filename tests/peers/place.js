// Reading files where the bench runs: fetched in a browser, read from the disk in Node.

/**
 * @param {URL} url
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function bytes(url) {
	if (url.protocol === 'file:') {
		const { readFile } = await import('node:fs/promises');
		return new Uint8Array(await readFile(url));
	}
	const answer = await fetch(url);
	if (!answer.ok) throw new Error(`${url.pathname}: ${answer.status}`);
	return new Uint8Array(await answer.arrayBuffer());
}
