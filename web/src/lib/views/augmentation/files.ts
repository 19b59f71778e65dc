// The pictures as files: PNGs, named as Keras's `save_to_dir` names its own, and what they were made with.

import { bytesOf, mappingOf, reach, type Picture } from './pixels';
import { png, type Deflate } from './png';
import { PLAIN, standardises, type Settings, type Source } from './settings';

/**
 * `prefix_index_hash.png`. Keras's last number is drawn anew each time; this one tells settings and chance: the same
 * picture has the same name.
 */
export function nameOf(prefix: string, index: number, told: string): string {
	let hash = 2166136261;
	for (let at = 0; at < told.length; at++) hash = Math.imul(hash ^ told.charCodeAt(at), 16777619);
	return `${prefix}_${index}_${String((hash >>> 0) % 10_000).padStart(4, '0')}.png`;
}

export type Wish = {
	prefix: string;
	settings: Settings;
	source: Source;
	/** The experiment's text. */
	text: string;
};

export function filesOf(pictures: Picture[], wish: Wish, deflate: Deflate): Record<string, Uint8Array> {
	const { prefix, settings, source, text } = wish;
	const standardised = standardises(settings);
	const files: Record<string, Uint8Array> = {};
	const about = pictures.map((picture, index) => {
		const { row, label, epoch, width, height } = picture;
		const channels = picture.channels === 3 ? 3 : 1;
		const shown = mappingOf(picture, standardised);
		const told = JSON.stringify([settings, source.dataset, source.seed, source.learn, epoch, row]);
		const file = nameOf(prefix, index, told);
		files[file] = png({ width, height, channels, bytes: bytesOf(picture, shown) }, deflate);
		const [least, most] = reach(picture);
		return { file, row, label, epoch, least, most, shown };
	});
	const names = Object.keys(PLAIN) as (keyof Settings)[];
	const set = names.filter((name) => settings[name] !== PLAIN[name]).map((name) => [name, settings[name]]);
	const { dataset, seed, learn } = source;
	const json = { dataset, seed, train_rows: learn, settings: Object.fromEntries(set), pictures: about, text };
	files[`${prefix}.json`] = new TextEncoder().encode(`${JSON.stringify(json, null, '\t')}\n`);
	return files;
}
