import type { Handle } from '@sveltejs/kit';

/** Pages are prerendered in both languages: say which one in `<html lang>`. */
export const handle: Handle = ({ event, resolve }) => {
	const lang = event.params.lang === 'zh' ? 'zh-Hans' : 'en';
	return resolve(event, { transformPageChunk: ({ html }) => html.replace('%lang%', lang) });
};
