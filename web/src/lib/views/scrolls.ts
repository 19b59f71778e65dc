/**
 * What a box that scrolls needs beside its look: whoever has only a keyboard must reach it, and be told what it holds.
 * Given as a name, or as the id of the element that says it.
 */
export function scrolls(name: string | { by: string }) {
	const box = { role: 'group', tabindex: 0 } as const;
	return typeof name === 'string' ? { ...box, 'aria-label': name } : { ...box, 'aria-labelledby': name.by };
}
