import { chapters } from '$lib/book/shelf.server';
import type { Lang } from '$lib/words';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ params }) => {
	const lang: Lang = params.lang === 'zh' ? 'zh' : 'en';
	return { lang, chapters };
};
