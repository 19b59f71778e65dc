// The reference of the language, rendered once while the site is built.

import type { Entry, Field, Formula, Reference, Words } from '../engine/wire';
import generated from '../generated/reference.json';
import { count, type Lang, langs, pick, t } from '../words';
import { reference as en } from '../words/en/reference';
import { reference as zh } from '../words/zh/reference';
import { draw } from './figure';
import { line, math } from './markdown';
import {
	bound,
	type EntryView,
	type FieldView,
	type FormulaView,
	type GroupView,
	sourceLinks
} from './reference';

export const reference = generated as unknown as Reference;

const shape = (axes: number[]): string => axes.join('×');
/** A name in the text that leads to its entry. */
const link = (id: string, text: string): string => `<a href="#${id}">${text}</a>`;

/** Writes the reference in one language. */
class Writer {
	readonly #lang: Lang;
	readonly #words: typeof en;

	constructor(lang: Lang) {
		this.#lang = lang;
		this.#words = lang === 'zh' ? zh : en;
	}

	#line(text: Words): string {
		return line(pick(text, this.#lang));
	}

	#formula({ tex, dialect, label }: Formula): FormulaView {
		const said = this.#line(label);
		const parts = [dialect && `<code>${dialect}</code>`, said].filter((part) => part !== '');
		return { html: math(tex, true), label: parts.join(' ') };
	}

	/** A group's title as a word that leads to it. */
	#group(id: string): string {
		const group = reference.groups.find((one) => one.id === id);
		return link(id, group ? pick(group.title, this.#lang).toLowerCase() : id);
	}

	/** What may be written into a field. */
	#takes({ kind, choices, of, range }: Field): string {
		const w = this.#words;
		if (choices.length > 0) {
			return t(w.one_of, { names: choices.map((name) => `<code>${name}</code>`).join(w.comma) });
		}
		if (of !== '') {
			const said = kind === 'named_list' ? w.list_of_group : w.one_of_group;
			return t(said, { group: this.#group(of) });
		}
		if (!range) return w.kind[kind];
		return t(w.range, { kind: w.kind[kind], min: bound(range[0]), max: bound(range[1]) });
	}

	#name(field: Field): FieldView['names'][number] {
		const w = this.#words;
		const { name, default: value } = field;
		if (field.required) return { name, value: '', said: w.required };
		if (field.alias_of) return { name, value: '', said: t(w.same_as, { field: field.alias_of }) };
		if (field.like) return { name, value: field.like, said: '' };
		const said = field.dialect ? [t(w.only, { dialect: field.dialect })] : [];
		if (field.default_keras3 !== null && field.default_keras3 !== value) {
			said.push(t(w.in_keras3, { value: field.default_keras3 }));
		}
		return { name, value: value ?? '', said: said.join(w.comma) };
	}

	/** Fields one by one, the three of a tensor as one. */
	#fields(fields: Field[]): FieldView[] {
		const views: FieldView[] = [];
		let stem = '';
		for (const field of fields) {
			const own = field.tensor ? field.name.replace(/_[a-z]+$/, '') : '';
			const name = this.#name(field);
			const last = views[views.length - 1];
			if (own !== '' && own === stem && last) {
				last.names.push(name);
				last.takes += ` · ${this.#group(field.of)}`;
				last.meaning += (this.#lang === 'zh' ? '' : ' ') + this.#line(field.meaning);
			} else {
				const takes = field.tensor ? this.#group(field.of) : this.#takes(field);
				views.push({ names: [name], meaning: this.#line(field.meaning), takes });
			}
			stem = own;
		}
		return views;
	}

	entry(entry: Entry): EntryView {
		const w = this.#words;
		const summary = pick(entry.summary, this.#lang);
		const { tried } = entry;
		const triedArgs = tried && {
			input: shape(tried.input),
			output: shape(tried.output),
			parameters: count(tried.parameters, this.#lang)
		};
		const fields = entry.fields.map(({ name }) => name);
		const codes = entry.faults.map(({ code }) => code);
		return {
			id: `${entry.group}-${entry.name}`,
			name: entry.name,
			aliases: entry.aliases,
			summary: line(summary),
			formulas: entry.formulas.map((formula) => this.#formula(formula)),
			symbols: this.#line(entry.symbols),
			shapes: entry.shapes.map(({ input, output, label }) => ({
				input: pick(input, this.#lang),
				output: pick(output, this.#lang),
				label: this.#line(label)
			})),
			parameters: entry.parameters.map((formula) => this.#formula(formula)),
			fields: this.#fields(entry.fields),
			example: entry.example.trim(),
			tried: triedArgs ? t(tried.parameters > 0 ? w.tried : w.tried_none, triedArgs) : '',
			faults: entry.faults.map(({ code, when }) => ({ code, when: this.#line(when) })),
			notes: entry.notes.map((note) => ({
				about: w.about[note.about] ?? note.about,
				html: this.#line(note)
			})),
			source: sourceLinks(entry.source),
			figure: entry.plot && draw(entry.plot),
			words: [entry.name, ...entry.aliases, entry.group, ...fields, ...codes, summary].join(' ').toLowerCase()
		};
	}

	groups(): GroupView[] {
		return reference.groups.map(({ id, title, intro, sections }) => {
			const entries = reference.entries.filter(({ group }) => group === id);
			const parts = sections.length > 0 ? sections : [{ id: '', title: { en: '', zh: '' } }];
			return {
				id,
				title: pick(title, this.#lang),
				intro: this.#line(intro),
				sections: parts.map((part) => ({
					id: part.id,
					title: pick(part.title, this.#lang),
					entries: entries.filter(({ section }) => section === part.id).map((entry) => this.entry(entry))
				}))
			};
		});
	}
}

const written = new Map(langs.map((lang) => [lang, new Writer(lang).groups()]));

/** All groups in one language. */
export function referenceIn(lang: Lang): GroupView[] {
	return written.get(lang) ?? [];
}
