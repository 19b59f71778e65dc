// Canvas drawings take their colours from the tokens, and must be drawn again when the theme changes.

export type Token =
	'--ember' | '--test' | '--book' | '--good' | '--ink' | '--ink2' | '--ink3' | '--rule' | '--line' | '--card';

export function token(element: Element, name: Token | '--sans' | '--mono'): string {
	return getComputedStyle(element).getPropertyValue(name).trim();
}

/** Calls back after light became dark or dark light; returns the way to stop. */
export function onTheme(changed: () => void): () => void {
	const observer = new MutationObserver(changed);
	observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class'] });
	const preference = window.matchMedia('(prefers-color-scheme: dark)');
	preference.addEventListener('change', changed);
	return () => {
		observer.disconnect();
		preference.removeEventListener('change', changed);
	};
}
