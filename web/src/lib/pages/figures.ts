// What `::figure{NAME}` in a chapter's text shows. Each is a module of its own: a page loads those that it has.

import type { Component } from 'svelte';
import type { Lang } from '$lib/words';

export type Figure = Component<{ lang: Lang }>;
type Module = { default: Figure };

const all: Record<string, () => Promise<Module>> = {
	'lstm-transformer': () => import('$lib/views/figures/ComparedFigure.svelte'),
	'word-cloud': () => import('./WordCloudBlock.svelte'),
	augmentation: () => import('./AugmentationWorkshop.svelte'),
	convolution: () => import('$lib/views/figures/ConvolutionFigure.svelte'),
	'kernel-on-picture': () => import('./PictureFigure.svelte'),
	'receptive-field': () => import('$lib/views/figures/ReceptiveFigure.svelte'),
	pooling: () => import('$lib/views/figures/PoolingFigure.svelte'),
	'data-format': () => import('$lib/views/figures/FormatFigure.svelte'),
	'embedding-lookup': () => import('$lib/views/sequences/EmbeddingFigure.svelte'),
	'sequence-problems': () => import('$lib/views/sequences/KindsFigure.svelte'),
	'rnn-unrolled': () => import('$lib/views/sequences/UnrolledFigure.svelte'),
	'vanishing-gradient': () => import('$lib/views/sequences/GradientFigure.svelte'),
	'lstm-cell': () => import('$lib/views/sequences/LstmFigure.svelte'),
	'text-window': () => import('$lib/views/sequences/TextWindowFigure.svelte'),
	'word-order': () => import('$lib/views/sequences/OrderFigure.svelte')
};

/** Throws where a text names what does not exist: that stops the build. */
export async function figureFor(name: string): Promise<Figure> {
	const load = all[name];
	if (!load) throw new Error(`there is no figure ${name}`);
	return (await load()).default;
}
