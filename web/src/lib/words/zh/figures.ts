import type { figures as en } from '../en/figures';

/** 正文插图里的文字。 */
export const figures: typeof en = {
	convolution: {
		title: '滑动的窗口',
		start: '起点',
		preset: {
			printed: '原书自己的例子',
			edges: '边缘（从左到右）',
			edgesAcross: '边缘（从上到下）',
			blur: '模糊',
			sharpen: '锐化',
			nothing: '什么都不改变的核'
		},
		size: '图',
		kernelSize: '核',
		square: '{n} × {n}',
		stride: '步幅',
		padding: '填充',
		dilation: '膨胀率',
		turn: '把核转半圈（严格意义上的卷积）',
		after: '然后',
		relu: 'relu',
		pool: '池化',
		poolKind: { none: '不做', max: '2 × 2 取最大', average: '2 × 2 取平均' },
		input: '图',
		kernel: '核',
		turned: '转了半圈的核',
		output: '结果',
		afterRelu: 'relu 之后',
		afterPool: '池化之后',
		cell: '第 {row} 行，第 {column} 列',
		result: '第 {row} 行，第 {column} 列：{value}',
		keys: '可以填 −1、0.5 或 1/9 这样的数。方向键在格子之间移动。',
		bad: '“{text}”不是 −999 到 999 之间的数。',
		buttons: '窗口',
		play: '播放',
		pause: '暂停',
		before: '上一格',
		next: '下一格',
		at: '第 {n} 处，共 {all} 处：第 {row} 行，第 {column} 列',
		none: '窗口伸展到 {reach} 格，放不进 {size} 格的图。请把它改小，或选择 same 填充。',
		shape:
			'一行能停的位置：⌊({size} + {zeros} − {reach}) / {stride}⌋ + 1 = {places}。窗口伸展到 ({kernel} − 1) · {dilation} + 1 = {reach} 格；一共补 {zeros} 个零，前面 {before} 个，后面 {after} 个。',
		both: 'Keras 不允许步幅和膨胀率同时大于 1。算术上并没有这个限制，所以这里照算。'
	}
};
