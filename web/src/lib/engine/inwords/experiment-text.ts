// What this side must know of an experiment's text: dialect, seed, and the fields of its layers. The engine has checked
// the text before: this reads tables, keys and plain values, and leaves what it does not need.

export type Value = string | number | boolean | Value[] | { [key: string]: Value };
export type Fields = { [key: string]: Value };
export type ExperimentText = { dialect: 'keras2' | 'keras3'; seed: number; data: Fields; layers: Fields[] };

class Reader {
	at = 0;
	constructor(readonly text: string) {}

	/** Blanks, comments and, inside brackets, ends of lines. */
	skip(lines: boolean): void {
		for (;;) {
			const sign = this.text[this.at];
			if (sign === '#') while (this.at < this.text.length && this.text[this.at] !== '\n') this.at += 1;
			else if (sign === ' ' || sign === '\t' || sign === '\r' || (lines && sign === '\n')) this.at += 1;
			else return;
		}
	}

	take(sign: string): boolean {
		if (!this.text.startsWith(sign, this.at)) return false;
		this.at += sign.length;
		return true;
	}

	key(): string | null {
		this.skip(false);
		const quoted = this.string();
		if (quoted !== null) return quoted;
		const name = /^[\w.-]+/.exec(this.text.slice(this.at, this.at + 200))?.[0] ?? null;
		this.at += name?.length ?? 0;
		return name;
	}

	string(): string | null {
		for (const mark of ['"""', "'''", '"', "'"]) {
			if (!this.text.startsWith(mark, this.at)) continue;
			let end = this.at + mark.length;
			while (end < this.text.length && !this.text.startsWith(mark, end)) {
				end += mark[0] === '"' && this.text[end] === '\\' ? 2 : 1;
			}
			const inner = this.text.slice(this.at + mark.length, end);
			this.at = Math.min(this.text.length, end + mark.length);
			return inner;
		}
		return null;
	}

	value(): Value {
		const text = this.string();
		if (text !== null) return text;
		if (this.take('[')) {
			const list: Value[] = [];
			for (;;) {
				this.skip(true);
				if (this.take(']') || this.at >= this.text.length) return list;
				list.push(this.value());
				this.skip(true);
				this.take(',');
			}
		}
		if (this.take('{')) {
			const table: Fields = {};
			for (;;) {
				this.skip(true);
				if (this.take('}') || this.at >= this.text.length) return table;
				this.pair(table);
				this.skip(true);
				this.take(',');
			}
		}
		const word = /^[^\s,\]}#]+/.exec(this.text.slice(this.at, this.at + 100))?.[0] ?? '';
		this.at += Math.max(1, word.length);
		if (word === 'true' || word === 'false') return word === 'true';
		const number = Number(word.replaceAll('_', ''));
		return word !== '' && !Number.isNaN(number) ? number : word;
	}

	pair(table: Fields): void {
		const key = this.key();
		this.skip(false);
		if (key === null || !this.take('=')) this.at += 1;
		else {
			this.skip(false);
			table[key] = this.value();
		}
	}
}

export function readText(text: string): ExperimentText {
	const top: Fields = {};
	const data: Fields = {};
	const layers: Fields[] = [];
	let table: Fields = top;
	const reader = new Reader(text);
	for (;;) {
		reader.skip(true);
		if (reader.at >= text.length) break;
		const heading = /^(\[\[?)\s*([\w.-]+)\s*\]\]?/.exec(text.slice(reader.at, reader.at + 200));
		if (heading) {
			reader.at += heading[0].length;
			const [, , name = ''] = heading;
			if (name === 'data') table = data;
			else if (name === 'layers') layers.push((table = {}));
			// `[layers.layer]` is a table of the last layer.
			else if (name.startsWith('layers.')) (layers.at(-1) ?? {})[name.slice('layers.'.length)] = table = {};
			else table = {};
		} else reader.pair(table);
	}
	return {
		dialect: top['dialect'] === 'keras3' ? 'keras3' : 'keras2',
		seed: typeof top['seed'] === 'number' ? top['seed'] >>> 0 : 0,
		data,
		layers
	};
}
