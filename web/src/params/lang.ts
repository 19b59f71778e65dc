import type { ParamMatcher } from '@sveltejs/kit';

/** `/zh/...` is Chinese; every other address is English. */
export const match = ((value: string): value is 'zh' => value === 'zh') satisfies ParamMatcher;
