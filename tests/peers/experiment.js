// What `check()` of our engine does not report of an experiment, read from its text: the peers need it, too.

/** @typedef {string | number | { [key: string]: Value }} Value */
/** @typedef {Record<string, Value>} Table */

/** @param {string} text @returns {Value} */
function value(text) {
	const inner = /^\{ (.*) \}$/.exec(text)?.[1];
	if (inner !== undefined) return Object.fromEntries(inner.split(', ').map(pair));
	const word = /^"([^"\\]*)"$/.exec(text)?.[1];
	if (word !== undefined) return word;
	if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
	throw new Error(`the bench cannot read the value ${text}`);
}

/** @param {string} line @returns {[string, Value]} */
function pair(line) {
	const [, key, text] = /^(\w+) = (.*)$/.exec(line) ?? [];
	if (key === undefined || text === undefined) throw new Error(`the bench cannot read the line ${line}`);
	return [key, value(text)];
}

/** The tables of that name: in the part of TOML that experiments of the bench use. @param {string} text @param {string} name */
function tables(text, name) {
	const blocks = text.split(/^(?=\[)/m);
	return blocks
		.filter((block) => block.startsWith(`${name}\n`))
		.map((block) => {
			const lines = block.split('\n').slice(1);
			return /** @type {Table} */ (
				Object.fromEntries(lines.filter((line) => line !== '' && !line.startsWith('#')).map(pair))
			);
		});
}

/** What this bench does the same in every engine. A key that is not here would be another network: an error. */
const KNOWN = {
	'[data]': ['name', 'data_format', 'scale', 'num_words', 'maxlen'],
	'[[layers]]': [
		...['type', 'units', 'filters', 'kernel_size', 'pool_size', 'padding', 'activation'],
		...['input_dim', 'output_dim', 'kernel_constraint'],
		// The initial weights are files, the same for all.
		'kernel_initializer'
	],
	'[training]': ['loss', 'optimizer', 'epochs', 'batch_size']
};

/**
 * The data, the layers and the training of an experiment as its text states them.
 * @param {string} text
 */
export function stated(text) {
	const all = /** @param {keyof typeof KNOWN} name */ (name) => {
		const found = tables(text, name);
		for (const key of found.flatMap((table) => Object.keys(table))) {
			if (!KNOWN[name].includes(key)) throw new Error(`the bench does not know ${key} in ${name}`);
		}
		return found;
	};
	const one = /** @param {keyof typeof KNOWN} name */ (name) => {
		const [table, ...more] = all(name);
		if (!table || more.length > 0) throw new Error(`the experiment needs ${name} once`);
		return table;
	};
	return { data: one('[data]'), layers: all('[[layers]]'), training: one('[training]') };
}

/**
 * The largest norm over the first axis that a kernel may have after an update.
 * @param {Value | undefined} constraint
 */
export function largestNorm(constraint) {
	if (constraint === undefined) return undefined;
	const { name, max_value, ...more } = /** @type {Table} */ (constraint);
	if (name !== 'max_norm' || typeof max_value !== 'number' || Object.keys(more).length > 0)
		throw new Error(`the bench knows no constraint ${JSON.stringify(constraint)}`);
	return max_value;
}

/**
 * How weights are changed. The learning rate is what our engine reports: it knows the defaults.
 * @param {Value | undefined} written
 * @param {number} learningRate
 * @returns {import('./types.ts').Optimizer}
 */
export function optimizer(written, learningRate) {
	const table = typeof written === 'object' ? written : { name: written ?? '' };
	const { name, learning_rate: _, ...more } = /** @type {Table} */ (table);
	const { momentum = 0, decay = 0, ...unknown } = /** @type {Record<string, number>} */ (more);
	if (Object.keys(unknown).length > 0 || (name !== 'adam' && name !== 'sgd') || (name === 'adam' && momentum))
		throw new Error(`the bench knows no optimizer ${JSON.stringify(written)}`);
	return { name, learningRate, momentum, decay };
}
