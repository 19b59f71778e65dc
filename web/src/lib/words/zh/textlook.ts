import type { textlook as en } from '../en/textlook';

/** 影评数据一览：长度、词汇表、填充和截断的效果。 */
export const textlook: typeof en = {
	reading: '正在读取影评……',
	stop: '停止',
	open: '读取影评',
	drop: '使用真实的 {name} 文件',
	dropHint:
		'两个文件都需要：imdb.npz（编号）和 imdb_word_index.json（单词）。一起选上，或一起拖到这里。文件只在本机读取，不会上传。',
	sample: '本站没有 {name} 的文件。这里显示的是 {n} 条短影评，由程序用 40 个单词拼成：算法相同，数字不同。',
	official: '用的是你的 {name} 文件，在本机读取。',
	other: '用的是你自己的文件，在本机读取。它们不是官方的 {name} 文件，数字可能不同。',
	unnamed: '只有编号，没有单词：缺少 imdb_word_index.json，所以影评只能显示成整数。请把两个文件一起拖入。',

	facts: '全部影评的数字',
	what: '项目',
	here: '在此统计',
	printed: '原书',
	reviews: '影评',
	reviewsOf: '{all} = 训练 {train} + 测试 {test}',
	classes: '类别',
	classesOf: '0 和 1：负面 {zero} 条，正面 {one} 条',
	distinct: '不同的单词编号',
	mean: '长度：平均值',
	sd: '长度：标准差',
	median: '长度：中位数',
	quartiles: '长度：四分位数',
	quartilesOf: '{low} 和 {high}',
	range: '最短和最长',
	running: '总词数',
	counted: '和原书一样，长度算上了起始标记，不同编号算上了“起始”和“未知”：数据集本身的单词编号要少一个。',

	lengths: '影评有多长',
	lengthsLabel:
		'{n} 个长度的箱线图和直方图。一半影评有 {low} 到 {high} 个词，中位数 {median}；须线从 {first} 到 {last}，更长的有 {outside} 条。最高的柱子是 {from} 到 {to} 个词，共 {top} 条。',
	words: '词数',
	table: '用表格显示',
	bin: '长度',
	count: '影评数',
	share: '占比',
	boxNote:
		'箱子：中间的一半，竖线是中位数，圆点是平均值。须线：离箱子不超过 1.5 倍箱长的最后一条影评。更长的有 {outside} 条（{share}），画成一条细线。',

	coverage: '需要多少单词',
	vocabulary: '词汇表大小（num_words）',
	allWords: '全部 {n}',
	coverageLabel: '最常见的单词覆盖了全部文字的多少，横轴为对数刻度：{rows}。',
	coverageSays:
		'编号小于 {bound}：最常见的 {n} 个单词。它们占词汇表的 {share}，却占全部文字的 {covered}；有 {lost} 处变成“未知”。',
	frequent: '最常见的单词数',
	covered: '占全部文字',

	cut: '长度和词汇表的影响',
	length: '长度（sequence_length）',
	side: '截断和填充的位置',
	sides: { pre: '在开头（Keras）', post: '在结尾' },
	cutSays:
		'{reviews} 条影评中有 {longer} 条（{share}）长于 {length}，会丢词：一共丢 {lost} 个，占全部文字的 {lostShare}。',
	rowsSays: '每行有 {length} 个位置。平均 {kept} 个是认识的词，{unknown} 个是未知词，{padding} 个用 0 填充。',
	kept: '认识的词和起始标记',
	unknown: '未知词（2）',
	padding: '填充（0）',
	counting: '正在统计……',

	review: '一条影评和它的编号',
	part: '部分',
	parts: { train: '训练', test: '测试' },
	row: '第几条',
	badRow: '请输入 1 到 {n} 的整数。',
	previous: '上一条',
	next: '下一条',
	random: '随便换一条',
	label: '类别 {n}：{name}',
	names: ['负面', '正面'],
	reviewSays: '连起始标记共 {all} 个编号；截掉 {cut} 个，未知 {unknown} 个，填充 {padding} 个 0。',
	zeros: '{n} 个 0',
	zerosLabel: '填充：{n} 个 0',
	cutLabel: '截掉：{n} 个词',
	start: '起始',
	legend: '单词下面的数字：它按词频的名次加 3。灰色带删除线：被截掉。带框：未知，网络得到的是 2。',
	matrix: '网络得到的一行',
	show: '只看编号'
};
