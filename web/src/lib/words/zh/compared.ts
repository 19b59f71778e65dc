import type { compared as en } from '../en/compared';

export const compared: typeof en = {
	title: '同样的字母，LSTM 与 Transformer',
	lede: '两个网络都读《爱丽丝》的 32 个字符，猜下一个；权重数目几乎相同。困惑度在全书最后十分之一上测得，两者都没见过那一段：它好像在这么多个同样可能的字符之间犹豫。',
	by: '比较方式',
	epochs: '轮数相同',
	seconds: '时间相同',
	epoch: '轮',
	perplexity: '困惑度',
	time: '秒',
	second: '秒',
	chart: '困惑度随{axis}的变化。LSTM：{lstm}。Transformer：{transformer}。',
	weights: '{n} 个权重',
	table: '测得的数字',
	same: '时间相同，{seconds} 秒后：LSTM {lstm}（{a} 轮），Transformer {transformer}（{b} 轮）。',
	equal: '轮数相同，{n} 轮后：LSTM {lstm}，Transformer {transformer}。',
	why: '头几轮里，Transformer 从同样的行中学到的更多；随后 LSTM 超过了它，而且快将近四倍。那为什么大模型都用 Transformer？这里每一行只问一个“下一个字符”。Transformer 一次算出全部 32 个位置，本可以在每个位置都问一次：花一份的代价得 32 个答案，也不必一步等一步。这样比较就白白放弃了这个长处；何况只有四万八千个权重、130 kB 文字，也没有多少别的可赚。',
	note: '用“fireside train”测得，{id}：种子 {seed}，每批 {batch} 行，Adam，学习率 {rate}，本项目构建机的一个核心；时间是训练加每轮末测量所用的 CPU 秒数。各只跑了一次；换个种子，数字会略有不同。'
};
