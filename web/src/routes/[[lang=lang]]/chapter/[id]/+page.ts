import { figureFor } from '$lib/pages/figures';
import type { PageLoad } from './$types';

/** The figures of this chapter and, where it has others than training runs, the cards of all kinds: other chapters don't load them. */
export const load: PageLoad = async ({ data }) => {
	const names = data.prose.blocks.flatMap((block) => (block.type === 'figure' ? [block.name] : []));
	const figures = await Promise.all(
		[...new Set(names)].map(async (name) => [name, await figureFor(name)] as const)
	);
	const lab =
		Object.keys(data.others).length > 0 ? (await import('$lib/pages/LabBlock.svelte')).default : null;
	return { ...data, figures: Object.fromEntries(figures), lab };
};
