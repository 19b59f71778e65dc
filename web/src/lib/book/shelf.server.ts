// The book and what was measured, read once while the site is built. Pages get only what they show.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Book, Card, ModelCard, Result, Results } from '../engine/wire';
import type { Use } from '../views/lab/use';
import generated from '../generated/book.json';
import type { ChapterLine, ShippedModel } from './shelf';

export const assets = resolve('..', 'static');

export const book = generated as unknown as Book;

/** A JSON file that a step of the build may not have written yet; damaged files stop the build. */
export function optional<T>(path: string): T | null {
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw error;
	}
	return text.trim() === '' ? null : (JSON.parse(text) as T);
}

/** What `fireside reproduce` wrote; nothing when it has not run. */
export const results: Result[] = optional<Results>(join(assets, 'results.json'))?.results ?? [];

export function resultsOf(ids: string[]): Result[] {
	return results.filter((result) => ids.includes(result.id));
}

export function cardOf(id: string): Card | undefined {
	return book.cards.find((card) => card.id === id);
}

/** The experiment that is trained, and what is done with its network; null where it is trained and no more. */
export function useOf({ id, predict, generate, reported, summary }: Card): { card: Card; use: Use } | null {
	if (generate) {
		const own = cardOf(id);
		if (!own) throw new Error(`${id} is not in the book`);
		return { card: own, use: { kind: 'generate', wish: { ...generate, seed: summary?.seed ?? 0 } } };
	}
	if (!predict) return null;
	const model = cardOf(predict.model);
	if (!model) throw new Error(`${id}: there is no experiment ${predict.model}`);
	return { card: model, use: { kind: 'predict', rows: predict.rows, printed: reported[0] ?? null } };
}

/** The chapters as the rail and the home page list them. */
export const chapters: ChapterLine[] = book.chapters.map(
	({ id, theme, title, subtitle, experiments, ready }) => ({
		id,
		theme,
		title,
		subtitle,
		ready,
		experiments: ready ? experiments.filter((name) => cardOf(name)?.kind === 'train') : [],
		// The other kinds have no card in a chapter yet.
		live: ready
			? experiments.filter((name) => ['train', 'look', 'compute'].includes(cardOf(name)?.kind ?? '')).length
			: 0
	})
);

function filesOf(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // none shipped: the page says so
		throw error;
	}
}

/** As the engine names them; none of a network on other things. */
function layersOnWords(id: string): ShippedModel['layers'] {
	const layers = cardOf(id)?.summary?.layers ?? [];
	return layers[0]?.type === 'Embedding' ? layers.map(({ name, type }) => ({ name, type })) : [];
}

/** The shipped model of a data set: the one that scored best on the test set. */
function bestModel(dataset: string): ShippedModel | null {
	const folder = join(assets, 'models');
	const shipped = filesOf(folder)
		.filter((name) => name.endsWith('.safetensors'))
		.map((name) => ({
			file: `models/${name}`,
			card: optional<ModelCard>(join(folder, name.replace(/safetensors$/, 'json')))
		}))
		.filter((model): model is Omit<ShippedModel, 'layers'> => model.card?.data.split(',')[0] === dataset)
		.sort((a, b) => b.card.test_accuracy - a.card.test_accuracy);
	const [best] = shipped;
	return best ? { ...best, layers: layersOnWords(best.card.experiment) } : null;
}

/** For drawn digits. */
export const digitModel = bestModel('mnist');
/** For photos. */
export const photoModel = bestModel('cifar10');
/** One that goes on with a text. */
export const writerOf = (dataset: string): ShippedModel | null => bestModel(dataset);
/** For reviews. */
export const reviewModel = bestModel('imdb');
