// The words of a failure. Their table is large and seldom needed: it is fetched with the first failure.

import type { Failure } from '$lib/engine/wire';
import type { Lang } from '$lib/words';

/** Call while a component is made; `text` is null while there is no failure. */
export function failureWords(
	failure: () => Failure | null,
	lang: () => Lang
): { readonly text: string | null } {
	let text = $state<string | null>(null);
	$effect(() => {
		const now = failure();
		const to = lang();
		text = null;
		if (!now) return;
		let wanted = true;
		void import('$lib/views/experiment/words').then(({ problemWords }) => {
			if (wanted) text = problemWords(to, now);
		});
		return () => (wanted = false);
	});
	return {
		get text() {
			return text;
		}
	};
}
