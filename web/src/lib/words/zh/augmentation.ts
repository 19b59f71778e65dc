import type { augmentation as en } from '../en/augmentation';

/** 数据增强工作台的文字。 */
export const augmentation: typeof en = {
	title: '数据增强工作台',
	lede: '同样的图，每一轮可以变个样子再给网络看。拖动滑块，看看它会拿到什么。',
	open: '打开工作台',
	preset: '从这里开始',
	presets: {
		'14.2': '原样',
		'14.3': '标准化',
		'14.4': '白化',
		'14.5a': '转动',
		'14.5b': '平移',
		'14.5c': '错切',
		'14.5d': '翻转',
		'14.6': '存成文件'
	},
	dataset: { label: '图片', mnist: '数字', cifar10: 'CIFAR-10' },
	view: { label: '显示', one: '同一张图，变九次', nine: '九张图' },
	row: '第几张图',
	seed: '种子',
	draw: '再抽一次',
	drawHint: '换到下一轮：图不变，随机数变。',
	random: '随机变化，只用于训练图',
	fixed: '对每张图都一样',
	numbers: '范围',
	sliderOf: '{name}，滑块',
	name: {
		rotation_range: '转动',
		width_shift_range: '左右平移',
		height_shift_range: '上下平移',
		shear_range: '错切',
		zoom_range: '缩放',
		channel_shift_range: '通道偏移',
		brightness_range: '亮度',
		horizontal_flip: '左右翻转',
		vertical_flip: '上下翻转',
		fill_mode: '空处填上',
		cval: '固定值',
		samplewise_center: '每张图去均值',
		samplewise_std_normalization: '每张图除以标准差',
		featurewise_center: '减去全体的均值',
		featurewise_std_normalization: '除以全体的标准差',
		zca_whitening: 'ZCA 白化',
		zca_epsilon: 'epsilon'
	},
	unit: {
		rotation_range: '最多 ± 度',
		width_shift_range: '最多 ± 宽度的几分之几',
		height_shift_range: '最多 ± 高度的几分之几',
		shear_range: '最多 ± 弧度',
		zoom_range: '倍数为 1 ± 此值',
		channel_shift_range: '最多 ±，满值 255',
		brightness_range: '倍数为 1 ± 此值'
	},
	hint: {
		samplewise: 'Keras 2.0.8 按每一格的各个通道来算“单张”的均值和标准差：灰度图会全变成 0。',
		zca: '去掉相邻格之间的共同部分。它要先从图片里学，得等一会儿；CIFAR-10 大约是数字的十倍时间。'
	},
	fill: {
		nearest: '最近的一格',
		constant: '一个固定值',
		reflect: '镜子里的图',
		wrap: '再来一遍的图'
	},
	learn: '从多少张图里学',
	learnHint: '共 {n} 张；少一些更快，数值也更粗略',
	wait: {
		data: '正在取图片',
		dataShare: '正在取图片：{share}',
		learning: '正在从 {rows} 张图里学，每张 {cells} 个数',
		pictures: '正在生成图片',
		seconds: '已用 {n} 秒'
	},
	cancel: '取消',
	cancelled: '已取消。需要从全体图片里学的设置都关掉了。',
	cancelledPlain: '已取消。',
	grid: '图片',
	original: '原图',
	originalAlt: '训练图第 {row} 张的原图，类别 {label}',
	madeAlt: '训练图第 {row} 张，类别 {label}，第 {epoch} 轮的样子',
	epoch: '第 {n} 轮',
	rowN: '第 {row} 张',
	live: '新的图片好了：{what}。',
	plain: '0 是黑，255 是白，与数据里一样。',
	stretched:
		'这些数已不再是图片的值：它们从 {least} 到 {most}。为了能看见，每张图都单独处理：最小值低于 0 时整体上移，使它变成 0，再缩放到最大值为白。网络拿到的是原来的数。',
	some: '{all} 张图里有 {n} 张的值超出了 0 到 255（从 {least} 到 {most}）。这几张经过平移和缩放才显示出来，其余的照原样显示。',
	sample: '这个站点没有官方图片：这些是程序画的。',
	text: {
		label: '写成文字',
		table: '[augmentation]',
		whole: '整个实验',
		keras: 'Keras 2.0.8',
		tableHint: '把这张表贴进任何一个用图片的实验里。',
		wholeHint: '终端也能生成同样的图：存成文件，再运行 fireside train 文件名。',
		wholeHintOne: '终端会按它生成这一轮的九张图：存成文件，再运行 fireside train 文件名。',
		kerasHint: '设置相同，但 Keras 抽出的随机数不一样。',
		keras_brightness: '2.0.8 里没有，后来的版本才有：',
		area: '设置的文字',
		copy: '复制',
		copied: '已复制。',
		byHand: '这里不允许复制：文字已选中，请按 Ctrl+C。'
	},
	save: {
		title: '把图片存下来',
		hint: '一个 zip 压缩包：里面的 PNG 与显示的完全一样，另有一个 JSON 文件，记着设置、种子、图号和轮次。Keras 的 save_to_dir 也这样起名：前缀、序号、四位数字。',
		count: '多少张',
		prefix: '文件名开头',
		go: '存成 PNG 压缩包',
		working: '正在生成 {n} 张图……',
		done: '{n} 张图，{bytes}：{name}'
	},
	flips: {
		title: '数字翻过来，还是同一个数字吗？',
		lede: '图翻转了，标签却不变。换成猫，这没问题。选一个数字，问问只见过正着写的数字的网络。',
		begin: '问问网络',
		digit: '数字',
		again: '换一个 {digit}',
		way: {
			as: '原样',
			mirrored: '左右翻转',
			upside: '上下翻转',
			both: '转半圈'
		},
		alt: '数字 {digit}，{way}',
		says: '它认为是 {digit}：{share}',
		next: '其次是 {digit}：{share}',
		empty: '它没看到数字。',
		waiting: '正在问……',
		none: '这个站点缺少自带模型，所以无法回答。',
		loading: '正在取数字和模型……',
		verdict: {
			kept: '四种样子都被认成 {digit}：这个可以翻。',
			changed: '写的是 {digit}，翻转后被认成 {others}。训练时翻转它，就等于教网络：这也是 {digit}。'
		},
		join: '、'
	}
};
