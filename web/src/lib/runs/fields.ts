// Reading data of unknown origin field by field: what is wrong, and where (`runs[2].rows[14].test.loss`). Nothing is
// taken over but what was asked for.

/** Codes with their arguments; the words are in `words/*\/runs.ts`. */
export type Wrong =
	| { code: 'missing'; args: Record<string, never> }
	| { code: 'wrong_type'; args: { expected: Kind; found: Kind } }
	| { code: 'out_of_range'; args: { found: string; min: string; max: string } }
	| { code: 'too_long'; args: { found: string; limit: string } }
	| { code: 'not_allowed'; args: { found: string; allowed: string } }
	| { code: 'not_rising'; args: { found: string; before: string } }
	| { code: 'other_length'; args: { found: string; expected: string } }
	| { code: 'other_experiment'; args: { found: string; expected: string } }
	/** Sound, but there are as many already as are kept. */
	| { code: 'no_room'; args: { limit: string } };
export type Kind = 'object' | 'list' | 'text' | 'number' | 'whole number' | 'yes or no' | 'nothing';
export type Problem = Wrong & { place: string };

export class Unreadable extends Error {
	readonly problem: Problem;
	constructor(place: string, wrong: Wrong) {
		super(`${place}: ${wrong.code}`);
		this.problem = { ...wrong, place };
	}
}

function kind(value: unknown): Kind {
	if (value === null) return 'nothing';
	if (Array.isArray(value)) return 'list';
	if (typeof value === 'object') return 'object';
	if (typeof value === 'string') return 'text';
	if (typeof value === 'boolean') return 'yes or no';
	return 'number';
}

/** As much of it as fits into a sentence. */
function shown(value: unknown): string {
	const text = String(value).replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
	return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** A value and where it stands. */
export class Field {
	readonly value: unknown;
	readonly place: string;

	constructor(value: unknown, place: string) {
		this.value = value;
		this.place = place;
	}

	fail(wrong: Wrong): never {
		throw new Unreadable(this.place, wrong);
	}

	#expect(expected: Kind): never {
		if (this.value === undefined) this.fail({ code: 'missing', args: {} });
		this.fail({ code: 'wrong_type', args: { expected, found: kind(this.value) } });
	}

	get(name: string): Field {
		const { value } = this;
		if (typeof value !== 'object' || value === null || Array.isArray(value)) this.#expect('object');
		const own = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
		return new Field(own, this.place ? `${this.place}.${name}` : name);
	}

	list<T>(limit: number, read: (item: Field) => T): T[] {
		const { value } = this;
		if (!Array.isArray(value)) this.#expect('list');
		if (value.length > limit)
			this.fail({ code: 'too_long', args: { found: String(value.length), limit: String(limit) } });
		return Array.from(value, (item: unknown, index) => read(new Field(item, `${this.place}[${index}]`)));
	}

	/** Null where it is not there, or is nothing. */
	optional<T>(read: (field: Field) => T): T | null {
		return this.value === undefined || this.value === null ? null : read(this);
	}

	text(limit: number): string {
		const { value } = this;
		if (typeof value !== 'string') this.#expect('text');
		if (value.length > limit)
			this.fail({ code: 'too_long', args: { found: String(value.length), limit: String(limit) } });
		return value;
	}

	/** A text of a certain form. */
	match(form: RegExp, limit: number, allowed: string): string {
		const text = this.text(limit);
		if (!form.test(text)) this.fail({ code: 'not_allowed', args: { found: shown(text), allowed } });
		return text;
	}

	choice<T extends string>(all: readonly T[]): T {
		const { value } = this;
		const found = all.find((one) => one === value);
		if (found !== undefined) return found;
		if (typeof value !== 'string') this.#expect('text');
		this.fail({ code: 'not_allowed', args: { found: shown(value), allowed: all.join(', ') } });
	}

	flag(): boolean {
		if (typeof this.value !== 'boolean') this.#expect('yes or no');
		return this.value;
	}

	number(min = -Number.MAX_VALUE, max = Number.MAX_VALUE): number {
		const { value } = this;
		if (typeof value !== 'number') this.#expect('number');
		if (!(value >= min && value <= max))
			this.fail({ code: 'out_of_range', args: { found: shown(value), min: String(min), max: String(max) } });
		return value;
	}

	/** A figure that the run may have lost: JSON has `null` for what is no number. */
	figure(): number {
		if (this.value === null) return NaN;
		return typeof this.value === 'number' ? this.value : this.#expect('number');
	}

	whole(min: number, max: number): number {
		const value = this.number(min, max);
		if (!Number.isInteger(value))
			this.fail({ code: 'wrong_type', args: { expected: 'whole number', found: 'number' } });
		return value;
	}
}
