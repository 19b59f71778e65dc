import type { inside as en } from '../en/inside';

export const inside: typeof en = {
	step: {
		title: '第 {update} 次更新做了什么',
		loss: '这 {rows} 行数据的损失：更新前 {before}，更新后 {after}。学习率 {rate}。',
		up: '损失变大了：对这些数据来说这一步迈得太大，或者与惩罚项相抵。',
		most: '梯度最大的是 {layer}。',
		caption: '各层的梯度，以及权重移动了多远',
		layer: '层',
		gradient: '梯度长度',
		largest: '最大梯度',
		moved: '权重移动',
		share: '占自身长度',
		fixed: '不训练'
	},
	more: {
		label: '追加轮数',
		go: '再训练 {n} 轮',
		field: '再训练几轮',
		hint: '运行会接着进行，就像文本里一开始就写了这么多轮。',
		bad: '请填 1 到 {most}。'
	},
	notes: {
		title: '手动操作（{n}）',
		learning_rate: '第 {update} 次更新后：学习率 {from} → {to}',
		paused: '第 {update} 次更新后：暂停',
		went_on: '第 {update} 次更新后：继续',
		step: '第 {update} 次更新：单步',
		more_epochs: '第 {update} 次更新后：轮数 {from} → {to}'
	},
	tab: '内部',
	live: {
		none: '先训练网络，或走一个单步，这里就会显示它的内部。',
		away: '引擎已经转去做别的事了。',
		open: '看内部',
		waiting: '正在查看内部……',
		label: '实时数字',
		at: '第 {update} 次更新后',
		speed: '每秒步数',
		computing: '每步计算',
		waits: '每步等待',
		waitsHint: '消息和保存',
		memory: '引擎内存',
		memoryHint: 'WebAssembly',
		threads: '线程数',
		helped: '其他线程已完成 {n} 份计算',
		alone: '允许共享内存时会更多',
		gpuMemory: 'GPU 内存',
		gpuMemoryHint: '只算权重和梯度，其余浏览器不告诉',
		atLeast: '至少 {n}',
		kernels: '已启动的内核',
		kernelsHint: '编译了 {n} 个',
		loss: '下一批数据的损失',
		unknown: '还没有测到',
		ms: '{n} 毫秒',
		caption: '各层的梯度和权重',
		weights: '权重长度',
		count: '个数'
	},
	spread: {
		title: '数值分布',
		of: '数值',
		weights: '权重',
		activations: '输出',
		layer: '层',
		show: '显示',
		busy: '正在统计……',
		noWeights: '这一层没有权重。',
		summary: '{layer} 的{of}，第 {update} 次更新后：共 {n} 个数，平均 {mean}，标准差 {sd}。',
		zeros: '其中 {share} 正好为零。',
		broken: '有 {n} 个已经不是数字（NaN 或无穷大）。',
		rows: '取下一次更新的数据，最多 64 行，不做随机丢弃。',
		chart: '直方图，从 {low} 到 {high}；最高的一条有 {n} 个。',
		table: '用表格显示',
		from: '从',
		to: '到',
		number: '个数'
	},
	share: {
		title: '这张卡片的链接',
		text: '链接里是这个实验现在的样子：设置或文本、随机种子，以及打开的标签页。只有你发给别人，别人才会看到。',
		lang: '语言',
		hide: '对读者隐藏',
		hideSettings: '设置',
		hideText: '文本',
		start: '打开后立即开始训练',
		link: '链接',
		copy: '复制链接',
		copied: '已复制。',
		byHand: '请选中链接，自己复制。',
		long: '这段文本太长，放不进链接。请另存为文件。'
	},
	hidden: {
		text: '你打开的链接隐藏了这张卡片的一部分。',
		show: '全部显示'
	}
};
