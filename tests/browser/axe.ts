// What axe finds on a page as it stands.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** Problems of WCAG 2 A and AA, small ones too, as `rule: where`. */
export async function violations(page: Page): Promise<string[]> {
	const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
	const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
	return violations.flatMap(({ id, nodes }) =>
		nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`)
	);
}
