import type { textlookOwn as en } from '../en/textlook-own';

/** 读者自己的文字一览：与影评一览不同的说法。 */
export const textlookOwn: typeof en = {
	fold: '你的文字里的数字',
	sampleFold: '这些文字里的数字',
	teaser: '有多长，需要多少{tokens}，会截掉什么',
	tokens: { char: '字符', word: '词' },
	classOf: '{name} {n} 条',
	instead: {
		reading: '正在统计……',
		open: '统计',
		facts: '全部文字的数字',
		reviews: '文字',
		distinct: '不同的{tokens}',
		running: '{tokens}的总数',
		counted: '长度算上了起始标记，网络读每条文字之前都会先读到它。',
		lengths: '文字有多长',
		lengthsLabel:
			'{n} 个长度的箱线图和直方图。一半文字有 {low} 到 {high} 个{tokens}，中位数 {median}；须线从 {first} 到 {last}，更长的有 {outside} 条。最高的柱子是 {from} 到 {to} 个{tokens}，共 {top} 条。',
		words: '{tokens}数',
		count: '条数',
		boxNote:
			'箱子：中间的一半，竖线是中位数，圆点是平均值。须线：离箱子不超过 1.5 倍箱长的最后一条。更长的有 {outside} 条（{share}），画成一条细线。',
		coverage: '需要多少{tokens}',
		coverageLabel: '最常见的{tokens}覆盖了全部文字的多少，横轴为对数刻度：{rows}。',
		coverageSays:
			'编号小于 {bound}：最常见的 {n} 个{tokens}。它们占词汇表的 {share}，却占全部文字的 {covered}；有 {lost} 处变成“未知”。',
		frequent: '最常见的{tokens}数',
		covered: '占全部文字',
		length: '长度（maxlen）',
		cutSays:
			'{reviews} 条文字中有 {longer} 条（{share}）长于 {length}，会丢{tokens}：一共丢 {lost} 个，占全部文字的 {lostShare}。',
		rowsSays: '每行有 {length} 个位置。平均 {kept} 个是认识的，{unknown} 个是未知的，{padding} 个用 0 填充。',
		kept: '认识的{tokens}和起始标记',
		unknown: '未知的{tokens}（2）'
	}
};
