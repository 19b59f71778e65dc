// Colours and language as the reader chose them. `static/first-paint.js` reads both before the first paint.

import type { Lang } from '../words';

export type Theme = 'light' | 'dark';

function keep(key: string, value: string): void {
	try {
		localStorage.setItem(`fireside.${key}`, value);
	} catch {
		// Storage is off: the choice lasts for this page.
	}
}

class Choices {
	theme = $state<Theme>('light');

	/** Take over what the first paint has chosen, and follow it when the system changes. */
	watchTheme(): () => void {
		const root = document.documentElement;
		const read = () => (this.theme = root.dataset.theme === 'dark' ? 'dark' : 'light');
		read();
		const observer = new MutationObserver(read);
		observer.observe(root, { attributes: true, attributeFilter: ['data-theme'] });
		return () => observer.disconnect();
	}

	setTheme(theme: Theme): void {
		keep('theme', theme);
		document.documentElement.dataset.theme = theme;
		this.theme = theme;
	}

	rememberLang(lang: Lang): void {
		keep('lang', lang);
	}
}

export const choices = new Choices();
