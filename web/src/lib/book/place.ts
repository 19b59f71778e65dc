// Where in its source a figure stands, and where ours was measured.

import type { Lang } from '../words';

/** What is said of a figure beside its section, in Chinese. */
const SAID: readonly [RegExp, string][] = [
	[/^section ([\w.]+)$/, '$1 节'],
	[/^epoch (\d+)$/, '第 $1 轮'],
	[/^last epoch$/, '最后一轮'],
	[/^after (\d+) epochs$/, '$1 轮之后'],
	[/^(\d+)-epoch log$/, '$1 轮的记录'],
	[/^final evaluation$/, '最后的评估'],
	[/^mean of ten folds$/, '十折的平均'],
	[/^([\d,]+) digits$/, '$1 个数字'],
	[/^on the training rows$/, '在训练行上'],
	[/^all (\d+) rows$/, '全部 $1 行'],
	[/^on the (\d+) rows of the (?:first|second) fit$/, '在那次拟合的 $1 行上'],
	[/^on the months that it learned from$/, '在学过的月份上'],
	[/^thousands of passengers$/, '单位：千人次'],
	[/^worst$/, '最差'],
	[/^as good as the best$/, '与最好的一样好'],
	[/^best: batch (\d+)$/, '最好：批次 $1'],
	[/^(\d+) epochs$/, '$1 轮'],
	[/^without a figure$/, '没有给出数字']
];
/** Values of the language stay as they are. */
const VALUE = /^(?:normal|rmsprop|LeNet)$/;

function inChinese(part: string): string | null {
	for (const [pattern, text] of SAID) if (pattern.test(part)) return part.replace(pattern, text);
	return VALUE.test(part) ? part : null;
}

/** `section 15.5, epoch 200`. Titles of a source's sections are in English and stay so: `lang` says it to readers' machines. */
export function placeOf(place: string, lang: Lang): { text: string; lang: Lang } {
	if (lang === 'en') return { text: place, lang };
	const parts = place.split(', ');
	const said = parts.map(inChinese);
	// A title comes first, and may have commas of its own.
	const title = said.lastIndexOf(null) + 1;
	if (title === parts.length) return { text: place, lang: 'en' };
	const named = title > 0 ? [`《${parts.slice(0, title).join(', ')}》`] : [];
	return { text: [...named, ...said.slice(title)].join('，'), lang };
}

/** The machine of a run, as `fireside reproduce` writes it: `AMD EPYC, 1 of 2 threads, burn-flex`. */
export function machineOf(machine: string, lang: Lang): string {
	return lang === 'en' ? machine : machine.replace(/, (\d+) of (\d+) threads, /, '，$2 个线程中的 $1 个，');
}
