import type { captcha as en } from '../en/captcha';

export const captcha: typeof en = {
	title: '写一个自己的词',
	lede: '你的词会画成网络学过的那种样子，切成一块块相连的区域，再逐块来认。',
	word: '一个词，最多 {n} 个字母，A 到 Z',
	font: '字体',
	fonts: { block: '粗体', thin: '细体', serif: '带衬线的斜体' },
	shear: '错切',
	noise: '噪点',
	another: '换一张图',
	picture: '画成验证码图片的 {word}',
	cut: '第 {n} 块：20 × 20 像素',
	nothing: '请输入一个词：能画的是字母 A 到 Z。',
	others: '只能画字母 A 到 Z，略去了：{list}',
	beyond: '只画前 {n} 个字母。',
	untrained: '先训练上面的网络，它就来认这些块。',
	reading: '正在辨认……',
	says: '网络读出的是 {read}。',
	right: '{n} 个字母全对。',
	wrong: '{n} 个字母里对了 {right} 个。',
	pieces:
		'图里有 {found} 块相连的区域，而字母有 {wanted} 个。噪点或裁切让有的粘在一起，有的断开；网络只能认交给它的东西。',
	table: '网络读出的字母',
	piece: '块',
	letter: '读作',
	sure: '概率',
	output: '输出',
	then: '其次',
	outputs:
		'这个网络没有 softmax，输出不是概率。26 个数里最大的那个算数；训练时，正确字母的目标是 1，其余是 0。',
	foreign: '这个网络只学过一种没有噪点的字体，别的字体对它是陌生的。'
};
