import { referenceIn } from '$lib/book/reference.server';
import type { EntryGenerator, PageServerLoad } from './$types';

export const entries: EntryGenerator = () => [{}, { lang: 'zh' }];

export const load: PageServerLoad = ({ params }) => ({
	groups: referenceIn(params.lang === 'zh' ? 'zh' : 'en')
});
