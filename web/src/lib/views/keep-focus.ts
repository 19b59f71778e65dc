// A button that has done its work often goes away (Continue, Discard, More epochs ...), or rests. For whoever has only
// a keyboard the place in the page would go with it: the browser then begins again at the top.

const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';

function usable(element: Element): element is HTMLElement {
	return element instanceof HTMLElement && !element.matches(':disabled') && element.checkVisibility();
}

/**
 * For the root of a card: where the focused element is removed or disabled, the focus goes to the nearest part of the
 * card that is still there, to what is marked `data-home` in it if there is such a thing.
 */
export function keepFocus(root: HTMLElement): () => void {
	let last: HTMLElement | null = null;
	/** Of the last one, inside out. */
	let around: HTMLElement[] = [];

	function remember({ target }: FocusEvent): void {
		if (!(target instanceof HTMLElement)) return;
		last = target;
		around = [];
		for (let one = target.parentElement; one; one = one.parentElement) {
			around.push(one);
			if (one === root) break;
		}
	}
	function left({ target, relatedTarget }: FocusEvent): void {
		if (relatedTarget) return void (last = null);
		// It may be on its way out: that is known a moment later.
		queueMicrotask(() => {
			if (target === last && last?.isConnected && usable(last)) last = null;
		});
	}
	function look(): void {
		const { activeElement } = document;
		const lost = activeElement === null || activeElement === document.body || activeElement === last;
		if (!last || !lost || (root.contains(last) && usable(last))) return;
		last = null;
		for (const home of around) {
			if (!root.contains(home)) continue;
			const targets = [...home.querySelectorAll('[data-home]'), ...home.querySelectorAll(FOCUSABLE)];
			const target = targets.find(usable);
			if (target) return target.focus({ preventScroll: true });
		}
	}

	const changes = new MutationObserver(look);
	changes.observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ['disabled'] });
	root.addEventListener('focusin', remember);
	root.addEventListener('focusout', left);
	return () => {
		changes.disconnect();
		root.removeEventListener('focusin', remember);
		root.removeEventListener('focusout', left);
	};
}
