import type { wordcloud as en } from '../en/wordcloud';

export const wordcloud: typeof en = {
	title: '《爱丽丝》的词云',
	lede: '词越大，在书里出现得越多：字高与次数的平方根成正比。位置没有含义。',
	how: '什么算一个词',
	printed: '照原书',
	mended: '更正后',
	printedHint:
		"原书去掉 . , ? ! ; : ' ( )。破折号（--）和星号（*）留了下来，也算作词；前面带引号的词（'i）与不带的算两个词。",
	mendedHint: '只留含字母或数字的词元，并去掉前面的引号。',
	stop: '隐去语法词',
	stopHint: 'the、and、to、she、it、of……：任何英文文章里都一样多。',
	loading: '正在数……',
	cloud: '词云：{all} 个词中的 {n} 个。用方向键逐个查看。',
	word: '{word}：{count} 次',
	said: '“{word}”在书中出现 {count} 次：在 {all} 个不同的词里排第 {rank}，占全部词的 {share}。',
	hint: '指向一个词或点一下，就显示它的次数。',
	table: '最常见的 {n} 个词',
	columns: { rank: '名次', word: '词', count: '次数', share: '比例' },
	retry: '再试一次'
};
